/** Where reports are put as they were at certain times. */

import type { ReportSnapshot } from '../core/history/report-snapshot.ts';
import type { Database } from './database.ts';

export class ReportShelf {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The last one put under a name and time stands. */
  put({ name, at, document }: ReportSnapshot): Promise<void> {
    return this.#database.ask('keeping a report', async (db) => {
      await db
        .insertInto('report_snapshots')
        .values({ name, at: new Date(at), document: JSON.stringify(document) })
        .onConflict((conflict) =>
          conflict.columns(['name', 'at']).doUpdateSet(({ ref }) => ({ document: ref('excluded.document') })),
        )
        .execute();
    });
  }
}
