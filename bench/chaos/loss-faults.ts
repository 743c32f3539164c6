/** Faults that may lose what Redis had: a replica takes over, and a Redis that comes back empty. */

import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../src/core/units.ts';
import type { Fault, Scene } from './fault.ts';
import { lookAt, type Owned } from './ownership.ts';
import { asking } from './redis-pair.ts';

export const LOSS_FAULTS: readonly Fault[] = [
  {
    name: 'failover to the replica, the old master gone',
    on: 'all',
    weight: 3,
    fits: ({ deployment }) => deployment.replica !== 'none',
    run: (scene) => failOver(scene, true),
  },
  {
    name: 'failover to the replica, the old master goes on for a while',
    on: 'all',
    weight: 3,
    fits: ({ deployment }) => deployment.replica !== 'none',
    run: (scene) => failOver(scene, false),
  },
  {
    name: 'Redis comes back empty',
    on: 'all',
    weight: 1,
    // with a replica it would take the emptiness over: what is acknowledged there is to be kept
    fits: ({ deployment, losses }) => deployment.replica === 'none' && losses === 0,
    run: async (scene) => {
      const { stage, random } = scene;
      const { master } = stage.redis;
      const { said } = scene.losses;
      const had = (await asking(master, lookAt)) ?? [];
      await sleep(SECOND / 5);
      await master.kill();
      await master.empty();
      await sleep(random.whole(0, SECOND));
      await stage.archive.hold(async () => {
        // before anybody writes to it again
        stage.archive.clear();
        await master.startAgain();
      });
      stage.losses += 1;
      return scene.losses.expect(stage.connection, had, had.map(nothing), said);
    },
  },
];

function nothing(owned: Owned): Owned {
  return { ...owned, commit: 0, incarnation: 1 };
}

/** The replica is cut off for a moment, so that there is a tail to lose, and then put in its master's place. */
async function failOver(scene: Scene, isKilled: boolean): Promise<string> {
  const { stage, random, losses } = scene;
  const { redis } = stage;
  const { said } = losses;
  await redis.untilFollowed();
  redis.link.mode = 'blackhole';
  await sleep(random.spread(50, 1.5 * SECOND));
  const had = (await asking(redis.master, lookAt)) ?? [];
  // what was committed by now is known to its owners
  await sleep(SECOND / 5);
  if (isKilled) await redis.master.kill();
  const { old, left } = await stage.archive.hold(async () => {
    const { old } = await redis.promote();
    const left = (await asking(redis.master, lookAt)) ?? [];
    await asking(redis.master, (hand) => stage.archive.rewind(hand));
    if (stage.ownWay) {
      stage.ownWay.target = redis.target;
      stage.ownWay.cut();
    }
    return { old, left };
  });
  for (const proxy of random.shuffled([...stage.proxies.values()])) {
    proxy.target = redis.target;
    proxy.cut();
    await sleep(random.whole(0, SECOND / 3));
  }
  await redis.follow(old);
  stage.losses += 1;
  return losses.expect(stage.connection, had, left, said);
}
