/** A PostgreSQL for acts one after the other: each has a database of its own, behind a proxy. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Millis, SECOND } from '../../src/core/units.ts';
import { startTcpProxy, type TcpProxy } from '../../test/flow/tcp-proxy.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from '../../test/flow/temporary-postgres.ts';

export interface Database {
  /** Past the proxy, for looking. */
  readonly ownUrl: string;
  readonly url: string;
  readonly proxy: TcpProxy;
  readonly server: Pick<TemporaryPostgres, 'kill' | 'pause' | 'start'>;
  close(): Promise<void>;
}

const PATIENCE: Millis = 30 * SECOND;

export class Databases {
  #server: Promise<TemporaryPostgres> | undefined;
  #made = 0;

  async open(): Promise<Database> {
    this.#server ??= startTemporaryPostgres();
    const server = await this.#server;
    this.#made += 1;
    const name = `act_${this.#made}`;
    await query(server.url, `create database ${name}`);
    const url = new URL(server.url.replace('@/', '@localhost/'));
    const proxy = await startTcpProxy({ path: `${url.searchParams.get('host')}/.s.PGSQL.5432` });
    const user = server.url.slice(0, server.url.indexOf('@'));
    return {
      ownUrl: server.url.replace('@/postgres', `@/${name}`),
      url: `${user}@127.0.0.1:${proxy.port}/${name}`,
      proxy,
      server,
      close: async () => {
        await proxy.close();
        await query(server.url, `drop database if exists ${name} with (force)`);
      },
    };
  }

  async close(): Promise<void> {
    await (await this.#server)?.stop();
  }
}

/** Asks again for a while: the server may just come back, or have too many clients. */
export async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await queryOnce<Row>(url, text);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(SECOND / 2);
    }
  }
}

async function queryOnce<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
