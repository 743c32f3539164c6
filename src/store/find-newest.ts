/** The newest of some rows of a stream that the history holds: up to there, both tell the same. */

import { type Kysely, sql } from 'kysely';
import type { DeadLetter } from '../core/decision.ts';
import { compareEntryIds, type EntryId } from '../core/entry.ts';
import type { LogRow } from '../core/history/logged-event.ts';
import type { Batch, OutboxRow, Place } from '../core/ports.ts';
import { outboxPlace } from './outbox-place.ts';
import { storable } from './storable.ts';
import type { Tables } from './tables.ts';
import { decisionColumns } from './write/decision-columns.ts';

export async function findNewest(
  db: Kysely<Tables>,
  { stream, partition }: Place,
  rows: Batch['rows'],
): Promise<EntryId | undefined> {
  if (stream === 'in') return newestEntry(db, partition, rows as readonly LogRow[]);
  if (stream === 'out') return newestDecision(db, partition, rows as readonly OutboxRow[]);
  return newestLetter(db, stream, partition, rows as readonly OutboxRow[]);
}

async function newestDecision(
  db: Kysely<Tables>,
  partition: number,
  rows: readonly OutboxRow[],
): Promise<EntryId | undefined> {
  const { incarnation, seq, outboxMs, outboxSeq } = decisionColumns(rows);
  const { rows: found } = await sql<{ id: EntryId }>`
    select outbox_ms || '-' || outbox_seq as id
    from decisions d
    join unnest(${incarnation}::int[], ${seq}::bigint[], ${outboxMs}::bigint[], ${outboxSeq}::bigint[])
      as asked(incarnation, seq, ms, number) on d.incarnation = asked.incarnation and d.seq = asked.seq
        and d.outbox_ms = asked.ms and d.outbox_seq = asked.number
    where d.partition = ${partition} and d.loss = 0
    order by outbox_ms desc, outbox_seq desc
    limit 1`.execute(db);
  return found[0]?.id;
}

/** By the ids of the events in it; an entry without events is nowhere to be found. */
async function newestEntry(
  db: Kysely<Tables>,
  partition: number,
  rows: readonly LogRow[],
): Promise<EntryId | undefined> {
  const asked = rows.flatMap(({ id, events }) => {
    const [first] = events;
    return first ? [{ ...outboxPlace(id), item: first.item, event: first.id, type: first.type }] : [];
  });
  const lists = sql`unnest(${asked.map(({ ms }) => ms)}::bigint[], ${asked.map(({ seq }) => seq)}::bigint[],
    ${asked.map(({ item }) => item)}::int[],
    ${asked.map(({ event }) => (event === null ? null : storable(event)))}::text[])
    as asked(ms, seq, item, event)`;
  const held = ['events', 'campaign_events'].map(
    (table) => sql`
      select e.entry_ms, e.entry_seq from ${sql.table(table)} e join ${lists}
        on e.entry_ms = asked.ms and e.entry_seq = asked.seq and e.item = asked.item
          and e.event_id is not distinct from asked.event
      where e.partition = ${partition} and e.loss = 0`,
  );
  const { rows: found } = await sql<{ id: EntryId }>`
    select entry_ms || '-' || entry_seq as id from (${sql.join(held, sql` union all `)}) held
    order by entry_ms desc, entry_seq desc limit 1`.execute(db);
  return found[0]?.id;
}

async function newestLetter(
  db: Kysely<Tables>,
  stream: 'dead' | 'late',
  partition: number,
  rows: readonly OutboxRow[],
): Promise<EntryId | undefined> {
  const [ms, seq] = [sql.ref(`${stream}_ms`), sql.ref(`${stream}_seq`)];
  const table = sql.table(stream === 'dead' ? 'dead_letters' : 'late_events');
  const places = rows.map(({ id }) => outboxPlace(id));
  const { rows: held } = await sql<{ id: EntryId; entry: EntryId }>`
    select ${ms} || '-' || ${seq} as id, entry_ms || '-' || entry_seq as entry
    from ${table}
    where partition = ${partition} and loss = 0
      and (${ms}, ${seq}) in (select * from unnest(${places.map((place) => place.ms)}::bigint[],
        ${places.map((place) => place.seq)}::bigint[]))`.execute(db);
  const entries = new Map(held.map(({ id, entry }) => [id, entry]));
  const same = rows.filter(({ id, text }) => entries.get(id) === (JSON.parse(text) as DeadLetter).entry);
  return same
    .map(({ id }) => id)
    .sort(compareEntryIds)
    .at(-1);
}
