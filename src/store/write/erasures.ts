/** Erasures are carried out in the transaction that writes their event, and again for older rows that come later. */

import { sql, type Transaction } from 'kysely';
import type { Erasure } from '../erase/erasure.ts';
import { eraseAgain, eraseRows } from '../erase-person.ts';
import type { Tables } from '../tables.ts';
import type { LoggedRow } from './events.ts';

/** Whom a row is about. */
type Subject = readonly [kind: string, id: string];

/** To be called when the rows are written. */
export async function carryOut(db: Transaction<Tables>, rows: readonly LoggedRow[]): Promise<void> {
  const asked = rows.filter(({ event }) => event.erases === true && event.kind !== null);
  for (const { partition, ms, seq, event } of asked) {
    const standing = await db
      .selectFrom('events')
      .select('entity')
      .where('partition', '=', partition)
      .where('entry_ms', '=', ms)
      .where('entry_seq', '=', seq)
      .where('item', '=', event.item)
      .where('repeated', '=', false)
      .where('loss', '=', 0)
      .executeTakeFirst();
    // a copy changes nothing: whoever came after the first one stays
    if (standing === undefined) continue;
    const erasure = {
      kind: event.kind as string,
      id: event.entity as string,
      place: { partition, ms, seq },
      at: new Date(event.time),
    };
    await remember(db, erasure);
    await eraseRows(db, erasure);
  }
}

async function remember(db: Transaction<Tables>, { kind, id, place, at }: Required<Erasure>): Promise<void> {
  const { partition, ms, seq } = place as NonNullable<Erasure['place']>;
  await sql`
    insert into erasures as e (kind, id, partition, entry_ms, entry_seq, erased_at)
    values (${kind}, ${id}, ${partition}, ${ms}, ${seq}, ${at})
    on conflict (kind, id) do update set partition = excluded.partition, entry_ms = excluded.entry_ms,
      entry_seq = excluded.entry_seq, erased_at = greatest(e.erased_at, excluded.erased_at)`.execute(db);
}

/** Streams are not written in step: a decision may come after the erasure of whom it is about. */
export async function carryOutAgain(db: Transaction<Tables>, subjects: readonly Subject[]): Promise<void> {
  const { rows: any } = await sql`select from erasures limit 1`.execute(db);
  if (any.length === 0) return;
  const asked = [...new Map(subjects.map((subject) => [JSON.stringify(subject), subject])).values()];
  if (asked.length === 0) return;
  const { rows } = await sql<Tables['erasures']>`
    select e.* from erasures e
    join unnest(${asked.map(([kind]) => kind)}::text[], ${asked.map(([, id]) => id)}::text[]) as r(kind, id)
      on e.kind = r.kind and e.id = r.id`.execute(db);
  for (const { kind, id, partition, entry_ms: ms, entry_seq: seq, erased_at: at } of rows)
    await eraseAgain(db, { kind, id, place: { partition, ms, seq }, at });
}
