/** Entities read from the history: one, or a page of those that fit, in the order of a rank. */

import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { EntityQuery, KeptEntity, KeptPerson } from '../../core/history/kept-entity.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import type { Tables } from '../tables.ts';

const COLUMNS = ['id', 'partition', 'values', 'tags', 'as_of', 'entry_ms', 'entry_seq'] as const;
/** The rank that every entity has, with the value 0: ordered by it they are ordered by id. */
export const EVERY = '';

export async function readEntity(
  db: Kysely<Tables>,
  kind: string,
  id: string,
): Promise<KeptEntity | undefined> {
  const row = await db
    .selectFrom('entities')
    .select(COLUMNS)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && entityOf(kind, row);
}

/**
 * Entities that have rare tags are looked up and sorted; else the index of the rank is walked, which holds the tags
 * too. Only the entities of the page itself are read.
 */
export function readEntities(db: Kysely<Tables>, query: EntityQuery): Promise<Page<KeptEntity>> {
  return db.transaction().execute(async (transaction) => {
    const { kind, limit, after } = query;
    // the plan must not depend on whether statistics were made since the table was filled
    await plan(transaction, { seqscan: false, indexscan: false, indexonlyscan: false });
    const rare = await isRare(transaction, query);
    await plan(transaction, { indexscan: true, indexonlyscan: true, bitmapscan: rare, sort: rare });
    const name = query.order?.by ?? EVERY;
    const descending = query.order?.descending ?? false;
    let ranks = rare ? ranksOfFew(transaction, query, name) : ranksOf(transaction, query, name);
    ranks = withRanks(ranks, query, name);
    if (after !== undefined) {
      const [value, id] = readCursor(after, ['number', 'string']) as [number, string];
      ranks = ranks.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('r.value', 'r.id'), descending ? '<' : '>', tuple(value, id)),
      );
    }
    const direction = descending ? 'desc' : 'asc';
    const found = await ranks
      .orderBy('r.value', direction)
      .orderBy('r.id', direction)
      .limit(limit + 1)
      .execute();
    const page = pageOf(
      found,
      limit,
      ({ id }) => id,
      (row) => [row.value, row.id],
    );
    const entities = await readAll(transaction, kind, page.rows);
    return { ...page, rows: page.rows.flatMap((id) => entities.get(id) ?? []) };
  });
}

/** Which ways the planner may take, for the rest of the transaction. */
async function plan(db: Kysely<Tables>, ways: Readonly<Record<string, boolean>>): Promise<void> {
  const settings = Object.entries(ways).map(
    ([way, may]) => sql`set_config(${`enable_${way}`}, ${may ? 'on' : 'off'}, true)`,
  );
  await sql`select ${sql.join(settings)}`.execute(db);
}

/** Up to so many entities are sorted faster than an index is walked past all the others. */
const RARE = 6_000;

/** Whether tags are asked for that few entities have. */
async function isRare(db: Kysely<Tables>, { kind, tags }: EntityQuery): Promise<boolean> {
  if (!tags?.length) return false;
  const { found } = await db
    .selectFrom(
      withTags(db, kind, tags)
        .limit(RARE + 1)
        .as('t'),
    )
    .select(({ fn }) => fn.countAll<number>().as('found'))
    .executeTakeFirstOrThrow();
  return found <= RARE;
}

/** Along the index of the rank, leaving out who has not the tags. */
function ranksOf(db: Kysely<Tables>, { kind, tags }: EntityQuery, name: string): Ranks {
  const ranks = db
    .selectFrom('entity_ranks as r')
    .select(['r.id', 'r.value'])
    .where('r.kind', '=', kind)
    .where('r.name', '=', name);
  return tags?.length ? ranks.where(hasTags('r.tags', tags)) : ranks;
}

