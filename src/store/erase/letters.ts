/** Dead letters of somebody who is erased: refused bytes may hold anything, so they go when they name the person. */

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from '../tables.ts';
import { before, ERASED, type Erasure } from './erasure.ts';
import { escaped, inJson } from './named.ts';

type Letter = Pick<Tables['dead_letters'], 'raw' | 'kind' | 'entity'>;

export async function eraseLetters(
  db: Kysely<Tables>,
  erasure: Erasure,
  names: readonly string[],
): Promise<number> {
  const looked = [erasure.id, ...names].map((text) => Buffer.from(inJson(text)));
  const rows = await db
    .selectFrom('dead_letters')
    .select(['partition', 'dead_ms', 'dead_seq', 'loss', 'raw', 'kind', 'entity'])
    .where('raw', 'is not', null)
    .where(before(erasure, sql`partition`) as ReturnType<typeof sql<boolean>>)
    .where(({ eb, or }) =>
      or(looked.map((bytes) => eb(sql<number>`position(${bytes}::bytea in raw)`, '>', 0))),
    )
    .execute();
  let erased = 0;
  for (const row of rows) {
    if (!isAbout(row, erasure, names)) continue;
    await db
      .updateTable('dead_letters')
      .set({ raw: null, problem: ERASED, state: 'erased', kind: null, entity: null, event_id: null })
      .where('partition', '=', row.partition)
      .where('dead_ms', '=', row.dead_ms)
      .where('dead_seq', '=', row.dead_seq)
      .where('loss', '=', row.loss)
      .execute();
    erased += 1;
  }
  return erased;
}

/** Names the id as one of this kind, or the person. */
function isAbout({ raw, ...letter }: Letter, { kind, id }: Erasure, names: readonly string[]): boolean {
  if (letter.kind === kind && letter.entity === id) return true;
  const text = (raw as Buffer).toString('utf8').toLowerCase();
  if (names.some((name) => text.includes(inJson(name).toLowerCase()))) return true;
  const named = new RegExp(`${escaped(kind)}_id"?\\W{1,4}${escaped(id.toLowerCase())}(?!\\w)`);
  return named.test(text);
}
