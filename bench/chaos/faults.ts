/** The faults: what is done to processes, connections and Redis, and undone again. */

import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../../src/core/errors.ts';
import { type Millis, SECOND } from '../../src/core/units.ts';
import type { TcpProxy } from '../../test/flow/tcp-proxy.ts';
import type { Random } from '../../test/oracle/random.ts';
import type { Instance } from './instance.ts';
import type { Ownership } from './ownership.ts';
import { newInstance, type Stage, TTL_SECONDS } from './stage.ts';

export interface Scene {
  readonly stage: Stage;
  readonly random: Random;
  readonly ownership: Ownership;
}

export interface Fault {
  readonly name: string;
  /** What it is done to: two faults at a time never share one. */
  readonly on: 'process' | 'connection' | 'redis';
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Resolves when it is over; answers what it was done to. */
  run(scene: Scene): Promise<string>;
}

const TTL: Millis = TTL_SECONDS * SECOND;
/** A process that woke up has sent what it was about to send. */
const AWAKE: Millis = SECOND;

export const FAULTS: readonly Fault[] = [
  {
    name: 'SIGKILL',
    on: 'process',
    weight: 4,
    run: async (scene) => {
      const victim = await owner(scene);
      await stutter(scene, victim);
      await scene.ownership.expectTakeover(victim.name);
      await victim.kill();
      await sleep(scene.random.spread(50, 4 * SECOND));
      victim.start();
      return victim.name;
    },
  },
  {
    name: 'SIGSTOP longer than the lease',
    on: 'process',
    weight: 4,
    run: async (scene) => {
      const { stage, random } = scene;
      const victim = await owner(scene);
      stage.frozen += 1;
      await stutter(scene, victim);
      await scene.ownership.expectTakeover(victim.name);
      const thaw = victim.freeze();
      await sleep(TTL + random.whole(300, 3 * SECOND));
      thaw();
      await sleep(AWAKE);
      stage.frozen -= 1;
      return victim.name;
    },
  },
  {
    name: 'SIGTERM and a new start',
    on: 'process',
    weight: 1,
    run: async (scene) => {
      const victim = await owner(scene);
      await victim.stop();
      await sleep(scene.random.whole(0, SECOND));
      victim.start();
      return victim.name;
    },
  },
  {
    name: 'two processes under one name',
    on: 'process',
    weight: 2,
    run: async (scene) => {
      const { stage, random } = scene;
      const first = await owner(scene);
      const twin = newInstance(first.name, stage.config, stage.redis, undefined);
      twin.start();
      await sleep(random.whole(2 * SECOND, 5 * SECOND));
      if (random.chance(0.5)) await twin.kill();
      else await twin.stop();
      first.crashes.push(...twin.crashes);
      return first.name;
    },
  },
  {
    name: 'every connection closed by Redis',
    on: 'connection',
    weight: 1,
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
    weight: 1,
    run: async (scene) => {
      const [name, proxy] = await way(scene);
      for (let cuts = scene.random.whole(1, 4); cuts > 0; cuts--) {
        let passing = scene.random.whole(0, 30);
        await new Promise<void>((resolve) => {
          const overdue = setTimeout(resolve, SECOND);
          proxy.onReply = () => {
            if (--passing >= 0) return true;
            clearTimeout(overdue);
            resolve();
            return false;
          };
        });
        proxy.onReply = undefined;
      }
      return name;
    },
  },
  {
    name: 'a connection that swallows everything',
    on: 'connection',
    weight: 1,
    run: async (scene) => {
      const [name, proxy] = await way(scene);
      return through(name, proxy, 'blackhole', scene.random.whole(SECOND, 7 * SECOND));
    },
  },
  {
    name: 'a connection that loses every reply',
    on: 'connection',
    weight: 1,
    run: async (scene) => {
      const [name, proxy] = await way(scene);
      return through(name, proxy, 'deaf', scene.random.whole(SECOND / 2, 6 * SECOND));
    },
  },
  {
    name: 'SIGKILL of Redis',
    on: 'redis',
    weight: 2,
    run: async ({ stage, random }) => {
      await stage.redis.kill();
      await sleep(random.whole(0, 2 * SECOND));
      await stage.redis.startAgain();
      return 'redis';
    },
  },
  {
    name: 'SIGSTOP of Redis',
    on: 'redis',
    weight: 1,
    run: async ({ stage, random }) => {
      stage.redis.pause();
      await sleep(random.whole(SECOND, 6 * SECOND));
      stage.redis.resume();
      return 'redis';
    },
  },
];

/** Mostly whoever owns a random partition: faults of the others do little. */
async function owner({ stage, random, ownership }: Scene): Promise<Instance> {
  const owners = await ownership.owners();
  const running = stage.instances.filter((instance) => instance.isRunning);
  const name = owners.length > 0 && random.chance(0.8) ? random.pick(owners) : undefined;
  return (
    running.find((instance) => instance.name === name) ??
    random.pick(running.length > 0 ? running : stage.instances)
  );
}

/** A pause that lets work pile up: what comes next finds the victim in the middle of it, and not idle. */
async function stutter({ random }: Scene, victim: Instance): Promise<void> {
  if (random.chance(0.3)) return;
  const thaw = victim.freeze();
  await sleep(random.whole(200, TTL / 2));
  thaw();
  await sleep(random.whole(0, 40));
}

/** The proxied way of an owner, where one has such a way. */
async function way({ stage, random, ownership }: Scene): Promise<[string, TcpProxy]> {
  const owners = await ownership.owners();
  const ways = [...stage.proxies];
  const busy = ways.filter(([name]) => owners.includes(name));
  return random.pick(busy.length > 0 ? busy : ways);
}

async function through(
  name: string,
  proxy: TcpProxy,
  mode: 'blackhole' | 'deaf',
  duration: Millis,
): Promise<string> {
  proxy.mode = mode;
  await sleep(duration);
  proxy.mode = 'through';
  // what was swallowed is missing in the middle of a command: these connections are of no use any more
  proxy.cut();
  return name;
}

async function unlessAway(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
  }
}
