/** Anomalies read from the history: those that are open, and those that were. */

import type { Kysely } from 'kysely';
import type { Anomaly, AnomalyQuery } from '../../core/history/anomaly.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import type { Tables } from '../tables.ts';

export async function readAnomalies(db: Kysely<Tables>, asked: AnomalyQuery): Promise<Page<Anomaly>> {
  const { active, since, after, limit } = asked;
  let query = db.selectFrom('anomalies').selectAll();
  for (const column of ['severity', 'rule', 'kind', 'entity'] as const)
    if (asked[column] !== undefined) query = query.where(column, '=', asked[column]);
  if (active !== undefined) query = query.where('resolved_at', active ? 'is' : 'is not', null);
  if (since !== undefined)
    query = query.where(({ eb, or }) =>
      or([eb('resolved_at', 'is', null), eb('resolved_at', '>=', new Date(since))]),
    );
  if (after !== undefined) {
    const cursor = readCursor(after, ['number', 'number', 'number', 'number', 'string']);
    const [opened, partition, incarnation, seq, name] = cursor as [number, number, number, number, string];
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('opened_at', 'partition', 'incarnation', 'seq', 'name'),
        '<',
        tuple(new Date(opened), partition, incarnation, seq, name),
      ),
    );
  }
  for (const column of ['opened_at', 'partition', 'incarnation', 'seq', 'name'] as const)
    query = query.orderBy(column, 'desc');
  const found = await query.limit(limit + 1).execute();
  return pageOf(found, limit, anomalyOf, (row) => [
    row.opened_at.getTime(),
    row.partition,
    row.incarnation,
    row.seq,
    row.name,
  ]);
}

function anomalyOf(row: Tables['anomalies']): Anomaly {
  return {
    id: `${row.partition}-${row.incarnation}-${row.seq}/${row.name}`,
    rule: row.rule,
    name: row.name,
    kind: row.kind,
    entity: row.entity,
    severity: row.severity,
    line: row.line as Anomaly['line'],
    opened: row.opened_at.getTime(),
    updated: row.updated_at.getTime(),
    resolved: row.resolved_at === null ? null : row.resolved_at.getTime(),
    decision: row.decision,
  };
}
