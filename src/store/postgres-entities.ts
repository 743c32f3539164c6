/** Entities as they stand in Postgres: one row each, and a narrow row for each number they are ordered by. */

import { type Kysely, sql } from 'kysely';
import { entityKey, splitEntityKey } from '../core/entity-key.ts';
import type { EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { EntityRow, EntitySink, EntityStanding } from '../core/ports.ts';
import type { Database } from './database.ts';
import { outboxPlace } from './outbox-place.ts';
import { EVERY } from './read/entities.ts';
import { storable, storableJson } from './storable.ts';
import type { Tables } from './tables.ts';

const STREAM = 'entities';
/** In the place of the rules, before a mark: rows made by other rules may have come since it was complete. */
const BEGUN = 'begun ';

export class PostgresEntities implements EntitySink {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  standings(partitions: readonly number[]): Promise<(readonly [number, EntityStanding])[]> {
    return this.#database.ask('reading which entities are kept', async (db) => {
      // there from now on: a row that is not there could not be held against doubts
      await db
        .insertInto('stream_positions')
        .values(partitions.map((partition) => ({ stream: STREAM, partition, position: '0-0', rules: BEGUN })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const rows = await db
        .selectFrom('stream_positions')
        .select(['partition', 'rules', 'losses'])
        .where('stream', '=', STREAM)
        .where('partition', 'in', [...partitions])
        .execute();
      // earlier versions did not note the rules
      return rows.map(({ partition, rules, losses: doubts }) => [
        partition,
        rules?.startsWith(BEGUN) ? { doubts } : { doubts, rules: rules ?? '' },
      ]);
    });
  }

  begun(partition: number, mark: string): Promise<void> {
    const rules = `${BEGUN}${mark}`;
    return this.#database.ask('noting that entities are read anew', async (db) => {
      await db
        .insertInto('stream_positions')
        .values({ stream: STREAM, partition, position: '0-0', rules })
        .onConflict((conflict) => conflict.columns(['stream', 'partition']).doUpdateSet({ rules }))
        .execute();
    });
  }

  async completed(partition: number, rules: string, mark: string): Promise<boolean> {
    // many rows came at once: lists are planned by how many there are, and the server looks only now and then
    await this.#database.askAs('migrate', 'looking how many entities are kept', (db) =>
      sql`analyze entities, entity_ranks`.execute(db),
    );
    return this.#database.ask('noting which entities are kept', async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('stream_positions')
        .set({ rules })
        .where('stream', '=', STREAM)
        .where('partition', '=', partition)
        .where('rules', '=', `${BEGUN}${mark}`)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    });
  }

  stale(partitions: readonly number[], limit: number): Promise<(readonly [number, string])[]> {
    return this.#database.ask('looking for entities to read again', async (db) => {
      const rows = await db
        .selectFrom('entities')
        .select(['partition', 'kind', 'id'])
        .where('stale', '=', true)
        .where('partition', 'in', [...partitions])
        .limit(limit)
        .execute();
      return rows.map(({ partition, kind, id }) => [partition, entityKey(kind, id)] as const);
    });
  }

  apply(
    rows: readonly EntityRow[],
    gone: readonly string[],
    read?: { readonly partition: number; readonly doubts: number },
  ): Promise<void> {
    return this.#database.ask('writing entities', (db) =>
      db.transaction().execute(async (transaction) => {
        if (read !== undefined) await holdOffDoubts(transaction, read);
        // an erasure that is under way waits for this, or this for it
        await sql`select pg_advisory_xact_lock_shared(hashtext('weir erasures'))`.execute(transaction);
        // in one order, so that two writers never wait for each other
        const sorted = [...rows].sort((a, b) => compare(a.kind, b.kind) || compare(a.id, b.id));
        if (sorted.length > 0) {
          const fresh = await writeEntities(transaction, sorted);
          const written = sorted.filter(({ kind, id }) => fresh.has(entityKey(kind, id)));
          if (written.length > 0) {
            await writeRanks(transaction, written);
            await writePersons(transaction, written);
          }
        }
        if (gone.length > 0) await removeEntities(transaction, gone);
      }),
    );
  }
}

/** A doubt waits until the rows are in, so that it is about them too; after it they must be read again. */
async function holdOffDoubts(
  db: Kysely<Tables>,
  { partition, doubts }: { readonly partition: number; readonly doubts: number },
): Promise<void> {
  const now = await db
    .selectFrom('stream_positions')
    .select('losses')
    .where('stream', '=', STREAM)
    .where('partition', '=', partition)
    .forShare()
    .executeTakeFirst();
  if (now?.losses !== doubts)
    throw new WeirError(
      'stale_position',
      `writing entities of partition ${partition}: Redis may have lost what they were made from; they are read again`,
    );
}

