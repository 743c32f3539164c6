/** Decisions read from the history: one, those of an entity, or lists of them. */

import type { Kysely } from 'kysely';
import type { Decision } from '../../core/decision.ts';
import type { DecisionQuery } from '../../core/history/decision-query.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import type { DecisionId, HistoryQuery, KeptDecision } from '../../core/history.ts';
import type { Millis } from '../../core/units.ts';
import type { Tables } from '../tables.ts';

export async function readDecision(
  db: Kysely<Tables>,
  { partition, incarnation, seq }: DecisionId,
): Promise<KeptDecision | undefined> {
  const row = await db
    .selectFrom('decisions')
    .select(['decision', 'orphaned'])
    .where('partition', '=', partition)
    .where('incarnation', '=', incarnation)
    .where('seq', '=', seq)
    // the one that stands, else the one that was lost last
    .orderBy('orphaned')
    .orderBy('loss', 'desc')
    .executeTakeFirst();
  return row && { decision: row.decision as Decision, orphaned: row.orphaned };
}

/** Of one entity: all lie in one outbox, whose order is theirs. */
export async function readDecisionsOf(
  db: Kysely<Tables>,
  kind: string,
  entity: string,
  { rule, since, after, limit }: HistoryQuery,
): Promise<Page<Decision>> {
  let query = db
    .selectFrom('decisions')
    .select(['decision', 'outbox_ms', 'outbox_seq'])
    .where('kind', '=', kind)
    .where('entity', '=', entity)
    .where('loss', '=', 0);
  if (rule !== undefined) query = query.where('rule', '=', rule);
  if (since !== undefined) query = query.where('time', '>=', new Date(since));
  if (after !== undefined) {
    const [ms, seq] = readCursor(after, ['number', 'number']) as [number, number];
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('outbox_ms', 'outbox_seq'), '<', tuple(ms, seq)),
    );
  }
  const found = await query
    .orderBy('outbox_ms', 'desc')
    .orderBy('outbox_seq', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(
    found,
    limit,
    (row) => row.decision as Decision,
    (row) => [row.outbox_ms, row.outbox_seq],
  );
}

/** Of each rule the last one until then: what stood at that time. */
export async function readDecisionsAt(
  db: Kysely<Tables>,
  kind: string,
  entity: string,
  at: Millis,
): Promise<readonly Decision[]> {
  const found = await db
    .selectFrom('decisions')
    .distinctOn('rule')
    .select('decision')
    .where('kind', '=', kind)
    .where('entity', '=', entity)
    .where('loss', '=', 0)
    .where('time', '<=', new Date(at))
    .orderBy('rule')
    .orderBy('outbox_ms', 'desc')
    .orderBy('outbox_seq', 'desc')
    .execute();
  return found.map(({ decision }) => decision as Decision);
}

export async function readDecisions(
  db: Kysely<Tables>,
  { rule, kind, entity, mode, since, until, after, limit }: DecisionQuery,
): Promise<Page<Decision>> {
  let query = db
    .selectFrom('decisions')
    .select(['decision', 'time', 'outbox_ms', 'outbox_seq', 'partition'])
    .where('loss', '=', 0);
  if (rule !== undefined) query = query.where('rule', '=', rule);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (entity !== undefined) query = query.where('entity', '=', entity);
  if (mode !== undefined) query = query.where('mode', '=', mode);
  if (since !== undefined) query = query.where('time', '>=', new Date(since));
  if (until !== undefined) query = query.where('time', '<', new Date(until));
  if (after !== undefined) {
    const cursor = readCursor(after, ['number', 'number', 'number', 'number']);
    const [time, ms, seq, partition] = cursor as [number, number, number, number];
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('time', 'outbox_ms', 'outbox_seq', 'partition'),
        '<',
        tuple(new Date(time), ms, seq, partition),
      ),
    );
  }
  const found = await query
    .orderBy('time', 'desc')
    .orderBy('outbox_ms', 'desc')
    .orderBy('outbox_seq', 'desc')
    .orderBy('partition', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(
    found,
    limit,
    (row) => row.decision as Decision,
    (row) => [row.time.getTime(), row.outbox_ms, row.outbox_seq, row.partition],
  );
}
