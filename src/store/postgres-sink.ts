/** Sink in Postgres: rows and positions move in one transaction, so that each row is there exactly once. */

import { type Kysely, sql, type Transaction } from 'kysely';
import type { Decision } from '../core/decision.ts';
import type { EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { LoggedEvent } from '../core/history/logged-event.ts';
import type { Batch, OutboxRow, Place, Sink, SinkPosition } from '../core/ports.ts';
import type { Database } from './database.ts';
import { findNewest } from './find-newest.ts';
import { markOrphans } from './mark-orphans.ts';
import { doubtEntities } from './postgres-entities.ts';
import type { Tables } from './tables.ts';
import { mayAct, writeActions } from './write/actions.ts';
import { writeAnomalies } from './write/anomalies.ts';
import { writeDecisions } from './write/decisions.ts';
import { carryOut, carryOutAgain } from './write/erasures.ts';
import { loggedRows, writeEvents } from './write/events.ts';
import { mayState, writeInsights } from './write/insights.ts';
import { writeDeadLetters, writeLateEvents } from './write/letters.ts';

export class PostgresSink implements Sink {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  positions(places: readonly Place[]): Promise<SinkPosition[]> {
    return this.#database.ask('reading the positions of the history', async (db) => {
      await db
        .insertInto('stream_positions')
        .values(places.map((place) => ({ ...place, position: '0-0' })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const rows = await db
        .selectFrom('stream_positions')
        .select(['stream', 'partition', 'position', 'rules'])
        .execute();
      const known = new Map(rows.map((row) => [`${row.stream} ${row.partition}`, row]));
      // Whoever takes over a log does not know whether entities further than the history were lost since. What the
      // history has of the log itself is compared with it, see `rewind`.
      const logs = places.filter(({ stream }) => stream === 'in');
      await db.transaction().execute((transaction) =>
        doubtEntities(
          transaction,
          logs.map(({ partition }) => ({
            partition,
            after: known.get(`in ${partition}`)?.position ?? '0-0',
          })),
        ),
      );
      return places.map(({ stream, partition }) => {
        const { position, rules } = known.get(`${stream} ${partition}`) as (typeof rows)[number];
        return { position, ...(rules === null ? {} : { rules }) };
      });
    });
  }

  apply(batches: readonly Batch[]): Promise<void> {
    return this.#database.ask('writing the history', (db) =>
      db.transaction().execute(async (transaction) => {
        await move(transaction, batches);
        await write(transaction, batches);
      }),
    );
  }

  newest(place: Place, rows: Batch['rows']): Promise<EntryId | undefined> {
    return this.#database.ask('comparing the history with a stream', (db) => findNewest(db, place, rows));
  }

  rewind(place: Place, from: EntryId, to: EntryId): Promise<number> {
    return this.#database.ask('marking what Redis lost', (db) =>
      db.transaction().execute(async (transaction) => {
        const losses = await moveBack(transaction, place, from, to);
        return markOrphans(transaction, place, to, losses);
      }),
    );
  }
}

async function write(transaction: Transaction<Tables>, batches: readonly Batch[]): Promise<void> {
  const events = batches.flatMap((batch) =>
    batch.stream === 'in' ? loggedRows(batch.partition, batch.rows) : [],
  );
  const rowsOf = (stream: Batch['stream']) =>
    batches.flatMap((batch) =>
      batch.stream === stream && batch.stream !== 'in'
        ? batch.rows.map((row: OutboxRow) => ({ ...row, partition: batch.partition }))
        : [],
    );
  const [decisions, dead, late] = [rowsOf('out'), rowsOf('dead'), rowsOf('late')];
  if (events.length > 0) await writeEvents(transaction, events);
  const told = decisions.length > 0 ? await writeDecisions(transaction, decisions) : [];
  if (decisions.length > 0) {
    await writeAnomalies(
      transaction,
      decisions.filter(mayTell).map(({ text }) => JSON.parse(text) as Decision),
    );
  }
  if (decisions.some(mayAct))
    await writeActions(
      transaction,
      decisions.filter(mayAct).map(({ text }) => JSON.parse(text) as Decision),
    );
  if (decisions.some(mayState))
    await writeInsights(
      transaction,
      decisions.filter(mayState).map(({ text }) => JSON.parse(text) as Decision),
    );
  const refused = dead.length > 0 ? await writeDeadLetters(transaction, dead) : [];
  const lateOnes = late.length > 0 ? await writeLateEvents(transaction, late) : [];
  await carryOut(transaction, events);
  await carryOutAgain(transaction, [
    ...events.flatMap(({ event }) => subjectsOf(event)),
    ...told,
    ...[...refused, ...lateOnes].flatMap(({ kind, entity }) =>
      kind && entity ? [[kind, entity] as const] : [],
    ),
  ]);
}

/** Its own entity, and the lead that an event of a campaign names. */
function subjectsOf({ kind, entity, data }: LoggedEvent): (readonly [string, string])[] {
  const subjects: (readonly [string, string])[] = kind && entity ? [[kind, entity]] : [];
  if (kind !== 'lead' && typeof data.lead_id === 'string') subjects.push(['lead', data.lead_id]);
  return subjects;
}

/** Most decisions have nothing to say of anomalies, and reading them again would cost as much as writing them. */
function mayTell({ text }: OutboxRow): boolean {
  return text.includes('"severity":') || /"left":\["/.test(text);
}

/** The compare-and-set that everything rests on; row locks, taken in one order, make two deliverers take turns. */
async function move(transaction: Transaction<Tables>, batches: readonly Batch[]): Promise<void> {
  const streams = batches.map(({ stream }) => stream);
  const partitions = batches.map(({ partition }) => partition);
  const { rows } = await sql<{ stream: string; partition: number; position: string }>`
    select p.stream, p.partition, p.position
    from stream_positions p
    where (p.stream, p.partition) in (select * from unnest(${streams}::text[], ${partitions}::int[]))
    order by p.stream, p.partition
    for update`.execute(transaction);
  const found = new Map(rows.map((row) => [`${row.stream} ${row.partition}`, row.position]));
  for (const { stream, partition, from } of batches)
    if (found.get(`${stream} ${partition}`) !== from) throw stale({ stream, partition }, from);
  const rules = batches.map((batch) => (batch.stream === 'in' ? (batch.rows.at(-1)?.rules ?? null) : null));
  await sql`
    update stream_positions p set position = r.position, rules = coalesce(r.rules, p.rules)
    from unnest(${streams}::text[], ${partitions}::int[], ${batches.map(({ to }) => to)}::text[],
      ${rules}::text[]) as r(stream, partition, position, rules)
    where p.stream = r.stream and p.partition = r.partition`.execute(transaction);
}

async function moveBack(db: Kysely<Tables>, place: Place, from: EntryId, to: EntryId): Promise<number> {
  const moved = await db
    .updateTable('stream_positions')
    // which set was in force there is told by the position that is committed now
    .set((column) => ({ position: to, rules: null, losses: column('losses', '+', 1) }))
    .where('stream', '=', place.stream)
    .where('partition', '=', place.partition)
    .where('position', '=', from)
    .returning('losses')
    .executeTakeFirst();
  if (moved) return moved.losses;
  throw stale(place, from);
}

function stale({ stream, partition }: Place, from: EntryId): WeirError {
  return new WeirError(
    'stale_position',
    `writing the history of partition ${partition}: its position in "${stream}" is not ${from}; it is read again`,
  );
}
