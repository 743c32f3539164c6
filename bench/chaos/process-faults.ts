/** Faults of processes: killed, frozen, doubled, more and fewer of them, of a newer form, with a wrong clock. */

import { setTimeout as sleep } from 'node:timers/promises';
import { DAY, HOUR, type Millis, SECOND } from '../../src/core/units.ts';
import { type Fault, owner, stutter, TTL } from './fault.ts';
import { passing } from './passing.ts';
import { newInstance } from './stage.ts';

/** A process that woke up has sent what it was about to send. */
const AWAKE: Millis = SECOND;
const CLOCKS: readonly Millis[] = [DAY, -HOUR];

export const PROCESS_FAULTS: readonly Fault[] = [
  passing('process', {
    name: 'SIGKILL',
    weight: 6,
    lasts: [50, 4 * SECOND],
    begin: async (scene) => {
      const victim = await owner(scene);
      await stutter(scene, victim);
      await scene.ownership.expectTakeover(victim.name);
      await victim.kill();
      return victim;
    },
    end: (_, victim) => {
      victim.start();
      return victim.name;
    },
  }),
  passing('process', {
    name: 'SIGSTOP longer than the lease',
    weight: 3,
    lasts: [TTL + 300, TTL + 2 * SECOND],
    begin: async (scene) => {
      const victim = await owner(scene);
      scene.stage.frozen += 1;
      await stutter(scene, victim);
      await scene.ownership.expectTakeover(victim.name);
      return { name: victim.name, thaw: victim.freeze() };
    },
    end: async ({ stage }, { name, thaw }) => {
      thaw();
      await sleep(AWAKE);
      stage.frozen -= 1;
      return name;
    },
  }),
  passing('process', {
    name: 'SIGTERM and a new start',
    weight: 2,
    lasts: [10, SECOND],
    begin: async (scene) => {
      const victim = await owner(scene);
      await victim.stop();
      return victim;
    },
    end: (_, victim) => {
      victim.start();
      return victim.name;
    },
  }),
  passing('process', {
    name: 'two processes under one name',
    weight: 3,
    lasts: [2 * SECOND, 5 * SECOND],
    begin: async (scene) => {
      const first = await owner(scene);
      const twin = await newInstance(scene.stage, first.name);
      twin.start();
      return { first, twin };
    },
    end: async ({ random }, { first, twin }) => {
      if (random.chance(0.5)) await twin.kill();
      else await twin.stop();
      first.crashes.push(...twin.crashes);
      return first.name;
    },
  }),
  {
    name: 'one instance more or fewer',
    on: 'process',
    weight: 6,
    run: async (scene) => {
      const { stage, random } = scene;
      const running = stage.instances.filter(({ isRunning }) => isRunning);
      const resting = stage.instances.filter(({ isRunning }) => !isRunning);
      const grows = running.length < 2 || (resting.length > 0 && random.chance(0.5));
      const each = random.pick(grows ? resting : running);
      if (grows) each.start();
      else if (random.chance(0.5)) await each.stop();
      else await each.kill();
      await sleep(random.whole(SECOND / 2, 2 * SECOND));
      return `${each.name} ${grows ? 'comes' : 'goes'}, ${running.length + (grows ? 1 : -1)} run`;
    },
  },
  {
    name: 'rolling restart to a newer form of records',
    on: 'process',
    weight: 1,
    fits: ({ newer }) => !newer,
    run: async ({ stage, random }) => {
      stage.newer = true;
      const running = stage.instances.filter(({ isRunning }) => isRunning);
      for (const instance of random.shuffled(running)) {
        await instance.stop();
        instance.start();
        await sleep(random.whole(SECOND / 2, SECOND));
      }
      return running.map(({ name }) => name).join(', ');
    },
  },
  passing('process', {
    name: 'an instance whose clock is off',
    weight: 2,
    lasts: [SECOND, 2 * SECOND],
    begin: async (scene) => {
      const victim = await owner(scene);
      victim.clockOff = scene.random.pick(CLOCKS);
      await victim.stop();
      victim.start();
      return victim;
    },
    end: (_, victim) => `${victim.name} by ${victim.clockOff / HOUR} h`,
  }),
];
