/** Dead letters marked with what was done about them. */

import { sql } from 'kysely';
import type { LetterMark } from '../../core/history/kept-letter.ts';
import type { Database } from '../database.ts';

/** Only open ones change; who comes second changes nothing. */
export function markLetters(database: Database, marks: readonly LetterMark[]): Promise<void> {
  return database.ask('marking dead letters', async (db) => {
    const places = marks.map(({ id }) => /^(\d+):(\d+)-(\d+)$/.exec(id)?.slice(1).map(Number) ?? [-1, 0, 0]);
    await sql`
      update dead_letters l
      set state = r.state, state_at = r.at, state_by = r.by, sent_id = r.id, sent_source = r.source
      from unnest(${places.map(([partition]) => partition)}::int[], ${places.map(([, ms]) => ms)}::bigint[],
        ${places.map(([, , seq]) => seq)}::bigint[], ${marks.map(({ state }) => state)}::text[],
        ${marks.map(({ at }) => new Date(at).toISOString())}::timestamptz[], ${marks.map(({ by }) => by)}::text[],
        ${marks.map(({ sent }) => sent?.id ?? null)}::text[],
        ${marks.map(({ sent }) => sent?.source ?? null)}::text[])
        as r(partition, ms, seq, state, at, by, id, source)
      where l.partition = r.partition and l.dead_ms = r.ms and l.dead_seq = r.seq and l.loss = 0
        and l.state = 'open'`.execute(db);
  });
}
