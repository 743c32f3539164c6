/** When the row of an event was committed in Postgres, by the server's own record, against when the event was due. */

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { PostgresEntities } from '../../src/store/postgres-entities.ts';
import { writeMadeLeads } from '../history/made-leads.ts';

export class HistoryObserver {
  /** Milliseconds, once `finish` was called. */
  latencies: number[] = [];
  /** Events whose row never came. */
  missing = 0;
  readonly url: string;
  private readonly postgres: EmbeddedPostgres;
  private readonly folder: string;
  private readonly due = new Map<string, number>();

  private constructor(postgres: EmbeddedPostgres, folder: string) {
    this.postgres = postgres;
    this.url = postgres.url;
    this.folder = folder;
  }

  /** Starts a server that remembers when it committed what. */
  static async open(): Promise<HistoryObserver> {
    const folder = await mkdtemp(join(tmpdir(), 'weir-bench-'));
    await chmod(folder, 0o711);
    const first = await startEmbeddedPostgres(join(folder, 'postgres'));
    const database = openDatabase(first.url);
    await database.ask('setting up', (db) => sql`alter system set track_commit_timestamp = on`.execute(db));
    await database.close();
    await first.stop();
    return new HistoryObserver(await startEmbeddedPostgres(join(folder, 'postgres')), folder);
  }

  /** Made leads, so that lists have something to look through. */
  async keepLeads(leads: number, seed: number): Promise<void> {
    const database = openDatabase(this.url);
    await writeMadeLeads(new PostgresEntities(database), leads, seed);
    await database.ask('analysing', (db) => sql`analyze`.execute(db)).catch(() => undefined);
    await database.close();
  }

  /** @param due on the monotonic clock */
  expect(event: string, due: number): void {
    this.due.set(event, performance.timeOrigin + due);
  }

  /** Waits for what is on its way, though not for ever. */
  async finish(): Promise<void> {
    const database = openDatabase(this.url);
    for (let i = 0; i < 100 && (await rowCount(database)) < this.due.size; i++) await sleep(100);
    const rows = await database.askAs('migrate', 'reading when rows came', async (db) => {
      const found = await sql<{ id: string; at: number }>`
        select event_id as id, (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000)::float8 as at
        from events where event_id is not null`.execute(db);
      return found.rows;
    });
    await database.close();
    const at = new Map(rows.map((row) => [row.id, row.at]));
    for (const [event, due] of this.due) {
      const came = at.get(event);
      if (came === undefined) this.missing += 1;
      else this.latencies.push(came - due);
    }
  }

  async close(): Promise<void> {
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function rowCount(database: Database): Promise<number> {
  return database.read('counting rows', async (db) => {
    const { rows } = await sql<{ count: number }>`
      select count(*) from events where event_id is not null`.execute(db);
    return rows[0]?.count ?? 0;
  });
}
