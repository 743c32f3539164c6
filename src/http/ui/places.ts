/** Where each page and each part of a page is found. */

import { backtestPart } from './backtest-part.ts';
import type { Html } from './html-parts.ts';
import { readNeeds } from './needs.ts';
import type { PageMaker } from './page.ts';
import { actionPage, actionsPage } from './pages/actions.ts';
import { anomaliesPage } from './pages/anomalies.ts';
import { campaignPage, channelPage } from './pages/campaign.ts';
import { campaignsPage } from './pages/campaigns.ts';
import { deadPage, letterPage } from './pages/dead.ts';
import { decisionPage, decisionsPage, eventPage } from './pages/decisions.ts';
import { entityPage } from './pages/entity.ts';
import { insightsPage } from './pages/insights.ts';
import { leadsPage } from './pages/leads.ts';
import { reportPage, reportsPage } from './pages/reports.ts';
import { rulePage } from './pages/rule.ts';
import { ruleChangePage } from './pages/rule-changes.ts';
import { rulesPage } from './pages/rules.ts';
import { segmentsPage } from './pages/segments.ts';
import { flowPart, lagPart, systemPage } from './pages/system.ts';
import {
  actionsPart,
  anomaliesPart,
  callsPart,
  changesPart,
  needsPart,
  pulsePart,
  segmentsPart,
  today,
} from './pages/today.ts';
import type { Visit } from './visit.ts';

const entity =
  (kind: string): PageMaker =>
  (visit, id) =>
    entityPage(visit, kind, id);

/** A path that ends with `/*` takes the rest of the address. */
export const PAGES: readonly { readonly path: string; readonly make: PageMaker }[] = [
  { path: '/', make: today },
  { path: '/leads', make: leadsPage },
  { path: '/leads/*', make: entity('lead') },
  { path: '/campaigns', make: campaignsPage },
  { path: '/campaigns/*', make: campaignPage },
  { path: '/channels/*', make: channelPage },
  { path: '/sources/*', make: entity('source') },
  { path: '/platforms/*', make: entity('platform') },
  { path: '/categories/*', make: entity('category') },
  { path: '/clients/*', make: entity('client') },
  { path: '/all', make: (visit) => entityPage(visit, 'all', 'all') },
  { path: '/anomalies', make: anomaliesPage },
  { path: '/actions', make: actionsPage },
  { path: '/actions/*', make: actionPage },
  { path: '/insights', make: insightsPage },
  { path: '/rules', make: rulesPage },
  { path: '/rules/*', make: rulePage },
  { path: '/rule-changes/*', make: ruleChangePage },
  { path: '/segments', make: segmentsPage },
  { path: '/reports', make: reportsPage },
  { path: '/reports/*', make: reportPage },
  { path: '/decisions', make: decisionsPage },
  { path: '/decisions/*', make: decisionPage },
  { path: '/events', make: eventPage },
  { path: '/dead', make: deadPage },
  { path: '/dead/*', make: letterPage },
  { path: '/system', make: systemPage },
];

/** Below /ui/parts/, for the script. */
export const PARTS: Readonly<Record<string, (visit: Visit) => Promise<Html>>> = {
  needs: async (visit) => needsPart(visit, await readNeeds(visit)),
  anomalies: async (visit) => anomaliesPart(visit, await readNeeds(visit)),
  actions: async (visit) => actionsPart(visit, await readNeeds(visit)),
  calls: callsPart,
  segments: segmentsPart,
  changes: changesPart,
  pulse: pulsePart,
  lag: lagPart,
  flow: async (visit) => flowPart(visit),
  backtest: backtestPart,
};
