/** Entities read from the history: one, or a page of those that fit, in the order of a rank. */

import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
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
 * are sorted, and the index is walked to its end for other tags. Only the entities of the page itself are read.
 */
export function readEntities(db: Kysely<Tables>, query: EntityQuery): Promise<Page<KeptEntity>> {
  return db.transaction().execute(async (transaction) => {
    const { kind, limit } = query;
    const found = await findRanks(transaction, query);
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

async function findRanks(db: Kysely<Tables>, query: EntityQuery): Promise<readonly Rank[]> {
  const { limit, tags = [], ranks = [] } = query;
  // the plan must not depend on whether statistics were made since the table was filled
  const walking = { seqscan: false, bitmapscan: false, sort: false, indexscan: true, indexonlyscan: true };
  await plan(db, walking);
  const near = await pageOfRanks(ranksOf(db, query, WALK), query);
  if (near.length > limit || (tags.length === 0 && ranks.length === 0)) return near;
  if (tags.length > 0) {
    await plan(db, { bitmapscan: true, sort: true, indexscan: false, indexonlyscan: false });
    const few = await pageOfFew(db, query);
    if (few !== undefined) return few;
    await plan(db, walking);
  }
  return pageOfRanks(ranksOf(db, query), query);
}

/** Which ways the planner may take, for the rest of the transaction. */
async function plan(db: Kysely<Tables>, ways: Readonly<Record<string, boolean>>): Promise<void> {
  const settings = Object.entries(ways).map(
    ([way, may]) => sql`set_config(${`enable_${way}`}, ${may ? 'on' : 'off'}, true)`,
  );
  await sql`select ${sql.join(settings)}`.execute(db);
}

/** So many steps along its order a list is looked for before anything else is tried. */
const WALK = 10_000;
/** Up to so many entities are sorted faster than an index is walked past all the others. */
const RARE = 6_000;

/** Along the index of the rank, `steps` at most, leaving out who has not the tags and the other ranks. */
function ranksOf(db: Kysely<Tables>, query: EntityQuery, steps?: number): Ranks {
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
  return fitting;
}

/** From the tags to the numbers that stand beside them; undefined where more entities than few have the tags. */
async function pageOfFew(db: Kysely<Tables>, query: EntityQuery): Promise<readonly Rank[] | undefined> {
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
  const page = inOrder(afterLast(fitting, query), query).limit(query.limit + 1);
  const { rows } = await sql<{ found: number; page: readonly Rank[] | null }>`
    with few as materialized (${few}), page as (${page})
    select (select count(*) from few)::int as found, (select json_agg(page) from page) as page`.execute(db);
  const { found, page: fits } = rows[0] as (typeof rows)[number];
  return found > RARE ? undefined : (fits ?? []);
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

function pageOfRanks(ranks: Ranks, query: EntityQuery): Promise<readonly Rank[]> {
  return inOrder(ranks, query)
    .limit(query.limit + 1)
    .execute();
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
