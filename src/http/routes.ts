/** Every route under a rule set, in the order in which they are tried. */

import type { Plan } from '../rules/plan.ts';
import { campaignRoutes } from './campaign-routes.ts';
import { deleteLeadRoute } from './delete-lead.ts';
import { documentRoutes } from './document-routes.ts';
import { entityRoutes } from './entity-routes.ts';
import { actionRoute, actionsRoute } from './get-actions.ts';
import { anomaliesRoute } from './get-anomalies.ts';
import { auditRoute } from './get-audit.ts';
import { deadRoute, letterRoute } from './get-dead.ts';
import { decisionRoute, decisionsRoute } from './get-decisions.ts';
import { membersRoute, picksRoute } from './get-entities.ts';
import { eventTypeRoutes } from './get-event-types.ts';
import { eventRoute } from './get-events.ts';
import { insightRoute, insightsRoute, reliabilityRoute } from './get-insights.ts';
import { reportRoutes, reportsRoute } from './get-reports.ts';
import { ruleChangesRoute } from './get-rule-changes.ts';
import { rulesRoutes } from './get-rules.ts';
import { streamRoute } from './get-stream.ts';
import { healthRoutes } from './health-routes.ts';
import { verdictRoutes } from './post-actions.ts';
import { deedRoutes } from './post-anomalies.ts';
import { backtestRoutes } from './post-backtests.ts';
import { deadDeeds } from './post-dead.ts';
import { postEventsRoute } from './post-events.ts';
import { checkRulesRoute } from './post-rules.ts';
import type { Route } from './route.ts';
import { RouteTable } from './route-table.ts';
import { schemaRoutes } from './schema-routes.ts';
import { sessionRoutes } from './session-routes.ts';

/** Which picks have addresses of their own: those that weir.yaml lists as `segment` of leads. */
const SEGMENTS = { kind: 'lead', as: 'segment' };

export function routesOf(plan: Plan): Route[] {
  const routes: Route[] = [
    ...healthRoutes,
    ...documentRoutes(() => routes),
    ...schemaRoutes,
    ...rulesRoutes,
    checkRulesRoute,
    ruleChangesRoute,
    ...backtestRoutes,
    ...sessionRoutes,
    postEventsRoute,
    eventRoute,
    ...eventTypeRoutes,
    ...campaignRoutes,
    ...entityRoutes(plan),
    deleteLeadRoute,
    picksRoute(SEGMENTS, plan),
    membersRoute(SEGMENTS, plan),
    anomaliesRoute,
    ...deedRoutes,
    actionsRoute,
    actionRoute,
    reliabilityRoute,
    insightsRoute,
    insightRoute,
    ...verdictRoutes,
    decisionsRoute,
    decisionRoute,
    streamRoute,
    deadRoute,
    letterRoute,
    ...deadDeeds,
    auditRoute,
    reportsRoute,
    ...reportRoutes(plan),
  ];
  return routes;
}

const tables = new WeakMap<Plan, RouteTable>();

export function routeTable(plan: Plan): RouteTable {
  const known = tables.get(plan);
  if (known) return known;
  const table = new RouteTable(routesOf(plan));
  tables.set(plan, table);
  return table;
}
