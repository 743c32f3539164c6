/** Sink in Postgres: rows and position move in one transaction, so that each outbox row is there exactly once. */

import { type Kysely, sql, type Transaction } from 'kysely';
import type { EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { OutboxRow, Sink } from '../core/ports.ts';
import type { Database } from './database.ts';
import { decisionColumns } from './decision-row.ts';
import { outboxPlace } from './outbox-place.ts';
import type { Tables } from './tables.ts';

export class PostgresSink implements Sink {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  position(partition: number): Promise<EntryId> {
    return this.#database.ask('reading the position of the history', async (db) => {
      const row = { stream: 'out', partition, position: '0-0' };
      await db
        .insertInto('stream_positions')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return readPosition(db, partition);
    });
  }

  apply(partition: number, from: EntryId, to: EntryId, rows: readonly OutboxRow[]): Promise<void> {
    return this.#database.ask('writing decisions', (db) =>
      db.transaction().execute(async (transaction) => {
        await move(transaction, partition, from, to, 0);
        if (rows.length > 0) await insert(transaction, partition, rows);
      }),
    );
  }

  newest(partition: number, rows: readonly OutboxRow[]): Promise<EntryId | undefined> {
    return this.#database.ask('comparing the history with an outbox', async (db) => {
      const { incarnation, seq, outboxMs, outboxSeq } = decisionColumns(rows);
      const asked = sql<{ incarnation: number; seq: number; ms: number; number: number }>`
        unnest(${incarnation}::int[], ${seq}::bigint[], ${outboxMs}::bigint[], ${outboxSeq}::bigint[])
        as asked(incarnation, seq, ms, number)`;
      const { rows: found } = await sql<{ id: EntryId }>`
        select outbox_ms || '-' || outbox_seq as id
        from decisions d join ${asked} on d.incarnation = asked.incarnation and d.seq = asked.seq
          and d.outbox_ms = asked.ms and d.outbox_seq = asked.number
        where d.partition = ${partition} and d.loss = 0
        order by outbox_ms desc, outbox_seq desc
        limit 1`.execute(db);
      return found[0]?.id;
    });
  }

  rewind(partition: number, from: EntryId, to: EntryId): Promise<number> {
    return this.#database.ask('marking orphaned decisions', (db) =>
      db.transaction().execute(async (transaction) => {
        const losses = await move(transaction, partition, from, to, 1);
        const { ms, seq } = outboxPlace(to);
        const marked = await transaction
          .updateTable('decisions')
          .set({ loss: losses })
          .where('partition', '=', partition)
          .where('loss', '=', 0)
          .where(sql<boolean>`(outbox_ms, outbox_seq) > (${ms}, ${seq})`)
          .executeTakeFirst();
        return Number(marked.numUpdatedRows);
      }),
    );
  }
}

async function readPosition(db: Kysely<Tables>, partition: number): Promise<EntryId> {
  const { position } = await db
    .selectFrom('stream_positions')
    .select('position')
    .where('stream', '=', 'out')
    .where('partition', '=', partition)
    .executeTakeFirstOrThrow();
  return position;
}

/** The compare-and-set that everything rests on; its row lock makes two deliverers take turns. */
async function move(
  transaction: Transaction<Tables>,
  partition: number,
  from: EntryId,
  to: EntryId,
  lost: 0 | 1,
): Promise<number> {
  const moved = await transaction
    .updateTable('stream_positions')
    .set((column) => ({ position: to, losses: column('losses', '+', lost) }))
    .where('stream', '=', 'out')
    .where('partition', '=', partition)
    .where('position', '=', from)
    .returning('losses')
    .executeTakeFirst();
  if (moved) return moved.losses;
  throw new WeirError(
    'stale_position',
    `writing the history of partition ${partition}: its position is not ${from}; it is read again`,
  );
}

async function insert(
  transaction: Transaction<Tables>,
  partition: number,
  rows: readonly OutboxRow[],
): Promise<void> {
  const c = decisionColumns(rows);
  await sql`
    insert into decisions (partition, incarnation, seq, outbox_ms, outbox_seq, rule, version, mode, rules, kind,
      entity, time, late, amends, error, cause, value, old, change, class, decision)
    select ${partition}::int, *
    from unnest(${c.incarnation}::int[], ${c.seq}::bigint[], ${c.outboxMs}::bigint[], ${c.outboxSeq}::bigint[],
      ${c.rule}::text[], ${c.version}::int[], ${c.mode}::text[], ${c.rules}::text[], ${c.kind}::text[],
      ${c.entity}::text[], ${c.time}::timestamptz[], ${c.late}::boolean[], ${c.amends}::text[],
      ${c.error}::text[], ${c.cause}::text[], ${c.value}::float8[], ${c.old}::float8[], ${c.change}::float8[],
      ${c.class}::text[], ${c.text}::json[])`.execute(transaction);
}