/** Entities of the partitions made from entries after a place may be made from what is lost: they are read again. */
export async function doubtEntities(
  db: Kysely<Tables>,
  places: readonly { readonly partition: number; readonly after: EntryId }[],
): Promise<void> {
  const sorted = [...places].sort((a, b) => a.partition - b.partition);
  for (const { partition } of sorted)
    await db
      .insertInto('stream_positions')
      .values({ stream: STREAM, partition, position: '0-0', rules: BEGUN, losses: 1 })
      .onConflict((conflict) =>
        conflict
          .columns(['stream', 'partition'])
          .doUpdateSet((row) => ({ losses: row('stream_positions.losses', '+', 1) })),
      )
      .execute();
  for (const { partition, after } of sorted) {
    const { ms, seq } = outboxPlace(after);
    await db
      .updateTable('entities')
      .set({ stale: true })
      .where('partition', '=', partition)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('entry_ms', 'entry_seq'), '>', tuple(ms, seq)))
      .execute();
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @returns the keys of those that were not older than what was there */
async function writeEntities(db: Kysely<Tables>, rows: readonly EntityRow[]): Promise<Set<string>> {
  const places = rows.map(({ entry }) => outboxPlace(entry));
  const { rows: written } = await sql<{ kind: string; id: string }>`
    insert into entities as e (kind, id, partition, values, decisions, tags, as_of, entry_ms, entry_seq)
    select kind, id, partition, values, decisions, tags::text[], as_of, entry_ms, entry_seq
    from unnest(${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.id)}::text[],
      ${rows.map((row) => row.partition)}::int[], ${rows.map((row) => storableJson(row.values))}::jsonb[],
      ${rows.map((row) => JSON.stringify(row.decisions))}::json[], ${rows.map((row) => arrayText(row.tags))}::text[],
      ${rows.map((row) => new Date(row.asOf).toISOString())}::timestamptz[],
      ${places.map(({ ms }) => ms)}::bigint[], ${places.map(({ seq }) => seq)}::bigint[])
      as r(kind, id, partition, values, decisions, tags, as_of, entry_ms, entry_seq)
    where not exists (select from erasures x where x.kind = r.kind and x.id = r.id
      and (x.entry_ms, x.entry_seq) > (r.entry_ms, r.entry_seq))
    on conflict (kind, id) do update set partition = excluded.partition, values = excluded.values,
      decisions = excluded.decisions, tags = excluded.tags, as_of = excluded.as_of, entry_ms = excluded.entry_ms, entry_seq = excluded.entry_seq,
      stale = false
    where e.stale or (excluded.entry_ms, excluded.entry_seq) >= (e.entry_ms, e.entry_seq)
    returning kind, id`.execute(db);
  return new Set(written.map(({ kind, id }) => entityKey(kind, id)));
}

async function writeRanks(db: Kysely<Tables>, rows: readonly EntityRow[]): Promise<void> {
  const ranks = rows.flatMap(({ kind, id, tags, ranks: numbers }) =>
    [[EVERY, 0] as const, ...numbers].map(([name, value]) => ({
      kind,
      id,
      name,
      value,
      tags: arrayText(tags),
      numbers: name === EVERY ? JSON.stringify(Object.fromEntries(numbers)) : null,
    })),
  );
  await sql`
    insert into entity_ranks as r (kind, id, name, value, tags, numbers)
    select kind, id, name, value, tags::text[], numbers
    from unnest(${ranks.map(({ kind }) => kind)}::text[], ${ranks.map(({ id }) => id)}::text[],
      ${ranks.map(({ name }) => name)}::text[], ${ranks.map(({ value }) => value)}::float8[],
      ${ranks.map(({ tags }) => tags)}::text[], ${ranks.map(({ numbers }) => numbers)}::jsonb[])
      as n(kind, id, name, value, tags, numbers)
    on conflict (kind, id, name) do update
    set value = excluded.value, tags = excluded.tags, numbers = excluded.numbers
    where r.value <> excluded.value or r.tags <> excluded.tags or r.numbers is distinct from excluded.numbers`.execute(
    db,
  );
  // results that are gone: a rule without data, or a rule that is no more
  await sql`
    delete from entity_ranks r
    using unnest(${rows.map(({ kind }) => kind)}::text[], ${rows.map(({ id }) => id)}::text[],
      ${rows.map(({ ranks: numbers }) => arrayText([EVERY, ...numbers.map(([name]) => name)]))}::text[])
      as n(kind, id, names)
    where r.kind = n.kind and r.id = n.id and r.name <> all (n.names::text[])`.execute(db);
}

async function writePersons(db: Kysely<Tables>, rows: readonly EntityRow[]): Promise<void> {
  const persons = rows.flatMap(({ kind, id, person }) => {
    if (person === undefined) return [];
    const { email, name, ...fields } = person;
    return [{ kind, id, email: textOf(email), name: textOf(name), fields: JSON.stringify(fields) }];
  });
  const nobodies = rows.filter(({ person }) => person === undefined);
  // a new life after an erasure, of whom nothing is known yet
  if (nobodies.length > 0)
    await sql`
      delete from persons p
      using unnest(${nobodies.map(({ kind }) => kind)}::text[], ${nobodies.map(({ id }) => id)}::text[])
        as n(kind, id)
      where p.kind = n.kind and p.id = n.id`.execute(db);
  if (persons.length === 0) return;
  await sql`
    insert into persons as p (kind, id, email, name, fields)
    select * from unnest(${persons.map(({ kind }) => kind)}::text[], ${persons.map(({ id }) => id)}::text[],
      ${persons.map(({ email }) => email)}::text[], ${persons.map(({ name }) => name)}::text[],
      ${persons.map(({ fields }) => fields)}::json[])
    on conflict (kind, id) do update set email = excluded.email, name = excluded.name, fields = excluded.fields
    where (p.email, p.name, p.fields::text)
      is distinct from (excluded.email, excluded.name, excluded.fields::text)`.execute(db);
}

function textOf(value: string | undefined): string | null {
  return value === undefined ? null : storable(value);
}

async function removeEntities(db: Kysely<Tables>, keys: readonly string[]): Promise<void> {
  const named = keys.map(splitEntityKey);
  const lists = sql`unnest(${named.map(({ kind }) => kind)}::text[], ${named.map(({ id }) => id)}::text[])
    as gone(kind, id)`;
  // the person goes with the erasure, which looks for its name elsewhere first
  for (const table of ['entities', 'entity_ranks'] as const)
    await sql`delete from ${sql.table(table)} t using ${lists} where t.kind = gone.kind and t.id = gone.id`.execute(
      db,
    );
}

/** A list within a list of rows: as Postgres writes arrays. */
function arrayText(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${storable(text).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
