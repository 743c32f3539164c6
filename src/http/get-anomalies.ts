/** Anomalies: what rules with a severity found, open ones and those that are over, last opened first. */

import type { Anomaly } from '../core/history/anomaly.ts';
import { ANOMALY, page } from './answer-schemas.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { AFTER, flag, LIMIT, text, time } from './parameter.ts';
import { route } from './route.ts';

export const anomaliesRoute = route({
  method: 'GET',
  path: '/v1/anomalies',
  tag: 'Anomalies',
  summary: 'What rules with a severity found, last opened first',
  permission: 'read',
  query: {
    active: flag('true: open ones; false: those that are over'),
    since: time('Open at this time or later'),
    severity: text('Of this severity'),
    rule: text('Of this rule'),
    kind: text('About entities of this kind'),
    entity: text('About the entity of this id'),
    after: AFTER,
    limit: LIMIT,
  },
  answers: { 200: { description: 'A page of anomalies', schema: page('anomalies', ANOMALY) } },
  problems: { 404: ['no-history'] },
  answer: async (c, options, { query }) => {
    const { history } = options;
    if (!history) return noHistory(c);
    const standing = await asOf(options, history);
    const { rows, next } = await history.anomalies(query);
    return c.json({ anomalies: rows.map(anomalyAnswer), ...(next && { next }), ...standing });
  },
});

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
