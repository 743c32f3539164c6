/** Events of somebody who is erased: that they happened stays; about whom, and what they said, goes. */

import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';
import { affected, ERASED, type Erasure, older } from './erasure.ts';
import { anyOf } from './named.ts';

/** The request itself stays: it says who was erased, when, and for whom. */
export function eraseEvents(db: Kysely<Tables>, erasure: Erasure): Promise<number> {
  const { kind, id } = erasure;
  return affected(
    sql`
      update events set kind = null, entity = null, event_id = null, data = '{}'
      where kind = ${kind} and entity = ${id} and type <> ${`${kind}.erased`} and ${older(erasure, 'time')}`.execute(
      db,
    ),
  );
}

/** What a campaign had of it stays with the campaign: without the person's id, and without its name. */
export function eraseCampaignEvents(
  db: Kysely<Tables>,
  erasure: Erasure,
  names: readonly string[],
): Promise<number> {
  if (erasure.kind !== 'lead') return Promise.resolve(0);
  const metadata =
    names.length === 0
      ? sql`metadata`
      : sql`regexp_replace(metadata::text, ${anyOf(names)}, ${ERASED}, 'gi')::json`;
  return affected(
    sql`
      update campaign_events set lead_id = null, metadata = ${metadata}
      where lead_id = ${erasure.id} and ${older(erasure, 'timestamp')}`.execute(db),
  );
}

export function eraseLateEvents(db: Kysely<Tables>, erasure: Erasure): Promise<number> {
  const { kind, id } = erasure;
  return affected(
    sql`
      update late_events set kind = null, entity = null, event_id = ${ERASED}, data = '{}'
      where kind = ${kind} and entity = ${id} and ${older(erasure, 'time')}`.execute(db),
  );
}
