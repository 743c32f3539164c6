/** Shared kinds over several partitions: whatever dies or is lost in between, they end as a plain count of all logs. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Millis } from '../../src/core/units.ts';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { Random } from '../oracle/random.ts';
import { plainCount, START, type StoryEvent, story } from './shared-story.ts';
import { SharedWorld } from './shared-world.ts';
import type { Fate, Wire } from './simulated-state.ts';

const never = () => new Promise<never>(() => undefined);
const EVENTS = 60;

/** Shared entities are what a plain count of the logs gives; what nobody counts any more shows zero. */
function assertLikePlain(world: SharedWorld, now: Millis, what: string): void {
  const expected = plainCount(
    world.partitions.map((partition) => partition.contents().log),
    now,
  );
  const shown = { ...world.entities('source'), ...world.entities('all') };
  for (const [key, values] of Object.entries(shown)) {
    const wanted = expected[key] ?? { leads: 0, engaged: 0, score: 0, created: 0 };
    const { sources, ...compared } = values;
    assert.deepEqual(compared, wanted, `${what}: ${key}`);
    if (sources === undefined) continue;
    for (const row of sources as { source: string; leads: number }[])
      assert.equal(
        row.leads,
        (shown[`source:${row.source}`] as { leads: unknown }).leads,
        `${what}: ${row.source}`,
      );
  }
  for (const key of Object.keys(expected)) assert.ok(shown[key], `${what}: ${key} is missing`);
}

async function finish(world: SharedWorld, events: readonly StoryEvent[], what: string): Promise<void> {
  await world.quiet(what);
  const now = await world.settle((events.at(-1) as StoryEvent).time, what);
  assertLikePlain(world, now, what);
  world.end();
}

describe('shared kinds over a simulated Redis', () => {
  it('are a plain count of the events of all partitions', async () => {
    const world = new SharedWorld();
    const events = story('e', new Random(1), 400, START);
    world.append(events);
    world.start('a');
    await finish(world, events, 'plain run');
  });

  for (const moment of ['request', 'reply'] as const)
    it(`lose and double nothing when a process is killed at the ${moment} of a call`, async () => {
      const first = DRAWN_SEED;
      const events = story('e', new Random(2), EVENTS, START);
      let deaths = 0;
      for (let at = 1 + (first % 13); ; at += 13) {
        const world = new SharedWorld();
        world.append(events);
        let calls = 0;
        const die = () => (++calls < at ? undefined : never());
        const wire: Wire =
          moment === 'request' ? { request: () => die() ?? 'through' } : { reply: () => die() };
        world.start('a', wire);
        await world.quiet(`call ${at}`, () => calls >= at);
        if (calls < at) {
          world.end();
          break;
        }
        deaths += 1;
        world.start(at % 2 === 0 ? 'a' : 'b');
        await finish(world, events, `killed at the ${moment} of call ${at}, seed ${first}`);
      }
      assert.ok(deaths > 5, `the enumeration went through the run, ${deaths} deaths`);
    });

  it('survive lost requests and replies, copies and rivals, whatever the seed', async () => {
    const first = DRAWN_SEED;
    for (let seed = first; seed < first + 10; seed++) {
      const random = new Random(seed);
      const world = new SharedWorld();
      const events = story('e', random, EVENTS, START);
      world.append(events);
      let faults = 40;
      const fate = (): Fate => {
        if (faults <= 0 || !random.chance(0.2)) return 'through';
        faults -= 1;
        return (['request_lost', 'reply_lost', 'sent_twice'] as const)[random.whole(0, 2)] as Fate;
      };
      for (const instance of ['a', 'b']) world.start(instance, { request: fate });
      await finish(world, events, `seed ${seed}`);
    }
  });

  it('are healed after a failover took the tail of a partition, state, log and mail together', async () => {
    const first = DRAWN_SEED;
    for (let seed = first; seed < first + 8; seed++) {
      const random = new Random(seed);
      const world = new SharedWorld();
      const before = story('before', random, random.whole(1, 20), START);
      world.append(before);
      world.start('a');
      await world.quiet(`seed ${seed}, before`);
      const failed = world.partitions[seed % world.partitions.length] as (typeof world.partitions)[0];
      const mark = failed.mark();
      const lost = story('lost', random, EVENTS, (before.at(-1) as StoryEvent).time, 40);
      world.append(lost);
      await world.quiet(`seed ${seed}, what will be lost`);
      world.clock.advance(5);
      failed.rollBack(mark);
      await world.quiet(`seed ${seed}, after the failover`);
      const after = story('after', random, EVENTS, (lost.at(-1) as StoryEvent).time);
      world.append(after);
      await finish(world, after, `seed ${seed}`);
      assert.ok(
        world.notices.some((notice) => notice.startsWith('Redis lost the tail')),
        'said',
      );
    }
  });
});
