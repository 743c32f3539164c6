/** What still stands after a loss, of what one rule decided about one entity. */

import type { Kysely } from 'kysely';
import type { Decision } from '../../core/decision.ts';
import type { Tables } from '../tables.ts';

/** In the order of their outbox. */
export async function standingDecisions(
  db: Kysely<Tables>,
  { rule, kind, entity }: Pick<Decision, 'rule' | 'kind' | 'entity'>,
): Promise<Decision[]> {
  const rows = await db
    .selectFrom('decisions')
    .select('decision')
    .where('rule', '=', rule)
    .where('kind', '=', kind)
    .where('entity', '=', entity)
    .where('loss', '=', 0)
    .orderBy('outbox_ms')
    .orderBy('outbox_seq')
    .execute();
  return rows.map((row) => row.decision as Decision);
}
