/** How many entities came to each line of a pick and how many left it, as its decisions say. */

import { type Kysely, sql } from 'kysely';
import type { Millis } from '../../core/units.ts';
import type { Tables } from '../tables.ts';

/** Came less left since then, by the name of the line; lines that nobody entered or left are absent. */
export async function readPickChanges(
  db: Kysely<Tables>,
  rule: string,
  since: Millis,
): Promise<Map<string, number>> {
  const names = (field: 'entered' | 'left', step: 1 | -1) => sql`
    select json_array_elements_text(decision->${sql.lit(field)}) as name, ${sql.lit(step)} as step
    from decisions
    where rule = ${rule} and time >= ${new Date(since)} and loss = 0 and mode = 'live'
      and json_typeof(decision->${sql.lit(field)}) = 'array'`;
  const { rows } = await sql<{ name: string; change: number }>`
    select name, sum(step)::integer as change
    from (${names('entered', 1)} union all ${names('left', -1)}) steps
    group by name order by name`.execute(db);
  return new Map(rows.map(({ name, change }) => [name, change]));
}
