/** Decisions go in as the outbox had them, with what lists ask of them beside. */

import { type Kysely, sql } from 'kysely';
import type { OutboxRow } from '../../core/ports.ts';
import type { Tables } from '../tables.ts';
import { decisionColumns } from './decision-columns.ts';

/** @returns whom they are about */
export async function writeDecisions(
  db: Kysely<Tables>,
  rows: readonly (OutboxRow & { readonly partition: number })[],
): Promise<readonly (readonly [kind: string, id: string])[]> {
  const c = decisionColumns(rows);
  await sql`
    insert into decisions (partition, incarnation, seq, outbox_ms, outbox_seq, rule, version, mode, rules, kind,
      entity, time, late, amends, error, cause, value, old, change, class, decision)
    select *
    from unnest(${c.partition}::int[], ${c.incarnation}::int[], ${c.seq}::bigint[], ${c.outboxMs}::bigint[],
      ${c.outboxSeq}::bigint[], ${c.rule}::text[], ${c.version}::int[], ${c.mode}::text[], ${c.rules}::text[],
      ${c.kind}::text[], ${c.entity}::text[], ${c.time}::timestamptz[], ${c.late}::boolean[],
      ${c.amends}::text[], ${c.error}::text[], ${c.cause}::text[], ${c.value}::float8[], ${c.old}::float8[],
      ${c.change}::float8[], ${c.class}::text[], ${c.text}::json[])`.execute(db);
  return c.kind.map((kind, i) => [kind, c.entity[i] as string]);
}
