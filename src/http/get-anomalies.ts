/** Anomalies: what rules with a severity found, open ones and those that are over, last opened first. */

import type { Context } from 'hono';
import type { Anomaly } from '../core/history/anomaly.ts';
import type { AppOptions } from './app.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { problem } from './problem.ts';
import { Query } from './query.ts';

export async function answerAnomalies(c: Context, options: AppOptions): Promise<Response> {
  const query = new Query(c.req.query(), options.clock.now());
  const [active, since] = [query.flag('active'), query.time('since')];
  const texts = {
    severity: query.text('severity'),
    rule: query.text('rule'),
    kind: query.text('kind'),
    entity: query.text('entity'),
    after: query.text('after'),
  };
  const given = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
  const limit = query.limit();
  const refused = query.problem();
  if (refused) return problem(c, refused);
  const { history } = options;
  if (!history) return noHistory(c);
  const standing = await asOf(options, history);
  const { rows, next } = await history.anomalies({
    limit,
    ...given,
    ...(active === undefined ? {} : { active }),
    ...(since === undefined ? {} : { since }),
  });
  const more = next === undefined ? {} : { next };
  return c.json({ anomalies: rows.map(anomalyAnswer), ...more, ...standing });
}

function anomalyAnswer({ id, rule, name, kind, entity, severity, line, ...rest }: Anomaly) {
  const { opened, updated, resolved, decision, acknowledged, muted } = rest;
  return {
    ...line,
    id,
    rule,
    name,
    kind,
    entity,
    severity,
    active: resolved === null,
    opened_at: iso(opened),
    updated_at: iso(updated),
    resolved_at: resolved === null ? null : iso(resolved),
    decision_id: decision,
    acknowledged_by: acknowledged?.by ?? null,
    acknowledged_at: acknowledged ? iso(acknowledged.at) : null,
    muted_by: muted?.by ?? null,
    muted_until: muted ? iso(muted.until) : null,
  };
}
