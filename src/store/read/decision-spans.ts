/** The decisions of a rule in a span of time, counted or by entity: what reports are made from. */

import { type Kysely, sql } from 'kysely';
import type { DecisionChange, DecisionTotals, Span } from '../../core/history/decision-query.ts';
import { type Page, type PageQuery, pageOf, readCursor } from '../../core/history/page.ts';
import type { Tables } from '../tables.ts';

export async function readTotals(db: Kysely<Tables>, rule: string, span: Span): Promise<DecisionTotals> {
  const [totals, classes] = await Promise.all([
    inSpan(db, rule, span)
      .select(({ fn, eb }) => [
        fn.countAll<number>().as('decisions'),
        sql<number>`count(distinct (kind, entity))`.as('entities'),
        fn
          .countAll<number>()
          .filterWhere(eb('change', '>', 0))
          .as('increased'),
        fn
          .countAll<number>()
          .filterWhere(eb('change', '<', 0))
          .as('decreased'),
        fn.avg<number | null>('change').as('averageChange'),
        fn.avg<number | null>('value').as('averageValue'),
      ])
      .executeTakeFirstOrThrow(),
    inSpan(db, rule, span)
      .select(({ fn }) => ['class', fn.countAll<number>().as('decisions')])
      .where('class', 'is not', null)
      .groupBy('class')
      .orderBy('class')
      .execute(),
  ]);
  return {
    ...totals,
    classes: Object.fromEntries(classes.map((row) => [row.class as string, row.decisions])),
  };
}

export async function readChanges(
  db: Kysely<Tables>,
  rule: string,
  span: Span,
  { after, limit }: PageQuery,
): Promise<Page<DecisionChange>> {
  const from = after === undefined ? undefined : readCursor(after, ['number', 'string', 'string']);
  const [size, kind, entity] = (from ?? [0, '', '']) as [number, string, string];
  const { rows } = await sql<DecisionChange & { size: number }>`
    select *, coalesce(abs(change), -1) as size
    from (
      select kind, entity, first_old as old, last_value as new, last_value - first_old as change,
        last_class as class, decisions
      from (
        select kind, entity,
          (array_agg(old order by outbox_ms, outbox_seq))[1] as first_old,
          (array_agg(value order by outbox_ms desc, outbox_seq desc))[1] as last_value,
          (array_agg(class order by outbox_ms desc, outbox_seq desc))[1] as last_class,
          count(*) as decisions
        from decisions
        where loss = 0 and mode = 'live' and error is null and rule = ${rule}
          and time >= ${new Date(span.from)} and time < ${new Date(span.to)}
        group by kind, entity
      ) ways
    ) changes
    where ${
      from
        ? sql<boolean>`(-coalesce(abs(change), -1), kind, entity) > (${-size}, ${kind}, ${entity})`
        : sql<boolean>`true`
    }
    order by coalesce(abs(change), -1) desc, kind, entity
    limit ${limit + 1}`.execute(db);
  return pageOf(
    rows,
    limit,
    ({ size: _, ...row }) => row,
    (row) => [row.size, row.kind, row.entity],
  );
}

function inSpan(db: Kysely<Tables>, rule: string, { from, to }: Span) {
  return db
    .selectFrom('decisions')
    .where('loss', '=', 0)
    .where('mode', '=', 'live')
    .where('error', 'is', null)
    .where('rule', '=', rule)
    .where('time', '>=', new Date(from))
    .where('time', '<', new Date(to));
}
