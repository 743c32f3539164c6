/** The engine against the oracle: the same values from the same events, the same decisions from the same log. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Dedup } from '../../src/step/dedup.ts';
import { type Head, PartitionState } from '../../src/step/partition-state.ts';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { agree, differences } from '../oracle/agree.ts';
import { asLog, type JsonEvent, randomHistory, timeOf } from '../oracle/generate.ts';
import { withoutLeftOut } from '../oracle/left-out.ts';
import { Oracle } from '../oracle/oracle.ts';
import { Random } from '../oracle/random.ts';
import { readRuleFiles, SHIPPED } from '../oracle/rule-files.ts';
import { planOf, runEngine, viewsOf } from './engine-run.ts';

/** Seeds that once failed, and one that is new in every run; the message of a failure names it. */
const SEEDS = [1, 2, 28, DRAWN_SEED];

const files = [
  ...readRuleFiles(SHIPPED),
  // what the shipped rules have no use for
  {
    path: 'config/features/steps.yaml',
    text: `features:
  lead:
    opens_now: { count: content.opened, window: 10m, step: 10m }
    opens_by_day: { series: content.opened, window: 10d, step: 1d, ago: 1d }
    days_opened: { calc: $count(opens_by_day) }
`,
  },
];
const plan = planOf(files);
const oracle = Oracle.load(files);

function mixedHistory(seed: number): JsonEvent[] {
  return randomHistory(seed, {
    leads: 12,
    campaigns: 2,
    events: 700,
    days: 45,
    badShare: 0.02,
    duplicateShare: 0.05,
    lateShare: 0.06,
    tz: seed % 2 === 0,
    amends: true,
    // days on which clocks are changed are among them
    start: Date.UTC(2026, 1, 20),
  });
}

describe('the engine on a log', () => {
  for (const seed of SEEDS) {
    it(`decides what the oracle decides (seed ${seed})`, async () => {
      const log = asLog(seed, mixedHistory(seed), { brokenShare: 0.02, tickShare: 0.05 });
      const expected = await (await oracle).run(log, 0);
      const actual = runEngine(plan, log);
      assert.deepEqual(differences(expected, actual), []);
      assert.deepEqual(
        actual.dead.map(({ reason }) => reason === 'id_conflict').sort(),
        expected.dead.map(({ reason }) => reason === 'id_conflict').sort(),
      );
      assert.ok(expected.decisions.length > 200, 'the history decides something');
    });

    it(`goes on from what a commit stored as if nothing had happened (seed ${seed})`, () => {
      const log = asLog(seed, mixedHistory(seed), { tickShare: 0.05 });
      const plain = runEngine(plan, log);
      const random = new Random(seed);
      const stored = new Map<string, string>();
      const buckets = new Map<number, Uint8Array[]>();
      const restarted = runEngine(plan, log, (state, changes) => {
        for (const [key, record] of changes.states) stored.set(key, record as string);
        const ids = state.dedup.takeChanges();
        for (const [bucket, bytes] of ids.appended)
          buckets.set(bucket, [...(buckets.get(bucket) ?? []), bytes]);
        for (const bucket of ids.dropped) buckets.delete(bucket);
        return random.chance(0.2) ? restart(state, stored, buckets) : state;
      });
      assert.deepEqual(restarted.decisions, plain.decisions);
      assert.deepEqual(viewsOf(restarted.state), viewsOf(plain.state));
    });

    it(`has the same values whatever the order and the packing of the same events (seed ${seed})`, async () => {
      const events = randomHistory(seed, {
        leads: 10,
        campaigns: 2,
        events: 400,
        days: 20,
        duplicateShare: 0.05,
      });
      const end = Math.max(...events.map(timeOf)) + 1;
      const { set } = await oracle;
      const expected = await (await oracle).finalValues(events, end);
      const random = new Random(seed + 1);
      const once = [...new Map(events.map((event) => [event.id, event])).values()];
      const orders = [
        events,
        // without copies: they could lie further apart in stream time than ids are remembered
        shuffle(random, once),
        // everything is late from the first event on: the hardest order there is
        [{ type: 'tick', time: end }, ...shuffle(random, events)],
      ];
      for (const order of orders) {
        const log = logOf([...order, { type: 'tick', time: end }], seed, random.whole(1, 12));
        const actual = runEngine(plan, log);
        for (const [key, values] of expected) {
          const entity = actual.entities.get(key);
          for (const [name, value] of Object.entries(values)) {
            const found = entity?.features[name] ?? entity?.results[name]?.value;
            const own = withoutLeftOut(found, set.leftOut);
            const problem = `${key} ${name}: ${JSON.stringify(own)}, from the set of events ${JSON.stringify(value)}`;
            assert.ok(agree(own, value), problem);
          }
        }
      }
    });
  }
});

/** Events packed into entries, with the ticks among them in their place. */
function logOf(events: readonly JsonEvent[], seed: number, pack: number): { id: string; d: string }[] {
  const ticks = events
    .filter(({ type }) => type === 'tick')
    .map((event, i) => ({ id: `${i}-0`, d: JSON.stringify(event) }));
  const others = asLog(
    seed,
    events.filter(({ type }) => type !== 'tick'),
    { pack },
  );
  return events[0]?.type === 'tick'
    ? [ticks[0] as { id: string; d: string }, ...(others as { id: string; d: string }[]), ...ticks.slice(1)]
    : [...(others as { id: string; d: string }[]), ...ticks];
}

function shuffle<T>(random: Random, list: readonly T[]): T[] {
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random.whole(0, i);
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}

/** A new memory from what was stored; entities come back when they are needed or their timers are due. */
function restart(
  old: PartitionState,
  stored: ReadonlyMap<string, string>,
  buckets: ReadonlyMap<number, Uint8Array[]>,
): PartitionState {
  const head = JSON.parse(old.head()) as Head;
  const directory = old.dedup.directory();
  const contents = directory.buckets.map(([bucket]) => Buffer.concat(buckets.get(bucket) ?? []));
  const dedup = Dedup.restore(directory, contents);
  const state = new PartitionState(old.partition, old.plan, { incarnation: old.incarnation, dedup });
  state.restoreHead(head);
  for (const [key, record] of stored) state.admit(key, record);
  return state;
}
