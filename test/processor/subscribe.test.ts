/** subscribe: whatever fails, is lost or changes hands, each partition's decisions are told at least once and in order. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compareEntryIds, type EntryId } from '../../src/core/entry.ts';
import { WeirError } from '../../src/core/errors.ts';
import type { OwnerToken, SteadyClock } from '../../src/core/ports.ts';
import { seededRng } from '../../src/core/random.ts';
import type { Subscription } from '../../src/core/subscription.ts';
import { DAY, HOUR } from '../../src/core/units.ts';
import type { Outcome, Receiver } from '../../src/processor/courier.ts';
import type { SourceEntry } from '../../src/processor/source.ts';
import { Subscribe } from '../../src/processor/subscribe.ts';
import type { Standing } from '../../src/processor/subscription-place.ts';
import { loaded, ruleText, SETTINGS } from '../rules/rule-files.ts';

const PLAN = loaded([
  {
    path: 'weir.yaml',
    text: `subscriptions:\n  crm: { rules: [told], to: stream }\n${SETTINGS.text}`,
  },
  { path: 'a.yaml', text: ruleText('told', 'mode: live\nvalue: 1') },
  { path: 'b.yaml', text: ruleText('other', 'mode: live\nvalue: 1') },
]).plan;
const START = Date.UTC(2026, 0, 5);

/** Time passes as soon as everybody sleeps. */
class HastyClock implements SteadyClock {
  time = START;
  now = () => this.time;
  elapsed = () => this.time;
  async sleep(duration: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.time += duration;
  }
}

/** A partition as the subscriptions see it: its outbox, its owner, and where each of them stands. */
class World {
  readonly clock = new HastyClock();
  readonly entries: SourceEntry[] = [];
  /** Ids of decisions of the chosen rule, in order. */
  readonly wanted: string[] = [];
  readonly told: string[] = [];
  readonly counts = new Map<string, number>();
  readonly notices: string[] = [];
  readonly stored = new Map<string, Standing>();
  token: OwnerToken | undefined = { epoch: 1, nonce: 'a' };
  /** Redis knows another owner, and our process has not noticed. */
  taken = false;
  commit: object = {};
  trimmed = 0;
  failing: 'no' | 'reading' | 'telling' | 'moving' | 'gone' = 'no';

  add(sort: 'told' | 'other' | 'mail' | 'shadow' | 'failed' | 'muted'): void {
    const seq = this.entries.length + this.trimmed;
    const id = `${this.clock.time + seq}-0`;
    const rule = sort === 'other' ? 'other' : 'told';
    const decision = {
      ...{ id: `0-1-${seq}`, rule, version: 1, mode: sort === 'shadow' ? 'shadow' : 'live' },
      ...{ kind: 'lead', entity: '7', value: seq, old: null },
      ...(sort === 'failed' ? { error: 'no' } : {}),
      ...(sort === 'muted' ? { muted: true } : {}),
    };
    if (sort === 'told') this.wanted.push(decision.id);
    this.entries.push(sort === 'mail' ? { id } : { id, row: { id, text: JSON.stringify(decision) } });
    this.commit = {};
  }

  trim(count: number): void {
    this.trimmed += this.entries.splice(0, count).length;
  }

  get added(): number {
    return this.entries.length + this.trimmed;
  }

  private away(): never {
    throw new WeirError('redis_away', 'testing: nobody answers');
  }

  private readonly receiver: Receiver = {
    atOnce: 3,
    forgets: true,
    tell: async (decisions): Promise<Outcome> => {
      if (this.failing === 'gone') return 'gone';
      if (this.failing === 'telling') return { problem: 'nobody listens' };
      this.told.push(...decisions.map(({ id }) => id));
      return 'done';
    },
  };

  open(): Subscribe {
    return new Subscribe({
      partitions: 1,
      read: async (_, after) => {
        if (this.failing === 'reading') this.away();
        const found = this.entries.filter(({ id }) => compareEntryIds(id, after) > 0);
        return { entries: found.slice(0, 5), full: found.length >= 5 };
      },
      place: (_, name) => ({
        find: async () => {
          const last: EntryId = this.entries.at(-1)?.id ?? '0-0';
          const standing = this.stored.get(name) ?? { entry: last, count: this.added };
          this.stored.set(name, standing);
          const [first] = this.entries;
          const whole = first !== undefined && compareEntryIds(standing.entry, first.id) >= 0;
          return { ...standing, missed: whole ? 0 : Math.max(0, this.trimmed - standing.count) };
        },
        move: async (token, from, to) => {
          if (this.failing === 'moving') this.away();
          if (token !== this.token || this.taken) return 'FENCED';
          if (this.stored.get(name)?.entry !== from.entry) return 'STALE';
          this.stored.set(name, to);
          return 'OK';
        },
        end: async () => ({ entry: this.entries.at(-1)?.id ?? '0-0', count: this.added }),
        added: async () => this.added,
      }),
      receiver: (_: Subscription) => this.receiver,
      plan: async () => PLAN,
      token: () => this.token,
      commit: () => this.commit,
      clock: this.clock,
      rng: seededRng(1),
      meter: {
        count: (_, labels, amount = 1) => {
          const result = labels?.result as string;
          this.counts.set(result, (this.counts.get(result) ?? 0) + amount);
        },
        observe: () => undefined,
        gauge: () => undefined,
      },
      onNotice: (notice) => this.notices.push(notice),
    });
  }

