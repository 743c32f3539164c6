/** A redis-server for one test file, on a folder and socket of its own. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/processor/embedded-redis.ts';

export async function startTemporaryRedis(...settings: string[]): Promise<EmbeddedRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const server = await startEmbeddedRedis(folder, { settings });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** True while a process of this id exists. */
export function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}
