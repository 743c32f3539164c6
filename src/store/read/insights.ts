/** Insights read from the history: what was stated, what came of it, and how far statements can be relied upon. */

import { type Kysely, sql } from 'kysely';
import type { InsightQuery, KeptInsight, ReliabilityBucket } from '../../core/history/kept-insight.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import type { DecisionId } from '../../core/history.ts';
import type { Tables } from '../tables.ts';

type Row = Tables['insights'];

export async function readInsights(db: Kysely<Tables>, asked: InsightQuery): Promise<Page<KeptInsight>> {
  const { after, limit } = asked;
  let query = db.selectFrom('insights').selectAll();
  for (const column of ['type', 'campaign', 'status'] as const)
    if (asked[column] !== undefined) query = query.where(column, '=', asked[column]);
  if (after !== undefined) {
    const cursor = readCursor(after, ['number', 'number', 'number', 'number']);
    const [stated, partition, incarnation, seq] = cursor as [number, number, number, number];
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('stated_at', 'partition', 'incarnation', 'seq'),
        '<',
        tuple(new Date(stated), partition, incarnation, seq),
      ),
    );
  }
  for (const column of ['stated_at', 'partition', 'incarnation', 'seq'] as const)
    query = query.orderBy(column, 'desc');
  const found = await query.limit(limit + 1).execute();
  return pageOf(found, limit, insightOf, (row) => [
    row.stated_at.getTime(),
    row.partition,
    row.incarnation,
    row.seq,
  ]);
}

export async function readInsight(
  db: Kysely<Tables>,
  { partition, incarnation, seq }: DecisionId,
): Promise<KeptInsight | undefined> {
  const row = await db
    .selectFrom('insights')
    .selectAll()
    .where('partition', '=', partition)
    .where('incarnation', '=', incarnation)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row && insightOf(row);
}

/** By tens of percent of the stated confidence, lowest first; of all types together where none is asked for. */
export async function readReliability(
  db: Kysely<Tables>,
  type: string | undefined,
): Promise<ReliabilityBucket[]> {
  const { rows } = await sql<ReliabilityBucket>`
    select bucket * 10 as "from", bucket * 10 + 10 as "to", count(*)::int as stated,
      count(realised)::int as realised,
      avg(confidence) filter (where realised is not null) as confidence,
      coalesce(sum(realised_chance), 0)::float8 as above,
      count(realised_within)::int as intervals, coalesce(sum(realised_within), 0)::float8 as within
    from (
      select least(floor(confidence / 10), 9)::int as bucket, confidence, realised, realised_chance, realised_within
      from insights
      where confidence is not null and (${type ?? null}::text is null or type = ${type ?? null})
    ) told
    group by bucket
    order by bucket`.execute(db);
  return rows;
}

function insightOf(row: Row): KeptInsight {
  const { partition, incarnation, seq, rule, kind, entity, campaign, realised_at } = row;
  return {
    id: `${partition}-${incarnation}-${seq}`,
    ...{ rule, kind, entity, campaign },
    status: row.status as KeptInsight['status'],
    statement: row.statement as KeptInsight['statement'],
    statedAt: row.stated_at.getTime(),
    realised:
      realised_at === null
        ? null
        : {
            applied: row.applied === true,
            value: row.realised,
            chance: row.realised_chance,
            within: row.realised_within,
            because: row.realised_because as NonNullable<KeptInsight['realised']>['because'],
            at: realised_at.getTime(),
          },
  };
}
