/** The history for a verb that runs beside the house, or while there is none: of the environment, or of our own servers. */

import { join } from 'node:path';
import { WeirError } from '../core/errors.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../store/embedded-postgres.ts';
import type { Environment } from './environment.ts';
import { databaseOf } from './servers.ts';

export interface BorrowedHistory {
  readonly database: Database;
  close(): Promise<void>;
}

/** Our own server is asked where it runs already, and started for as long as it takes where it does not. */
export async function borrowHistory(environment: Environment): Promise<BorrowedHistory> {
  const given = databaseOf(environment);
  const folder = join(environment.data, 'postgres');
  const found = given ?? (await findEmbeddedPostgres(folder));
  if (found === undefined)
    throw new WeirError(
      'setup_failed',
      `looking for the history: DATABASE_URL is not set, and no weir has kept one under ${environment.data}; set DATABASE_URL or WEIR_DATA (a demo keeps its own under ${join(environment.data, 'demo')}), or give --events FILE`,
    );
  const server = found === null ? await startEmbeddedPostgres(folder) : undefined;
  const database = openDatabase(found ?? (server as NonNullable<typeof server>).urls);
  return {
    database,
    close: async () => {
      await database.close();
      await server?.stop();
    },
  };
}
