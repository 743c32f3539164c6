/** A PostgreSQL for acts one after the other: each has a database of its own, behind a proxy. */

import { Client } from 'pg';
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
        await query(server.url, `drop database ${name} with (force)`);
      },
    };
  }

  async close(): Promise<void> {
    await (await this.#server)?.stop();
  }
}

export async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
