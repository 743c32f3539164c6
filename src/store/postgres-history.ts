/** History as Postgres has it: one decision, the decisions of an entity, and how far it is. */

import type { Decision } from '../core/decision.ts';
import { entryMillis } from '../core/entry.ts';
import type { DecisionId, History, HistoryQuery, KeptDecision } from '../core/history.ts';
import type { Millis } from '../core/units.ts';
import type { Database } from './database.ts';

export class PostgresHistory implements History {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  decision({ partition, incarnation, seq }: DecisionId): Promise<KeptDecision | undefined> {
    return this.#database.ask('reading a decision', async (db) => {
      const row = await db
        .selectFrom('decisions')
        .select(['decision', 'orphaned'])
        .where('partition', '=', partition)
        .where('incarnation', '=', incarnation)
        .where('seq', '=', seq)
        // the one that stands, else the one that was lost last
        .orderBy('orphaned')
        .orderBy('loss', 'desc')
        .executeTakeFirst();
      return row && { decision: row.decision as Decision, orphaned: row.orphaned };
    });
  }

  decisionsOf(kind: string, entity: string, { rule, limit }: HistoryQuery): Promise<Decision[]> {
    return this.#database.ask('reading the decisions of an entity', async (db) => {
      const rows = await db
        .selectFrom('decisions')
        .select('decision')
        .where('kind', '=', kind)
        .where('entity', '=', entity)
        .where('loss', '=', 0)
        .$if(rule !== undefined, (query) => query.where('rule', '=', rule as string))
        .orderBy('outbox_ms', 'desc')
        .orderBy('outbox_seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => row.decision as Decision);
    });
  }

  asOf(partition: number): Promise<Millis> {
    return this.#database.ask('reading how far the history is', async (db) => {
      const row = await db
        .selectFrom('sink_positions')
        .select('position')
        .where('partition', '=', partition)
        .executeTakeFirst();
      return row ? entryMillis(row.position) : 0;
    });
  }
}
