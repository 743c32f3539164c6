/** Actions read from the history: those that wait, and all that ever were. */

import type { Kysely } from 'kysely';
import type { ActionQuery, KeptAction } from '../../core/history/kept-action.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import type { DecisionId } from '../../core/history.ts';
import type { Tables } from '../tables.ts';

type Row = Tables['actions'];

export async function readActions(db: Kysely<Tables>, asked: ActionQuery): Promise<Page<KeptAction>> {
  const { after, limit } = asked;
  let query = db.selectFrom('actions').selectAll();
  for (const column of ['status', 'campaign', 'rule', 'kind', 'entity'] as const)
    if (asked[column] !== undefined) query = query.where(column, '=', asked[column]);
  if (after !== undefined) {
    const cursor = readCursor(after, ['number', 'number', 'number', 'number']);
    const [requested, partition, incarnation, seq] = cursor as [number, number, number, number];
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('requested_at', 'partition', 'incarnation', 'seq'),
        '<',
        tuple(new Date(requested), partition, incarnation, seq),
      ),
    );
  }
  for (const column of ['requested_at', 'partition', 'incarnation', 'seq'] as const)
    query = query.orderBy(column, 'desc');
  const found = await query.limit(limit + 1).execute();
  return pageOf(found, limit, actionOf, (row) => [
    row.requested_at.getTime(),
    row.partition,
    row.incarnation,
    row.seq,
  ]);
}

export async function readAction(
  db: Kysely<Tables>,
  { partition, incarnation, seq }: DecisionId,
): Promise<KeptAction | undefined> {
  const row = await db
    .selectFrom('actions')
    .selectAll()
    .where('partition', '=', partition)
    .where('incarnation', '=', incarnation)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row && actionOf(row);
}

function actionOf(row: Row): KeptAction {
  const { partition, incarnation, seq, rule, version, kind, entity, status } = row;
  return {
    id: `${partition}-${incarnation}-${seq}`,
    ...{ rule, version, kind, entity },
    status: status as KeptAction['status'],
    requestedAt: row.requested_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    value: row.value as KeptAction['value'],
    act: row.act as KeptAction['act'],
    history: row.history as KeptAction['history'],
  };
}
