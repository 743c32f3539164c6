/** Rule sets by hash, for as long as decisions name them. */

import type { RuleFile } from '../rules/load-rule-set.ts';
import type { Database } from './database.ts';

export class RuleArchive {
  readonly #database: Database;
  readonly #kept = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** What is stored once never changes. */
  async keep(hash: string, files: readonly RuleFile[]): Promise<void> {
    if (this.#kept.has(hash)) return;
    await this.#database.ask('keeping a rule set', async (db) => {
      await db
        .insertInto('rule_sets')
        .values({ hash, files: JSON.stringify(files) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
    this.#kept.add(hash);
  }
}
