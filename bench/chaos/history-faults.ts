/** Faults of the history: Postgres ends, is unreachable, loses the answer to a commit, or is held up by a lock. */

import { Client } from 'pg';
import { type Millis, SECOND } from '../../src/core/units.ts';
import type { Database } from './databases.ts';
import type { Fault, Scene } from './fault.ts';
import { passing } from './passing.ts';

const AWAY_FOR: readonly [Millis, Millis] = [SECOND / 2, 6 * SECOND];

const hasHistory: Fault['fits'] = ({ database }) => database !== undefined;

export const HISTORY_FAULTS: readonly Fault[] = [
  passing('history', {
    name: 'SIGKILL of Postgres',
    weight: 2,
    fits: hasHistory,
    lasts: AWAY_FOR,
    begin: (scene) => databaseOf(scene).server.kill(),
    end: startedAgain,
  }),
  passing('history', {
    name: 'Postgres stopped',
    weight: 2,
    fits: hasHistory,
    lasts: AWAY_FOR,
    begin: (scene) => databaseOf(scene).server.pause(),
    end: startedAgain,
  }),
  passing('history', {
    name: 'Postgres out of reach',
    weight: 2,
    fits: hasHistory,
    lasts: [SECOND, 5 * SECOND],
    begin: (scene) => {
      databaseOf(scene).proxy.mode = 'blackhole';
    },
    end: (scene) => {
      const { proxy } = databaseOf(scene);
      proxy.mode = 'through';
      proxy.cut();
      return 'postgres';
    },
  }),
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
  passing('history', {
    name: 'a table of the history locked',
    weight: 2,
    fits: hasHistory,
    lasts: [SECOND / 2, 4 * SECOND],
    begin: async (scene) => {
      const client = new Client({ connectionString: databaseOf(scene).ownUrl });
      client.on('error', () => undefined);
      await client.connect();
      const table = scene.random.pick(['decisions', 'events', 'stream_positions']);
      await client.query(`begin; lock table ${table} in access exclusive mode`).catch(() => undefined);
      return { client, table };
    },
    end: async (_, { client, table }) => {
      await client.query('rollback').catch(() => undefined);
      await client.end();
      return table;
    },
  }),
];

function databaseOf({ stage }: Scene): Database {
  return stage.database as Database;
}

async function startedAgain(scene: Scene): Promise<string> {
  await databaseOf(scene).server.start();
  return 'postgres';
}
