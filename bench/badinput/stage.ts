/** The weir under trial: a house in a process of its own, on servers of its own, with tokens. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { TokenFile } from '../../src/cli/token-file.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { type BenchRedis, startBenchRedis } from '../bench-redis.ts';
import { CONFIG } from '../house-options.ts';
import { type HouseProcess, startHouse } from '../house-process.ts';

/** Every partition is asked for its place; so long without progress, and what is missing is silent. */
const PATIENCE = 20_000;

export class Stage {
  readonly redis: BenchRedis['redis'];
  readonly token: string;
  /** Times that the house ended by itself. */
  crashes = 0;
  readonly #servers: Servers;
  #house: HouseProcess;

  private constructor(servers: Servers, house: HouseProcess) {
    this.#servers = servers;
    this.redis = servers.redis.redis;
    this.token = servers.token;
    this.#house = house;
  }

  static async open(): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'weir-badinput-'));
    const redis = await startBenchRedis();
    const postgres = await startEmbeddedPostgres(join(folder, 'postgres'));
    const token = new TokenFile(join(folder, 'tokens.json')).add('badinput', 'admin', new Date());
    const servers = { folder, redis, postgres, token, database: openDatabase(postgres.url) };
    return new Stage(servers, await houseOn(servers));
  }

  get url(): string {
    return this.#house.url;
  }

  /** Starts the house again where it has ended, and counts that. */
  async keepAlive(): Promise<void> {
    if (!this.#house.ended) return;
    this.crashes += 1;
    this.#house = await houseOn(this.#servers);
  }

  /** What the history holds of the markers and of dead letters; waits for as long as more of it comes. */
  async history(found: (rows: HistoryRows) => number, wanted: number): Promise<void> {
    let best = -1;
    for (let waited = 0; waited < PATIENCE; waited += 250) {
      const seen = found(await this.#rows());
      if (seen >= wanted) return;
      if (seen > best) {
        best = seen;
        waited = 0;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
      await this.keepAlive();
    }
  }

  async #rows(): Promise<HistoryRows> {
    return this.#servers.database.ask('reading what became of bad input', async (db) => {
      const { rows: events } = await sql<{ source: string; event_id: string | null }>`
        select source, event_id from events where not orphaned
        union all select source, event_id from campaign_events where not orphaned
        union all select source, event_id from late_events where not orphaned`.execute(db);
      const { rows: dead } = await sql<{ raw: Buffer }>`
        select raw from dead_letters where raw is not null and not orphaned`.execute(db);
      return { events, dead: dead.map(({ raw }) => raw) };
    });
  }

  async close(): Promise<void> {
    const { database, postgres, redis, folder } = this.#servers;
    await this.#house.stop();
    await database.close();
    await postgres.stop();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

export interface HistoryRows {
  readonly events: readonly { readonly source: string; readonly event_id: string | null }[];
  readonly dead: readonly Buffer[];
}

interface Servers {
  readonly folder: string;
  readonly redis: BenchRedis;
  readonly postgres: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
  readonly token: string;
  readonly database: Database;
}

function houseOn({ redis, postgres, folder }: Servers): Promise<HouseProcess> {
  return startHouse(redis.path, 'live', postgres.url, CONFIG, folder);
}
