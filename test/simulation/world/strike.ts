/** What goes wrong in a simulated world, one blow at a time; each heals by itself after a while. */

import { MINUTE, type Millis, SECOND } from '../../../src/core/units.ts';
import type { Calamity } from './options.ts';
import type { SimulatedProcess } from './process.ts';
import type { RuleVersion } from './rules.ts';
import type { World } from './world.ts';

type Blow = (world: World) => void;

const BLOWS: Readonly<Record<Calamity, Blow>> = {
  kill: (world) => {
    const victim = anyOf(world);
    if (!victim) return;
    victim.die();
    again(world, victim);
  },
  /** At one of its next port calls, whichever it is. */
  kill_at_call: (world) => {
    const victim = anyOf(world);
    if (!victim) return;
    victim.diesAt = victim.calls + world.random.whole(1, 80);
    again(world, victim, 3 * SECOND);
  },
  pause: (world) => {
    const victim = anyOf(world);
    if (!victim) return;
    victim.pause();
    world.timeline.after(world.random.spread(200, 3 * world.options.ttl), () => victim.resume());
  },
  /** Nothing gets through and nobody says so. */
  cut: (world) => {
    const victim = anyOf(world);
    if (!victim) return;
    victim.isCut = true;
    world.timeline.after(world.random.spread(100, 4 * SECOND), () => {
      victim.isCut = false;
    });
  },
  redis_falls: (world) => {
    const { server, random, timeline } = world;
    const kind = random.pick(['power', 'process'] as const);
    const failsOver = server.replicas > 0;
    world.lose(() => (failsOver ? server.failOver(world.options.fallsBack) : server.fall(kind)));
    timeline.after(random.spread(20, 2_500), () => {
      server.isDown = false;
    });
    if (failsOver && random.chance(0.7))
      timeline.after(random.whole(2, 6) * SECOND, () => server.joinReplica());
  },
  redis_ails: (world) => {
    const { server, random, timeline } = world;
    server.ailment = random.pick(['OOM', 'MISCONF', 'BUSY'] as const);
    timeline.after(random.spread(50, 3 * SECOND), () => {
      server.ailment = undefined;
    });
  },
  /** Above some share the intake waits, and logs are trimmed to what is committed. */
  redis_full: (world) => {
    const { server, random, timeline } = world;
    server.fullness = random.pick([0.55, 0.7]);
    timeline.after(random.spread(SECOND, 6 * SECOND), () => {
      server.fullness = 0.1;
    });
  },
  clock_jumps: (world) => {
    const { random, server } = world;
    const by: Millis = random.pick([-60, -1, 1, 60, 1_440]) * MINUTE * random.next();
    const victim = anyOf(world);
    // events would be of the future for a server that went back, and ids that were lost might be given again
    if (random.chance(0.5) && world.options.clockMode === 'log' && world.options.safety === 'always')
      server.shiftClock(Math.floor(by));
    else if (victim) victim.shift += Math.floor(by);
  },
  postgres_away: (world) => {
    const { postgres, random, timeline } = world;
    if (!postgres) return;
    postgres.isDown = true;
    timeline.after(random.spread(500, 8 * SECOND), () => {
      postgres.isDown = false;
    });
  },
  /** One more for a while, then one less than before. */
  rescale: (world) => {
    const { random, timeline } = world;
    world.start(
      'd',
      random.chance(0.5) ? { index: world.options.instances, of: world.options.instances + 1 } : undefined,
    );
    timeline.after(random.spread(SECOND, 5 * SECOND), () => {
      const leaving = world.staying.length > 1 ? anyOf(world) : undefined;
      void leaving?.stop();
    });
  },
  /** Two of one name, by mistake or because the first only seemed dead. */
  twin: (world) => {
    const { random, timeline } = world;
    const twin = world.start(random.pick(['a', 'a', 'b']));
    timeline.after(random.spread(500, 6 * SECOND), () => {
      const how = random.chance(0.5) ? 'die' : 'stop';
      // when faults are over the last one stays
      if (world.isStorm || world.staying.some((other) => other !== twin)) void twin[how]();
    });
  },
  rules: (world) => {
    const { random, people, rules } = world;
    const [next, other] = [random.pick(rules.versions), random.pick(rules.versions)];
    people.apply(next, random.chance(0.5) ? other.plan.hash : undefined).catch(() => undefined);
  },
  /** Other rules come and go again, and whoever took them up dies in between. */
  rules_to_and_fro: (world) => {
    const { random, people, rules, timeline } = world;
    const [home, ...others] = rules.versions as [RuleVersion, ...RuleVersion[]];
    people.apply(random.pick(others)).catch(() => undefined);
    timeline.after(random.spread(100, 1_500), () => {
      for (const victim of world.up) {
        victim.die();
        timeline.after(random.spread(50, SECOND), () => {
          if (!victim.isUp && !world.isOver) world.start(victim.instance, undefined, home);
        });
      }
      people.apply(home).catch(() => undefined);
    });
  },
  bad_rules: (world) => {
    const { random, people, rules } = world;
    const hash = random.chance(0.5) ? '0000000000000000' : random.pick(rules.versions).plan.hash;
    people.misapply(hash).catch(() => undefined);
  },
  erase: (world) => void world.people.erase(String(world.random.whole(1, 6))).catch(() => undefined),
};

export function strike(world: World, calamity: Calamity): void {
  BLOWS[calamity](world);
}

function anyOf(world: World): SimulatedProcess | undefined {
  return world.up.length > 0 ? world.random.pick(world.up) : undefined;
}

/** It is started again after a while, perhaps with other rules: what it starts with comes into force. */
function again(world: World, victim: SimulatedProcess, after: Millis = 0): void {
  const { random, timeline, rules, options } = world;
  timeline.after(after + random.spread(50, 4 * SECOND), () => {
    if (victim.isUp || world.isOver) return;
    const isNew = options.calamities.includes('rules') && random.chance(0.3);
    world.start(
      victim.instance,
      undefined,
      (isNew ? random.pick(rules.versions) : rules.versions[0]) as RuleVersion,
    );
  });
}
