/** The production worker over a simulated Redis: killed at every call, with replies lost, it ends as the plain fold does. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Entry } from '../../src/core/entry.ts';
import type { Meter } from '../../src/core/ports.ts';
import { PartitionWorker } from '../../src/processor/partition-worker.ts';
import type { RuleLibrary } from '../../src/processor/start-state.ts';
import { Turns } from '../../src/processor/turns.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { asLog, randomHistory } from '../oracle/generate.ts';
import { Random } from '../oracle/random.ts';
import { runEngine, viewsOf } from '../step/engine-run.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedPartition } from './simulated-partition.ts';
import { simulatedPlan } from './simulated-rules.ts';
import {
  type Fate,
  SimulatedConnection,
  SimulatedLog,
  SimulatedState,
  type Wire,
} from './simulated-state.ts';
import { until } from './until.ts';

const TTL = 2_000;
const plan = simulatedPlan();
const rules: RuleLibrary = { wanted: plan, load: async () => plan, layouts: async () => new Map() };
const meter: Meter = { count: () => undefined, observe: () => undefined, gauge: () => undefined };
const never = () => new Promise<never>(() => undefined);

interface World {
  readonly clock: SimulatedClock;
  readonly partition: SimulatedPartition;
  /** Starts a process; it runs until the signal, which is `stop` if nothing else is said, or dies by its wire. */
  start(instance: string, wire?: Wire, signal?: AbortSignal): Promise<void>;
  readonly stop: AbortController;
}

async function worldWith(log: readonly Omit<Entry, 'id'>[]): Promise<World> {
  const clock = new SimulatedClock(1_800_000_000_000);
  const partition = new SimulatedPartition(() => clock.now());
  for (const entry of log) partition.append(entry);
  const stop = new AbortController();
  let nonce = 0;
  const start = (instance: string, wire: Wire = {}, signal = stop.signal) => {
    const connection = new SimulatedConnection(partition, wire);
    const worker = new PartitionWorker({
      partition: 0,
      instance,
      log: new SimulatedLog(connection, clock),
      state: new SimulatedState(connection),
      rules,
      clock,
      meter,
      turns: new Turns(),
      newNonce: () => `nonce-${nonce++}`,
      clockMode: () => 'log',
      ttl: TTL,
      cacheLimit: 5,
      limits: { events: 6, timers: 3 },
      logs: () => [],
      onMail: () => undefined,
      tellsChanged: true,
      missingAfter: async () => 0,
      onNotice: () => undefined,
    });
    return worker.run(signal);
  };
  return { clock, partition, start, stop };
}

function workedOff(partition: SimulatedPartition, log: readonly unknown[]): () => boolean {
  return () => partition.contents().position?.entries === log.length;
}

/** Decisions, letters and entities are those of the plain fold over the same log. */
function assertLikePlain({ partition }: World, what: string): void {
  const { log, out, dead, states, position } = partition.contents();
  const plain = runEngine(plan, log);
  assert.deepEqual(
    out.map((text) => JSON.parse(text)),
    plain.decisions,
    what,
  );
  assert.deepEqual(
    dead.map((text) => JSON.parse(text)),
    plain.dead,
    what,
  );
  const memory = new PartitionState(0, plan, { incarnation: 1 });
  memory.restoreHead(JSON.parse(position?.head ?? ''));
  for (const [key, record] of Object.entries(states)) memory.admit(key, record);
  assert.deepEqual(viewsOf(memory), viewsOf(plain.state), what);
}

function smallLog(seed: number, events: number): Omit<Entry, 'id'>[] {
  const shares = { badShare: 0.03, duplicateShare: 0.05, lateShare: 0.05 };
  const history = randomHistory(seed, { leads: 6, campaigns: 1, events, days: 20, ...shares });
  const entries = asLog(seed, history, { pack: 8, tickShare: 0.1 }) as Entry[];
  return entries.map(({ id: _, ...entry }) => entry);
}

