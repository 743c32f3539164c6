/** The database of the history: typed queries that never wait without a deadline, over tables kept up to date. */

import { type Generated, type GeneratedAlways, Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Client, Pool, types } from 'pg';
import { WeirError } from '../core/errors.ts';
import { SECOND } from '../core/units.ts';
import { MIGRATIONS } from './migrations/catalogue.ts';

export interface Tables {
  sink_positions: { partition: number; position: string; losses: Generated<number> };
  decisions: {
    partition: number;
    incarnation: number;
    seq: number;
    loss: Generated<number>;
    orphaned: GeneratedAlways<boolean>;
    outbox_ms: number;
    outbox_seq: number;
    rule: string;
    version: number;
    mode: string;
    rules: string;
    kind: string;
    entity: string;
    time: Date;
    late: boolean;
    amends: string | null;
    error: string | null;
    decision: unknown;
  };
}

const INT8 = 20;
const LIMITS = {
  max: 4,
  connectionTimeoutMillis: 2 * SECOND,
  statement_timeout: 10 * SECOND,
  // of a process that was frozen: its locks must not hold up its successor
  idle_in_transaction_session_timeout: 10 * SECOND,
  // the server's own limit comes first; this one is for a server that is out of reach
  query_timeout: 15 * SECOND,
  keepAlive: true,
  application_name: 'weir',
};

/** Opens nothing yet: the first question does. Throws config_invalid when the address cannot be one. */
export function openDatabase(url: string): Database {
  let usable = /^(postgres(ql)?|socket):/.test(url);
  try {
    new Client({ connectionString: url });
  } catch {
    usable = false;
  }
  // Not shown: it may hold a password.
  if (!usable)
    throw new WeirError(
      'config_invalid',
      'reading DATABASE_URL: it is not the address of a database; write postgres://user:password@host:5432/name',
    );
  return new Database(url);
}

export class Database {
  readonly #url: string;
  #kysely: Kysely<Tables>;
  #migrated: Promise<void> | undefined;
  #closed = false;

  constructor(url: string) {
    this.#url = url;
    this.#kysely = this.#open();
  }

  /**
   * Asks once the tables are there; `doing` says what for, in errors. Rejects with history_away when the outcome
   * is an error or unknown.
   */
  async ask<T>(doing: string, query: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    const kysely = this.#kysely;
    try {
      this.#migrated ??= migrate(kysely);
      await this.#migrated.catch((error: unknown) => {
        this.#migrated = undefined;
        throw error;
      });
      return await query(kysely);
    } catch (error) {
      if (error instanceof WeirError) throw error;
      const { message } = error as Error;
      // a connection that is half open would swallow the next questions too
      if (message === 'Query read timeout') await this.#reopen(kysely);
      throw new WeirError('history_away', `${doing}: ${message}; trying again when Postgres answers`, {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#kysely.destroy();
  }

  #open(): Kysely<Tables> {
    const pool = new Pool({ connectionString: this.#url, ...LIMITS, types: { getTypeParser } });
    // of an idle connection: the next question opens another
    pool.on('error', () => undefined);
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  }

  async #reopen(broken: Kysely<Tables>): Promise<void> {
    if (this.#kysely !== broken || this.#closed) return;
    this.#kysely = this.#open();
    await broken.destroy().catch(() => undefined);
  }
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/** int8 is read as a number; one that no number can hold is an error, never rounded. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === INT8 ? readInt8 : types.getTypeParser(oid, format as 'text');
}

function readInt8(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is beyond whole numbers`);
  return number;
}
