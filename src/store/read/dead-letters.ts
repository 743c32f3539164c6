/** Dead letters read from the history: one with its bytes, lists without them, and how many of which sort are open. */

import type { Kysely } from 'kysely';
import type { DeadReason } from '../../core/decision.ts';
import type { KeptLetter, LetterGroup, LetterQuery, LetterState } from '../../core/history/kept-letter.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import type { Tables } from '../tables.ts';

const COLUMNS = [
  'partition',
  'dead_ms',
  'dead_seq',
  'reason',
  'problem',
  'type',
  'entry_ms',
  'entry_seq',
  'item',
  'state',
  'state_at',
  'state_by',
  'sent_id',
  'sent_source',
] as const;

export async function readLetter(db: Kysely<Tables>, id: string): Promise<KeptLetter | undefined> {
  const match = /^(\d{1,4}):(\d{1,15})-(\d{1,15})$/.exec(id);
  if (!match) return undefined;
  const [partition, ms, seq] = match.slice(1).map(Number) as [number, number, number];
  const row = await db
    .selectFrom('dead_letters')
    .select([...COLUMNS, 'raw'])
    .where('partition', '=', partition)
    .where('dead_ms', '=', ms)
    .where('dead_seq', '=', seq)
    .where('loss', '=', 0)
    .executeTakeFirst();
  return row && { ...letterOf(row), ...(row.raw === null ? {} : { raw: row.raw }) };
}

export async function readLetters(db: Kysely<Tables>, asked: LetterQuery): Promise<Page<KeptLetter>> {
  const { after, limit, since, oldest = false } = asked;
  let query = db.selectFrom('dead_letters').select(COLUMNS).where('loss', '=', 0);
  for (const column of ['reason', 'type', 'state'] as const)
    if (asked[column] !== undefined) query = query.where(column, '=', asked[column]);
  if (since !== undefined) query = query.where('dead_ms', '>=', since);
  if (after !== undefined) {
    const [ms, seq, partition] = readCursor(after, ['number', 'number', 'number']) as [
      number,
      number,
      number,
    ];
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('dead_ms', 'dead_seq', 'partition'), oldest ? '>' : '<', tuple(ms, seq, partition)),
    );
  }
  const order = oldest ? 'asc' : 'desc';
  const found = await query
    .orderBy('dead_ms', order)
    .orderBy('dead_seq', order)
    .orderBy('partition', order)
    .limit(limit + 1)
    .execute();
  return pageOf(found, limit, letterOf, (row) => [row.dead_ms, row.dead_seq, row.partition]);
}

export async function readLetterGroups(db: Kysely<Tables>): Promise<LetterGroup[]> {
  const rows = await db
    .selectFrom('dead_letters')
    .select(({ fn }) => [
      'reason',
      'type',
      fn.countAll<number>().as('count'),
      fn.min('dead_ms').as('first'),
      fn.max('dead_ms').as('last'),
    ])
    .where('loss', '=', 0)
    .where('state', '=', 'open')
    .groupBy(['reason', 'type'])
    .orderBy('count', 'desc')
    .orderBy('reason')
    .execute();
  return rows.map((row) => ({ ...row, reason: row.reason as DeadReason }));
}

type Found = Pick<Tables['dead_letters'], Exclude<(typeof COLUMNS)[number], 'state'>> & { state: string };

function letterOf(row: Found): KeptLetter {
  return {
    id: `${row.partition}:${row.dead_ms}-${row.dead_seq}`,
    partition: row.partition,
    at: row.dead_ms,
    reason: row.reason as DeadReason,
    problem: row.problem,
    type: row.type,
    entry: `${row.entry_ms}-${row.entry_seq}`,
    item: row.item,
    state: row.state as LetterState,
    marked:
      row.state_at === null
        ? null
        : {
            at: row.state_at.getTime(),
            by: row.state_by ?? '',
            ...(row.sent_id === null ? {} : { sent: { id: row.sent_id, source: row.sent_source ?? '' } }),
          },
  };
}
