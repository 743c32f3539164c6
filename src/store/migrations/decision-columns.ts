/** What lists and reports ask of decisions, as columns with indexes. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const decisionColumns: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      alter table decisions
        -- the event that made the rule run; null when it was time itself
        add column cause text,
        -- the numbers of the decision, and its class; null where it has none
        add column value double precision,
        add column old double precision,
        add column change double precision,
        add column class text`.execute(db);
    await sql`
      update decisions set
        cause = decision->'cause'->>'event',
        value = ${numberAt('value')},
        old = ${numberAt('old')},
        change = (decision->>'change')::double precision,
        class = decision->>'class'
      where decision::text not like ${'%\\u0000%'}`.execute(db);
    await sql`create index decisions_cause on decisions (cause) where cause is not null`.execute(db);
    await sql`
      create index decisions_rule_time on decisions (rule, time, outbox_ms, outbox_seq)
      where loss = 0`.execute(db);
    await sql`
      create index decisions_time on decisions (time, outbox_ms, outbox_seq) where loss = 0`.execute(db);
  },
};

/** A number, or the `value` of an object. */
function numberAt(field: 'value' | 'old') {
  const at = sql`decision->${sql.lit(field)}`;
  return sql`
    case
      when json_typeof(${at}) = 'number' then (${at})::text::double precision
      when json_typeof(${at}) = 'object' and json_typeof(${at}->'value') = 'number'
        then (${at}->>'value')::double precision
    end`;
}
