/** Faults of Redis that lose nothing: killed, stopped, loading, full, with a full disk, busy, with another clock. */

import { setTimeout as sleep } from 'node:timers/promises';
import { DAY, HOUR, type Millis, SECOND } from '../../src/core/units.ts';
import { type Fault, type Scene, unlessAway } from './fault.ts';
import { KillableRedis } from './killable-redis.ts';
import { passing } from './passing.ts';
import { asking } from './redis-pair.ts';

/** A key takes so many microseconds to load: what is there by then takes seconds. */
const SLOW_LOADING = ['--key-load-delay', '300', '--loading-process-events-interval-bytes', '1024'];
const BUSY_FOR: Millis = 2 * SECOND;

export const REDIS_FAULTS: readonly Fault[] = [
  {
    name: 'SIGKILL of Redis',
    on: 'redis',
    weight: 4,
    run: async (scene) => restart(scene, []),
  },
  {
    name: 'SIGKILL of Redis, which is long in loading',
    on: 'redis',
    weight: 1,
    run: async (scene) => restart(scene, SLOW_LOADING),
  },
  passing('redis', {
    name: 'SIGSTOP of Redis',
    weight: 2,
    lasts: [SECOND / 2, 6 * SECOND],
    begin: ({ stage }) => {
      const { master } = stage.redis;
      master.pause();
      return master;
    },
    end: (_, master) => {
      master.resume();
      return 'redis';
    },
  }),
  passing('redis', {
    name: 'Redis out of memory',
    weight: 2,
    lasts: [SECOND, 3 * SECOND],
    begin: (scene) => configure(scene, 'maxmemory', '1mb'),
    end: withoutLimit,
  }),
  passing('redis', {
    name: 'memory tight: logs are trimmed to what is read',
    weight: 1,
    lasts: [SECOND, 3 * SECOND],
    begin: async (scene) => {
      const { master } = scene.stage.redis;
      const info = await asking(master, (hand) =>
        hand.ask('asking for memory', (redis) => redis.info('memory')),
      );
      const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? 0);
      await configure(scene, 'maxmemory', String(Math.round(used / 0.55)));
    },
    end: withoutLimit,
  }),
  passing('redis', {
    name: 'the disk of Redis is full',
    weight: 2,
    lasts: [SECOND, 3 * SECOND],
    begin: async ({ stage }) => {
      const { master } = stage.redis;
      await master.cramp(true);
      return master;
    },
    end: async (_, master) => {
      // with appendfsync always it ends rather than go on
      if (!master.isRunning) {
        await master.startAgain();
        return 'redis, which ended';
      }
      await master.cramp(false);
      await sleep(SECOND / 2);
      if (!master.isRunning) await master.startAgain();
      return 'redis';
    },
  }),
  {
    name: 'Redis busy with a script',
    on: 'redis',
    weight: 2,
    run: async (scene) => {
      const { master } = scene.stage.redis;
      await configure(scene, 'busy-reply-threshold', '100');
      const script = `local function now() local t = redis.call('TIME'); return t[1] * 1000 + t[2] / 1000 end
        local last = now() + ${BUSY_FOR}; repeat local t = now() until t > last; return 1`;
      await unlessAway(() =>
        asking(master, (hand) => hand.ask('keeping Redis busy', (redis) => redis.eval(script, 0))),
      );
      return 'redis';
    },
  },
  passing('redis', {
    name: 'the clock of Redis leaps',
    weight: 1,
    fits: () => KillableRedis.clockMoves,
    lasts: [SECOND, 2 * SECOND],
    begin: async ({ stage, random }) => {
      const off = random.pick([DAY, -HOUR, 0]);
      await stage.archive.catchUp().catch(() => undefined);
      await stage.redis.master.shiftClock(off);
      return off;
    },
    end: (_, off) => `redis, off by ${off / HOUR} h`,
  }),
];

async function withoutLimit(scene: Scene): Promise<string> {
  await configure(scene, 'maxmemory', '0');
  return 'redis';
}

async function restart(scene: Scene, settings: readonly string[]): Promise<string> {
  const { stage, random, ownership } = scene;
  const before = await ownership.look();
  await stage.redis.master.kill();
  await sleep(random.spread(50, 2 * SECOND));
  await stage.redis.master.startAgain(settings);
  const running = stage.instances.filter(({ isRunning, url }) => isRunning && url !== undefined);
  const isFair = () =>
    running.length > 0 && stage.frozen === 0 && running.every(({ isRunning, url }) => isRunning && url);
  if (before?.every(({ nonce }) => nonce !== null)) ownership.expectProgress(before, () => Boolean(isFair()));
  return 'redis';
}

async function configure({ stage }: Scene, name: string, value: string): Promise<void> {
  await unlessAway(() =>
    asking(stage.redis.master, (hand) =>
      hand.ask('configuring', (redis) => redis.config('SET', name, value)),
    ),
  );
}