/** From the tags to the rank of each; lateral, so that it is never planned the other way round. */
function ranksOfFew(db: Kysely<Tables>, { kind, tags = [] }: EntityQuery, name: string): Ranks {
  return db
    .selectFrom(withTags(db, kind, tags).offset(0).as('t'))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('entity_ranks')
          .selectAll()
          .where('kind', '=', kind)
          .where('name', '=', name)
          .whereRef('id', '=', 't.id')
          .limit(1)
          .as('r'),
      (join) => join.onTrue(),
    )
    .select(['r.id', 'r.value']) as unknown as Ranks;
}

function withTags(db: Kysely<Tables>, kind: string, tags: readonly string[]) {
  return db
    .selectFrom('entity_ranks')
    .select('id')
    .where('kind', '=', kind)
    .where('name', '=', sql.lit(EVERY))
    .where(hasTags('tags', tags));
}

function hasTags(column: string, tags: readonly string[]) {
  return sql<boolean>`${sql.ref(column)} @> ${[...tags]}::text[]`;
}

async function readAll(
  db: Kysely<Tables>,
  kind: string,
  ids: readonly string[],
): Promise<Map<string, KeptEntity>> {
  const rows = await db
    .selectFrom('entities')
    .select(COLUMNS)
    .where('kind', '=', kind)
    .where('id', '=', (eb) => eb.fn.any(eb.val([...ids])))
    .execute();
  return new Map(rows.map((row) => [row.id, entityOf(kind, row)]));
}

type Ranks = SelectQueryBuilder<Tables & { r: Tables['entity_ranks'] }, 'r', { id: string; value: number }>;

function withRanks(ranks: Ranks, { kind, ranks: filters = [] }: EntityQuery, name: string): Ranks {
  let narrowed = ranks;
  for (const { name: other, min, max } of filters) {
    if (other === name) {
      if (min !== undefined) narrowed = narrowed.where('r.value', '>=', min);
      if (max !== undefined) narrowed = narrowed.where('r.value', '<=', max);
      continue;
    }
    narrowed = narrowed.where(({ exists, selectFrom }) => {
      let rank = selectFrom('entity_ranks as o')
        .select('o.id')
        .where('o.kind', '=', kind)
        .where('o.name', '=', other)
        .whereRef('o.id', '=', 'r.id');
      if (min !== undefined) rank = rank.where('o.value', '>=', min);
      if (max !== undefined) rank = rank.where('o.value', '<=', max);
      return exists(rank);
    });
  }
  return narrowed;
}

export async function readTagCounts(db: Kysely<Tables>, kind: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ tag: string; count: number }>`
    select tag, count(*) as count from entity_ranks, unnest(tags) as tag
    where kind = ${kind} and name = ${EVERY} group by tag order by tag`.execute(db);
  return new Map(rows.map(({ tag, count }) => [tag, count]));
}

export async function readPersons(
  db: Kysely<Tables>,
  kind: string,
  ids: readonly string[],
): Promise<Map<string, KeptPerson>> {
  const rows = await db
    .selectFrom('persons')
    .select(['id', 'email', 'name', 'fields'])
    .where('kind', '=', kind)
    .where('id', '=', (eb) => eb.fn.any(eb.val([...ids])))
    .execute();
  return new Map(
    rows.map(({ id, email, name, fields }) => [
      id,
      {
        ...(fields as KeptPerson),
        ...(email === null ? {} : { email }),
        ...(name === null ? {} : { name }),
      },
    ]),
  );
}

type Found = Pick<
  Tables['entities'],
  'id' | 'partition' | 'values' | 'tags' | 'as_of' | 'entry_ms' | 'entry_seq'
>;

function entityOf(kind: string, row: Found): KeptEntity {
  const { id, partition, values, tags, as_of, entry_ms, entry_seq } = row;
  return {
    kind,
    id,
    partition,
    values: values as KeptEntity['values'],
    tags,
    asOf: as_of.getTime(),
    entry: `${entry_ms}-${entry_seq}`,
  };
}
