/** Faults of the history: Postgres ends, is unreachable, loses the answer to a commit, or is held up by a lock. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { SECOND } from '../../src/core/units.ts';
import type { Database } from './databases.ts';
import type { Fault, Scene } from './fault.ts';

const hasHistory: Fault['fits'] = ({ database }) => database !== undefined;

export const HISTORY_FAULTS: readonly Fault[] = [
  {
    name: 'SIGKILL of Postgres',
    on: 'history',
    weight: 2,
    fits: hasHistory,
    run: (scene) => away(scene, 'kill'),
  },
  {
    name: 'Postgres stopped',
    on: 'history',
    weight: 2,
    fits: hasHistory,
    run: (scene) => away(scene, 'pause'),
  },
  {
    name: 'Postgres out of reach',
    on: 'history',
    weight: 2,
    fits: hasHistory,
    run: async (scene) => {
      const { proxy } = databaseOf(scene);
      proxy.mode = 'blackhole';
      await sleep(scene.random.spread(SECOND, 5 * SECOND));
      proxy.mode = 'through';
      proxy.cut();
      return 'postgres';
    },
  },
  {
    name: 'the answer to a commit of Postgres lost',
    on: 'history',
    weight: 4,
    fits: hasHistory,
    run: async (scene) => {
      const { proxy } = databaseOf(scene);
      let commits = scene.random.whole(1, 4);
      await new Promise<void>((resolve) => {
        const overdue = setTimeout(resolve, 2 * SECOND);
        let isDue = false;
        proxy.onRequest = (piece) => {
          if (/commit/i.test(piece.toString('latin1'))) isDue = true;
        };
        proxy.onReply = () => {
          if (!isDue) return true;
          isDue = false;
          if (--commits > 0) return false;
          clearTimeout(overdue);
          resolve();
          return false;
        };
      });
      proxy.onRequest = undefined;
      proxy.onReply = undefined;
      return 'postgres';
    },
  },
  {
    name: 'a table of the history locked',
    on: 'history',
    weight: 2,
    fits: hasHistory,
    run: async (scene) => {
      const client = new Client({ connectionString: databaseOf(scene).ownUrl });
      client.on('error', () => undefined);
      await client.connect();
      const table = scene.random.pick(['decisions', 'events', 'stream_positions']);
      await client.query(`begin; lock table ${table} in access exclusive mode`).catch(() => undefined);
      await sleep(scene.random.spread(SECOND / 2, 4 * SECOND));
      await client.query('rollback').catch(() => undefined);
      await client.end();
      return table;
    },
  },
];

function databaseOf({ stage }: Scene): Database {
  return stage.database as Database;
}

async function away(scene: Scene, how: 'kill' | 'pause'): Promise<string> {
  const { server } = databaseOf(scene);
  await server[how]();
  await sleep(scene.random.spread(SECOND / 2, 6 * SECOND));
  await server.start();
  return 'postgres';
}
