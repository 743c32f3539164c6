/** The database of the history: typed queries that never wait without a deadline, over tables kept up to date. */

import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Client, Pool, type PoolConfig, types } from 'pg';
import { WeirError } from '../core/errors.ts';
import { MINUTE, SECOND } from '../core/units.ts';
import { MIGRATIONS } from './migrations/catalogue.ts';
import { type DatabaseUrls, grantRoles, makeRoles } from './roles.ts';
import type { Tables } from './tables.ts';

export type { Tables } from './tables.ts';

const INT8 = 20;
const LIMITS = {
  connectionTimeoutMillis: 2 * SECOND,
  statement_timeout: 10 * SECOND,
  // of a process that was frozen: its locks must not hold up its successor
  idle_in_transaction_session_timeout: 10 * SECOND,
  // the server's own limit comes first; this one is for a server that is out of reach
  query_timeout: 15 * SECOND,
  keepAlive: true,
  application_name: 'weir',
};

const READ = { statement_timeout: 5 * SECOND, query_timeout: 7 * SECOND };

/** Questions of the reader, who can change nothing; `ways` that the planner must not take. */
function reading(max: number, ...ways: readonly string[]): PoolConfig {
  const settings = ['default_transaction_read_only=on', ...ways.map((way) => `enable_${way}=off`)];
  return { ...READ, max, options: settings.map((setting) => `-c ${setting}`).join(' ') };
}

/** Who asks decides what may be done, and how long it may take. */
const HANDLES = {
  /** The tables themselves: migrations and housekeeping. */
  migrate: { as: 'migrate', max: 1, statement_timeout: 10 * MINUTE, query_timeout: 11 * MINUTE },
  write: { as: 'write', max: 3 },
  read: { as: 'read', ...reading(4) },
  // the plan of a list must not depend on whether statistics were made since the table was filled
  /** Along the order of an index. */
  walk: { as: 'read', ...reading(4, 'seqscan', 'bitmapscan', 'sort', 'hashjoin', 'mergejoin') },
  /** From an index of tags, sorted afterwards. */
  gather: { as: 'read', ...reading(2, 'seqscan', 'indexscan', 'indexonlyscan', 'hashjoin', 'mergejoin') },
} satisfies Record<string, PoolConfig & { as: 'migrate' | 'write' | 'read' }>;

export type Handle = keyof typeof HANDLES;

/** Opens nothing yet: the first question does. Throws config_invalid when an address cannot be one. */
export function openDatabase(address: string | DatabaseUrls): Database {
  const urls = typeof address === 'string' ? { migrate: address, write: address, read: address } : address;
  for (const [name, url] of Object.entries(urls)) checkAddress(VARIABLES[name] ?? 'DATABASE_URL', url);
  return new Database(urls);
}

const VARIABLES: Readonly<Record<string, string>> = {
  write: 'DATABASE_WRITE_URL',
  read: 'DATABASE_READ_URL',
};

function checkAddress(variable: string, url: string): void {
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
      `reading ${variable}: it is not the address of a database; write postgres://user:password@host:5432/name`,
    );
}

export class Database {
  readonly #urls: DatabaseUrls;
  readonly #open = new Map<Handle, Kysely<Tables>>();
  #migrated: Promise<void> | undefined;
  #closed = false;

  constructor(urls: DatabaseUrls) {
    this.#urls = urls;
  }

  /** Asks as the writer, see `askAs`. */
  ask<T>(doing: string, query: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.askAs('write', doing, query);
  }

  /** Asks as the reader, who can change nothing; see `askAs`. */
  read<T>(doing: string, query: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.askAs('read', doing, query);
  }

  /**
   * Asks once the tables are there; `doing` says what for, in errors. Rejects with history_away when the outcome
   * is an error or unknown.
   */
  async askAs<T>(handle: Handle, doing: string, query: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    let asked = this.#handle('migrate');
    try {
      this.#migrated ??= this.#prepare();
      await this.#migrated.catch((error: unknown) => {
        this.#migrated = undefined;
        throw error;
      });
      asked = this.#handle(handle);
      return await query(asked);
    } catch (error) {
      if (error instanceof WeirError) throw error;
      const { message } = error as Error;
      // a connection that is half open would swallow the next questions too
      if (message === 'Query read timeout') await this.#drop(asked);
      throw new WeirError('history_away', `${doing}: ${message}; trying again when Postgres answers`, {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open.values()].map((kysely) => kysely.destroy()));
  }

  /** Roles where the server is ours, tables, and who may do what with them. */
  async #prepare(): Promise<void> {
    const { admin } = this.#urls;
    if (admin !== undefined) {
      const kysely = openPool(admin, HANDLES.migrate);
      try {
        await makeRoles(kysely, new Client({ connectionString: this.#urls.write }).password as string);
      } finally {
        await kysely.destroy();
      }
    }
    const owner = this.#handle('migrate');
    const migrator = new Migrator({
      db: owner,
      provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    await grantRoles(owner);
  }

  #handle(handle: Handle): Kysely<Tables> {
    const known = this.#open.get(handle);
    if (known) return known;
    const { as, ...config } = HANDLES[handle];
    const opened = openPool(this.#urls[as], config);
    this.#open.set(handle, opened);
    return opened;
  }

  async #drop(broken: Kysely<Tables>): Promise<void> {
    if (this.#closed) return;
    for (const [handle, kysely] of this.#open) if (kysely === broken) this.#open.delete(handle);
    await broken.destroy().catch(() => undefined);
  }
}

function openPool(url: string, config: PoolConfig): Kysely<Tables> {
  const pool = new Pool({ connectionString: url, ...LIMITS, ...config, types: { getTypeParser } });
  // of an idle connection: the next question opens another
  pool.on('error', () => undefined);
  // of one that is lent: its next question rejects, while an event that nobody hears would end the process
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
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
