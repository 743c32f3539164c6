/** Anomalies read from the history: those that are open, and those that were. */

import type { Kysely } from 'kysely';
import type { Anomaly, AnomalyQuery } from '../../core/history/anomaly.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import type { DecisionId } from '../../core/history.ts';
import type { Tables } from '../tables.ts';
import { type Handling, handledBy, readHandlings } from './handlings.ts';

type Row = Tables['anomalies'];

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
  const handlings = await readHandlings(db, found);
  return pageOf(found, limit, anomalyOf(handlings), (row) => [
    row.opened_at.getTime(),
    row.partition,
    row.incarnation,
    row.seq,
    row.name,
  ]);
}

export async function readAnomaly(
  db: Kysely<Tables>,
  { partition, incarnation, seq }: DecisionId,
  name: string,
): Promise<Anomaly | undefined> {
  const row = await db
    .selectFrom('anomalies')
    .selectAll()
    .where('partition', '=', partition)
    .where('incarnation', '=', incarnation)
    .where('seq', '=', seq)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && anomalyOf(await readHandlings(db, [row]))(row);
}

const anomalyOf =
  (handlings: readonly Handling[]) =>
  (row: Row): Anomaly => {
    const { acknowledged, muted } = handledBy(row, handlings);
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
      acknowledged,
      muted,
    };
  };
