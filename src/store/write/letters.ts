/** Dead letters and late events go in as the commit wrote them. */

import { type Kysely, sql } from 'kysely';
import type { DeadLetter } from '../../core/decision.ts';
import { normalId } from '../../core/id.ts';
import type { OutboxRow } from '../../core/ports.ts';
import type { Millis } from '../../core/units.ts';
import { outboxPlace } from '../outbox-place.ts';
import { storable } from '../storable.ts';
import type { Tables } from '../tables.ts';

type Row = OutboxRow & { readonly partition: number };
type Fields = Readonly<Record<string, unknown>>;

/** @returns whom they seem to be about */
export async function writeDeadLetters(
  db: Kysely<Tables>,
  rows: readonly Row[],
): Promise<readonly Subject[]> {
  const read = rows.map(({ text, partition, id }) => {
    const letter = JSON.parse(text) as DeadLetter;
    const entry = outboxPlace(letter.entry);
    return { partition, ...outboxPlace(id), entry, letter, ...aboutWhom(letter) };
  });
  await sql`
    insert into dead_letters (partition, dead_ms, dead_seq, entry_ms, entry_seq, item, reason, problem, type,
      kind, entity, event_id, raw)
    select partition, dead_ms, dead_seq, entry_ms, entry_seq, item, reason, problem, type, kind, entity,
      event_id, decode(raw, 'base64')
    from unnest(${read.map((row) => row.partition)}::int[], ${read.map((row) => row.ms)}::bigint[],
      ${read.map((row) => row.seq)}::bigint[], ${read.map((row) => row.entry.ms)}::bigint[],
      ${read.map((row) => row.entry.seq)}::bigint[], ${read.map((row) => row.letter.index)}::int[],
      ${read.map((row) => row.letter.reason)}::text[], ${read.map((row) => storable(row.letter.problem))}::text[],
      ${read.map((row) => (row.letter.type === undefined ? null : storable(row.letter.type)))}::text[],
      ${read.map((row) => row.kind)}::text[], ${read.map((row) => row.entity)}::text[],
      ${read.map((row) => row.event)}::text[],
      ${read.map(({ letter }) => Buffer.from(letter.raw, letter.encoding).toString('base64'))}::text[])
      as r(partition, dead_ms, dead_seq, entry_ms, entry_seq, item, reason, problem, type, kind, entity, event_id,
        raw)`.execute(db);
  const conflicts = read.filter(({ letter }) => letter.reason === 'id_conflict');
  if (conflicts.length === 0) return read;
  // the event came before the letter: it is no event that counted
  for (const table of ['events', 'campaign_events'] as const)
    await sql`
      update ${sql.table(table)} e set repeated = true
      from unnest(${conflicts.map((row) => row.partition)}::int[], ${conflicts.map((row) => row.entry.ms)}::bigint[],
        ${conflicts.map((row) => row.entry.seq)}::bigint[], ${conflicts.map((row) => row.letter.index)}::int[])
        as r(partition, entry_ms, entry_seq, item)
      where e.partition = r.partition and e.entry_ms = r.entry_ms and e.entry_seq = r.entry_seq
        and e.item = r.item and e.loss = 0`.execute(db);
  return read;
}

interface LateEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: Millis;
  readonly data: Fields;
  readonly entry: string;
  readonly stream_time: Millis;
}

/** @returns whom they are about */
export async function writeLateEvents(db: Kysely<Tables>, rows: readonly Row[]): Promise<readonly Subject[]> {
  const read = rows.map(({ text, partition, id }) => {
    const event = JSON.parse(text) as LateEvent;
    return { partition, ...outboxPlace(id), entry: outboxPlace(event.entry), event, ...subject(event.data) };
  });
  await sql`
    insert into late_events (partition, late_ms, late_seq, entry_ms, entry_seq, time, stream_time, type, source,
      event_id, kind, entity, data)
    select *
    from unnest(${read.map((row) => row.partition)}::int[], ${read.map((row) => row.ms)}::bigint[],
      ${read.map((row) => row.seq)}::bigint[], ${read.map((row) => row.entry.ms)}::bigint[],
      ${read.map((row) => row.entry.seq)}::bigint[],
      ${read.map(({ event }) => new Date(event.time).toISOString())}::timestamptz[],
      ${read.map(({ event }) => new Date(event.stream_time).toISOString())}::timestamptz[],
      ${read.map(({ event }) => storable(event.type))}::text[], ${read.map(({ event }) => event.source)}::text[],
      ${read.map(({ event }) => storable(event.id))}::text[], ${read.map((row) => row.kind)}::text[],
      ${read.map((row) => row.entity)}::text[],
      ${read.map(({ event }) => JSON.stringify(event.data))}::json[])`.execute(db);
  return read;
}

export interface Subject {
  readonly kind: string | null;
  readonly entity: string | null;
}

/** What can be told of bytes that were refused, if they are JSON at all. */
function aboutWhom({ raw, encoding }: DeadLetter): Subject & { readonly event: string | null } {
  const nobody = { kind: null, entity: null, event: null };
  if (encoding !== 'utf8') return nobody;
  try {
    const value = JSON.parse(raw) as Fields | null;
    if (typeof value !== 'object' || value === null) return nobody;
    const id = normalId(value.id);
    const data = typeof value.data === 'object' && value.data !== null ? (value.data as Fields) : value;
    return { ...subject(data), event: id ?? null };
  } catch {
    return nobody;
  }
}

const KEYS = ['lead_id', 'campaign_id'];

function subject(data: Fields): Subject {
  for (const key of KEYS) {
    const entity = normalId(data[key]);
    if (entity !== undefined) return { kind: key.slice(0, -'_id'.length), entity };
  }
  return { kind: null, entity: null };
}
