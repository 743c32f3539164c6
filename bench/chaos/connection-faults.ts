/** Faults of the ways to Redis. */

import { type Millis, SECOND } from '../../src/core/units.ts';
import type { ProxyMode, TcpProxy } from '../../test/flow/tcp-proxy.ts';
import { type Fault, unlessAway, way } from './fault.ts';
import { passing } from './passing.ts';

/** What a way does for a while, and how long at most. */
const MODES: readonly { name: string; mode: ProxyMode; weight: number; longest: Millis }[] = [
  { name: 'a connection that swallows everything', mode: 'blackhole', weight: 2, longest: 7 * SECOND },
  { name: 'a connection that loses every reply', mode: 'deaf', weight: 2, longest: 6 * SECOND },
  { name: 'a connection that loses every request', mode: 'mute', weight: 2, longest: 6 * SECOND },
  { name: 'a connection of one byte a second', mode: 'drip', weight: 2, longest: 7 * SECOND },
];

export const CONNECTION_FAULTS: readonly Fault[] = [
  {
    name: 'every connection closed by Redis',
    on: 'connection',
    weight: 3,
    run: async ({ stage }) => {
      await unlessAway(() =>
        stage.connection.ask('closing connections', (redis) =>
          redis.call('CLIENT', 'KILL', 'TYPE', 'normal'),
        ),
      );
      return 'all';
    },
  },
  {
    name: 'replies cut off',
    on: 'connection',
    weight: 5,
    run: async (scene) => {
      const [name, proxy] = await way(scene);
      for (let cuts = scene.random.whole(1, 3); cuts > 0; cuts--)
        await cutOne(proxy, scene.random.whole(0, 30));
      return name;
    },
  },
  ...MODES.map(({ name, mode, weight, longest }) =>
    passing('connection', {
      name,
      weight,
      lasts: [SECOND / 2, longest],
      begin: async (scene) => {
        const [victim, proxy] = await way(scene);
        proxy.mode = mode;
        return { victim, proxy };
      },
      end: (_, { victim, proxy }) => {
        proxy.mode = 'through';
        // what was swallowed is missing in the middle of a command: these connections are of no use any more
        proxy.cut();
        return victim;
      },
    }),
  ),
];

/** The reply after so many others is lost, and its connection with it. */
async function cutOne(proxy: TcpProxy, passing: number): Promise<void> {
  let left = passing;
  await new Promise<void>((resolve) => {
    const overdue = setTimeout(resolve, SECOND);
    proxy.onReply = () => {
      if (--left >= 0) return true;
      clearTimeout(overdue);
      resolve();
      return false;
    };
  });
  proxy.onReply = undefined;
}
