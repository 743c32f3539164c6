/** A PostgreSQL for one test file, in a folder of its own. */

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';

export interface TemporaryPostgres {
  readonly url: string;
  /** Stops the server and keeps its data; `start` brings it back under the same address. */
  pause(): Promise<void>;
  start(): Promise<void>;
  /** SIGKILL to the server itself. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** A folder that the server's user may pass through, as those of `mkdtemp` are not. */
export async function passableFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  await chmod(folder, 0o711);
  return folder;
}

export async function startTemporaryPostgres(): Promise<TemporaryPostgres> {
  const folder = await passableFolder();
  const data = join(folder, 'postgres');
  let server: EmbeddedPostgres = await startEmbeddedPostgres(data);
  return {
    url: server.url,
    pause: () => server.stop(),
    start: async () => {
      server = await startEmbeddedPostgres(data);
    },
    kill: async () => {
      process.kill(server.processId, 'SIGKILL');
      await server.ended;
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