  count(result: string): number {
    return this.counts.get(result) ?? 0;
  }
}

async function during(subscribe: Subscribe, work: () => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  const running = subscribe.run(stopping.signal);
  await work();
  stopping.abort();
  await running;
}

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

async function untilTold(world: World, subscribe: Subscribe): Promise<void> {
  for (let i = 0; i < 2_000; i++) {
    await turns(1);
    const at = world.token && subscribe.position(0, world.token);
    if (at !== undefined && at === (world.entries.at(-1)?.id ?? at) && at !== '0-0') return;
  }
  assert.fail(`not told to the end: ${world.notices.join('; ')}`);
}

const sorts = fc.constantFrom('told', 'told', 'told', 'other', 'mail', 'shadow', 'failed', 'muted' as const);
const deed = fc.oneof(
  fc.record({ add: fc.array(sorts, { maxLength: 12 }) }),
  fc.record({ fail: fc.constantFrom('no', 'reading', 'telling', 'telling', 'moving' as const) }),
  fc.constant({ owner: 'other' } as const),
  fc.constant({ owner: 'none' } as const),
  fc.constant({ process: 'dies' } as const),
);

describe('subscribe', () => {
  it('tells everything at least once and in order, over failures, deaths and changes of the owner', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(deed, fc.nat(30)), { minLength: 8, maxLength: 16 }), async (all) => {
        const deeds = [...all];
        const world = new World();
        world.stored.set('crm', { entry: '0-0', count: 0 });
        let epoch = 1;
        for (let subscribe = world.open(); ; subscribe = world.open()) {
          let died = false;
          await during(subscribe, async () => {
            for (let next = deeds.shift(); next && !died; next = died ? undefined : deeds.shift()) {
              const [what, pause] = next;
              if ('add' in what) for (const sort of what.add) world.add(sort);
              else if ('fail' in what) world.failing = what.fail;
              else if ('process' in what) died = true;
              else world.token = what.owner === 'none' ? undefined : { epoch: ++epoch, nonce: 'b' };
              await turns(pause);
            }
            if (died) return;
            world.failing = 'no';
            world.token = { epoch: ++epoch, nonce: 'c' };
            world.add('other');
            await untilTold(world, subscribe);
          });
          if (!died) break;
        }
        // each decision is there, and without its repetitions all stand in order
        assert.deepEqual([...new Set(world.told)], world.wanted);
        assert.equal(world.count('expired') + world.count('missed') + world.count('gone'), 0);
      }),
      { numRuns: 250 },
    );
  });

  it('a new one begins at the end, and goes on where it stood', async () => {
    const world = new World();
    world.add('told');
    await during(world.open(), () => turns(10));
    assert.deepEqual(world.told, []);
    world.add('told');
    const again = world.open();
    await during(again, () => untilTold(world, again));
    assert.deepEqual(world.told, world.wanted.slice(1));
  });

  it('what cannot be told within a day is given up, in order, and never silently', async () => {
    const world = new World();
    world.stored.set('crm', { entry: '0-0', count: 0 });
    world.failing = 'telling';
    for (let i = 0; i < 7; i++) world.add('told');
    const subscribe = world.open();
    await during(subscribe, async () => {
      while (world.clock.time < START + DAY - HOUR) await turns(1);
      assert.equal(world.count('expired'), 0);
      assert.ok(world.count('retried') > 100 && world.count('retried') < 600, `${world.count('retried')}`);
      await untilTold(world, subscribe);
      world.failing = 'no';
      world.add('told');
      await untilTold(world, subscribe);
    });
    assert.equal(world.count('expired'), 7);
    assert.deepEqual(world.told, world.wanted.slice(7));
    assert.match(world.notices.join('\n'), /could not be told within a day/);
  });

  it('entries that were trimmed unread are counted and said', async () => {
    const world = new World();
    world.stored.set('crm', { entry: '0-0', count: 0 });
    for (let i = 0; i < 9; i++) world.add('told');
    world.trim(4);
    const subscribe = world.open();
    await during(subscribe, () => untilTold(world, subscribe));
    assert.equal(world.count('missed'), 4);
    assert.deepEqual(world.told, world.wanted.slice(4));
    assert.match(world.notices.join('\n'), /trimmed past where a subscription stood/);
  });

  it('a receiver that is gone is called once, and what comes for it is counted', async () => {
    const world = new World();
    world.stored.set('crm', { entry: '0-0', count: 0 });
    world.failing = 'gone';
    for (let i = 0; i < 7; i++) world.add('told');
    const subscribe = world.open();
    await during(subscribe, () => untilTold(world, subscribe));
    assert.equal(world.count('gone'), 7);
    assert.equal(world.notices.filter((notice) => notice.includes('given up')).length, 1);
  });

  it('a process that lost the partition stops at the first place that it may not move', async () => {
    const world = new World();
    world.stored.set('crm', { entry: '0-0', count: 0 });
    world.taken = true;
    for (let i = 0; i < 7; i++) world.add('told');
    await during(world.open(), () => turns(50));
    assert.deepEqual(world.told, world.wanted.slice(0, 3));
    assert.deepEqual(world.stored.get('crm'), { entry: '0-0', count: 0 });
  });
});