describe('a worker over a simulated Redis', () => {
  it('commits what the plain fold gives', async () => {
    const log = smallLog(1, 300);
    const world = await worldWith(log);
    void world.start('a');
    await until(world.clock, workedOff(world.partition, log), 'plain run');
    assertLikePlain(world, 'plain run');
    world.stop.abort();
  });

  for (const moment of ['request', 'reply'] as const)
    it(`killed at the ${moment} of every call, loses and doubles nothing`, async () => {
      const log = smallLog(2, 36);
      for (let at = 1; ; at++) {
        const world = await worldWith(log);
        let calls = 0;
        let died = false;
        const die = () => {
          calls += 1;
          if (calls < at) return undefined;
          died = true;
          return never();
        };
        const wire: Wire =
          moment === 'request' ? { request: () => die() ?? 'through' } : { reply: () => die() };
        void world.start('a', wire);
        await until(world.clock, () => died || workedOff(world.partition, log)(), `call ${at}`);
        const survived = !died;
        void world.start(at % 2 === 0 ? 'a' : 'b');
        await until(world.clock, workedOff(world.partition, log), `after a death at call ${at}`);
        assertLikePlain(world, `killed at the ${moment} of call ${at}`);
        world.stop.abort();
        if (survived) {
          assert.ok(at > 20, 'the enumeration reached the end of the run');
          break;
        }
      }
    });

  it('survives lost requests and replies, copies and rivals, whatever the seed', async () => {
    const first = DRAWN_SEED;
    for (let seed = first; seed < first + 25; seed++) {
      const random = new Random(seed);
      const log = smallLog(seed, 80);
      const world = await worldWith(log);
      let faults = 30;
      const fate = (): Fate => {
        if (faults <= 0 || !random.chance(0.25)) return 'through';
        faults -= 1;
        return (['request_lost', 'reply_lost', 'sent_twice'] as const)[random.whole(0, 2)] as Fate;
      };
      for (const instance of ['a', 'b', 'a']) void world.start(instance, { request: fate });
      await until(world.clock, workedOff(world.partition, log), `seed ${seed}`);
      assertLikePlain(world, `seed ${seed}`);
      world.stop.abort();
    }
  });

  it('keeps its lease while a batch takes longer than that, also when others ask for the partition', async () => {
    const log = smallLog(3, 60);
    const world = await worldWith(log);
    const owners: string[] = [];
    const acquire = world.partition.acquire.bind(world.partition);
    world.partition.acquire = (instance, ...rest) => {
      const answer = acquire(instance, ...rest);
      if (answer.ok) owners.push(instance);
      return answer;
    };
    const slow: Wire = {
      request: async (operation): Promise<Fate> => {
        if (operation === 'load' || operation === 'dueTimers') await world.clock.sleep(1.2 * TTL);
        return 'through';
      },
    };
    for (const instance of ['a', 'b']) void world.start(instance, slow);
    await until(world.clock, workedOff(world.partition, log), 'both are slow');
    assert.equal(owners.length, 1, owners.join());
    assertLikePlain(world, 'both are slow');
    world.stop.abort();
  });

  it('ends after the work in hand, and the next one goes on from there', async () => {
    const days = 86_400_000;
    const log = [
      ...smallLog(4, 60),
      { d: JSON.stringify({ type: 'tick', time: 1_900_000_000_000 + 400 * days }) },
    ];
    const world = await worldWith(log);
    const asked = new AbortController();
    let loads = 0;
    const wire: Wire = {
      request: (operation) => {
        if (operation === 'dueTimers' && ++loads === 12) asked.abort();
        return 'through';
      },
    };
    let isOver = false;
    void world.start('a', wire, asked.signal).then(() => {
      isOver = true;
    });
    await until(world.clock, () => isOver, 'asked to end');
    assert.ok(loads < 15, `${loads} loads of timers`);
    assert.ok((world.partition.contents().position?.entries ?? 0) < log.length);
    void world.start('b');
    await until(world.clock, workedOff(world.partition, log), 'the next one');
    assertLikePlain(world, 'ended in the middle');
    world.stop.abort();
  });
});
