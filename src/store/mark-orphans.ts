/** What Redis lost after the history had taken it: marked with the number of the loss, never deleted. */

import { type Kysely, sql } from 'kysely';
import type { Decision } from '../core/decision.ts';
import type { EntryId } from '../core/entry.ts';
import type { HistoryStream, Place } from '../core/ports.ts';
import { outboxPlace } from './outbox-place.ts';
import { doubtEntities } from './postgres-entities.ts';
import type { Tables } from './tables.ts';
import { rewriteActions } from './write/actions.ts';
import { rewriteAnomalies } from './write/anomalies.ts';
import { rewriteInsights } from './write/insights.ts';

/** The tables of each stream, and the columns that hold a place in it. */
const TABLES: Readonly<
  Record<HistoryStream, { readonly names: readonly (keyof Tables)[]; readonly place: string }>
> = {
  in: { names: ['events', 'campaign_events'], place: 'entry' },
  out: { names: ['decisions'], place: 'outbox' },
  dead: { names: ['dead_letters'], place: 'dead' },
  late: { names: ['late_events'], place: 'late' },
};

/** @returns how many rows after `to` were marked */
export async function markOrphans(
  db: Kysely<Tables>,
  { stream, partition }: Place,
  to: EntryId,
  loss: number,
): Promise<number> {
  const { ms, seq } = outboxPlace(to);
  const { names, place } = TABLES[stream];
  const after = sql`partition = ${partition} and (${sql.ref(`${place}_ms`)}, ${sql.ref(`${place}_seq`)}) > (${ms}, ${seq})`;
  let marked = 0;
  for (const name of names) {
    const { numAffectedRows } = await sql`
      update ${sql.table(name)} set loss = ${loss} where loss = 0 and ${after}`.execute(db);
    marked += Number(numAffectedRows ?? 0);
  }
  // what stands in Redis is read again, also where nothing new happens
  if (stream === 'in') await doubtEntities(db, [{ partition, after: to }]);
  if (stream === 'out') {
    await rewriteAnomalies(db, await pickedIn(db, partition, loss));
    const acting = await actingIn(db, partition, loss);
    await rewriteActions(db, acting);
    await rewriteInsights(db, acting);
  }
  return marked;
}

/** Lost decisions about actions, and those that say what came of them. */
async function actingIn(db: Kysely<Tables>, partition: number, loss: number): Promise<Decision[]> {
  const rows = await db
    .selectFrom('decisions')
    .select('decision')
    .where('partition', '=', partition)
    .where('loss', '=', loss)
    .where(sql<boolean>`decision::text like any (array['%"act":{%', '%"realised":{%'])`)
    .execute();
  return rows.map(({ decision }) => decision as Decision);
}

/** Whom lost decisions of picks were about. */
async function pickedIn(db: Kysely<Tables>, partition: number, loss: number) {
  return db
    .selectFrom('decisions')
    .select(['rule', 'kind', 'entity'])
    .distinct()
    .where('partition', '=', partition)
    .where('loss', '=', loss)
    .where('mode', '=', 'live')
    .where(({ eb, or, exists, selectFrom }) =>
      or([
        eb(sql`decision::text`, 'like', '%"severity"%'),
        exists(
          selectFrom('anomalies')
            .select('name')
            .whereRef('anomalies.rule', '=', 'decisions.rule')
            .whereRef('anomalies.kind', '=', 'decisions.kind')
            .whereRef('anomalies.entity', '=', 'decisions.entity'),
        ),
      ]),
    )
    .execute();
}
