/** Entities read from the history: one, or a page of those that fit, in the order of a rank. */

import { type Expression, type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { EntityQuery, KeptEntity, KeptPerson } from '../../core/history/kept-entity.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import type { Tables } from '../tables.ts';

const COLUMNS = ['id', 'partition', 'values', 'decisions', 'tags', 'as_of', 'entry_ms', 'entry_seq'] as const;
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
 * A page is looked for along the index of the rank, which holds the tags too, and not far. Else those who have rare tags
 * are sorted, and the index is walked to its end for other tags. Only the entities of the page itself are read; each
 * try is one question.
 *
 * @param rare filters and orders for which the sorting was needed last time: they begin with it
 */
export async function readEntities(
  ask: Ask,
  query: EntityQuery,
  rare: Set<string>,
): Promise<Page<KeptEntity>> {
  const { kind, tags = [], ranks = [], order } = query;
  const filter = JSON.stringify([kind, tags, ranks, order]);
  if (!rare.has(filter)) {
    const near = await ask('walk', (db) => walk(db, query, WALK));
    if (near.length > query.limit || (tags.length === 0 && ranks.length === 0)) return pageFrom(near, query);
  }
  const few = tags.length === 0 ? undefined : await ask('gather', (db) => gatherFew(db, query));
  if (few === undefined) rare.delete(filter);
  else if (rare.size < RARE_KNOWN) rare.add(filter);
  return pageFrom(few ?? (await ask('walk', (db) => walk(db, query))), query);
}

function pageFrom(listed: readonly Listed[], { limit }: EntityQuery): Page<KeptEntity> {
  const page = pageOf(
    listed,
    limit,
    (row) => row.entity,
    (row) => [row.value, row.id],
  );
  return { ...page, rows: page.rows.filter((entity) => entity !== undefined) };
}

/** The ways the planner may take are said with who asks, see `Database`. */
export type Ask = <T>(handle: 'walk' | 'gather', query: (db: Kysely<Tables>) => Promise<T>) => Promise<T>;

/** So many steps along its order a list is looked for before anything else is tried. */
const WALK = 10_000;
/** Up to so many entities are sorted faster than an index is walked past all the others. */
const RARE = 6_000;
/** What is remembered must not grow with what is asked. */
const RARE_KNOWN = 1_000;

/** Along the index of the rank, `steps` at most, leaving out who has not the tags and the other ranks. */
async function walk(db: Kysely<Tables>, query: EntityQuery, steps?: number): Promise<readonly Listed[]> {
  const { kind, tags = [], ranks = [] } = query;
  const name = rankOf(query);
  let walked = db
    .selectFrom('entity_ranks as r')
    .select(['r.id', 'r.value', 'r.tags'])
    .where('r.kind', '=', kind)
    .where('r.name', '=', name);
  for (const { min, max } of ranks.filter((filter) => filter.name === name)) {
    if (min !== undefined) walked = walked.where('r.value', '>=', min);
    if (max !== undefined) walked = walked.where('r.value', '<=', max);
  }
  walked = afterLast(walked, query);
  if (steps !== undefined) walked = inOrder(walked, query).limit(steps);
  let fitting = db.selectFrom(walked.as('r')).select(['r.id', 'r.value']);
  if (tags.length > 0) fitting = fitting.where(hasTags('r.tags', tags));
  for (const { name: other, min, max } of ranks.filter((filter) => filter.name !== name))
    fitting = fitting.where(({ exists, selectFrom }) => {
      let rank = selectFrom('entity_ranks as o')
        .select('o.id')
        .where('o.kind', '=', kind)
        .where('o.name', '=', other)
        .whereRef('o.id', '=', 'r.id');
      if (min !== undefined) rank = rank.where('o.value', '>=', min);
      if (max !== undefined) rank = rank.where('o.value', '<=', max);
      return exists(rank);
    });
  return (await listed(db, query, fitting)).rows;
}

/** From the tags to the numbers that stand beside them; undefined where more entities than few have the tags. */
async function gatherFew(db: Kysely<Tables>, query: EntityQuery): Promise<readonly Listed[] | undefined> {
  const { kind, tags = [], ranks = [] } = query;
  const numberOf = (name: string) => sql<number>`(numbers->>${name})::float8`;
  const name = rankOf(query);
  const few = db
    .selectFrom('entity_ranks')
    .select(['id', 'numbers', (name === EVERY ? sql<number>`0::float8` : numberOf(name)).as('value')])
    .where('kind', '=', kind)
    .where('name', '=', sql.lit(EVERY))
    .where(hasTags('tags', tags))
    .limit(RARE + 1);
  const named = db as unknown as Kysely<Tables & { few: Rank }>;
  let fitting: Ranks = named
    .selectFrom('few as r')
    .select(['r.id', 'r.value'])
    .where('r.value', 'is not', null);
  for (const { name: other, min, max } of ranks) {
    if (min !== undefined) fitting = fitting.where(numberOf(other), '>=', min);
    if (max !== undefined) fitting = fitting.where(numberOf(other), '<=', max);
  }
  const { gathered, rows } = await listed(db, query, afterLast(fitting, query), few);
  return gathered > RARE ? undefined : rows;
}

interface Listed extends Rank {
  /** Absent for one that was forgotten meanwhile. */
  readonly entity: KeptEntity | undefined;
}

/** The entities of a page, and one more where it is not the last, from those that fit and what was gathered for them. */
async function listed(
  db: Kysely<Tables>,
  query: EntityQuery,
  fitting: Ranks,
  few?: Expression<unknown>,
): Promise<{ gathered: number; rows: readonly Listed[] }> {
  const page = inOrder(fitting, query).limit(query.limit + 1);
  const direction = query.order?.descending ? sql`desc` : sql`asc`;
  const { rows } = await sql<Found & { listed: string | null; value: number; gathered: number }>`
    with ${few ? sql`few as materialized (${few}), ` : sql``}page as materialized (${page})
    select page.id as listed, page.value, e.*,
      ${few ? sql`(select count(*) from few)::int` : sql.lit(0)} as gathered
    from (select) as always left join page on true
      left join entities as e on e.kind = ${query.kind} and e.id = page.id
    order by page.value ${direction}, page.id ${direction}`.execute(db);
  return {
    gathered: rows[0]?.gathered ?? 0,
    rows: rows.flatMap(({ listed: id, ...row }) =>
      id === null
        ? []
        : [{ id, value: row.value, entity: row.id === null ? undefined : entityOf(query.kind, row) }],
    ),
  };
}

function rankOf({ order }: EntityQuery): string {
  return order?.by ?? EVERY;
}

function hasTags(column: string, tags: readonly string[]) {
  return sql<boolean>`${sql.ref(column)} @> ${[...tags]}::text[]`;
}

type Rank = Pick<Tables['entity_ranks'], 'id' | 'value'>;
type Ranks = SelectQueryBuilder<Tables & { r: Rank }, 'r', Rank>;

function inOrder<Query extends Ranks>(ranks: Query, { order }: EntityQuery): Query {
  const direction = order?.descending ? 'desc' : 'asc';
  return ranks.orderBy('r.value', direction).orderBy('r.id', direction) as Query;
}

function afterLast<Query extends Ranks>(ranks: Query, { after, order }: EntityQuery): Query {
  if (after === undefined) return ranks;
  const [value, id] = readCursor(after, ['number', 'string']) as [number, string];
  return ranks.where(({ eb, refTuple, tuple }) =>
    eb(refTuple('r.value', 'r.id'), order?.descending ? '<' : '>', tuple(value, id)),
  ) as Query;
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
  'id' | 'partition' | 'values' | 'decisions' | 'tags' | 'as_of' | 'entry_ms' | 'entry_seq'
>;

function entityOf(kind: string, row: Found): KeptEntity {
  const { id, partition, values, decisions, tags, as_of, entry_ms, entry_seq } = row;
  return {
    kind,
    id,
    partition,
    values: values as KeptEntity['values'],
    decisions: decisions as KeptEntity['decisions'],
    tags,
    asOf: as_of.getTime(),
    entry: `${entry_ms}-${entry_seq}`,
  };
}
