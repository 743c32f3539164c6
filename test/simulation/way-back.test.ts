/** A new rule set whose rule fails and fails: the owner goes back to the set before, once, whatever call kills it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Meter } from '../../src/core/ports.ts';
import { PartitionWorker } from '../../src/processor/partition-worker.ts';
import type { RuleLibrary } from '../../src/processor/start-state.ts';
import { Turns } from '../../src/processor/turns.ts';
import { MOST_FAILURES } from '../../src/step/breakers.ts';
import type { Head } from '../../src/step/partition-state.ts';
import { featuresText, loaded, ruleText, SETTINGS } from '../rules/rule-files.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedPartition } from './simulated-partition.ts';
import { SimulatedConnection, SimulatedLog, SimulatedState, type Wire } from './simulated-state.ts';

const START = 1_800_000_000_000;
const never = () => new Promise<never>(() => undefined);

function planWith(value: string, constant: string) {
  const features = featuresText('lead', 'points: { last: base_score, on: [lead.created, lead.updated] }');
  const rules = [ruleText('x', `value: '${value}'`), ruleText('y', `value: '${constant}'`)];
  return loaded([SETTINGS, { path: 'a.yaml', text: [features, ...rules].join('---\n') }]).plan;
}

const FAILING = 'points > 9 ? $error("no") : points';
const good = planWith('points', 'points');
const bad = planWith(FAILING, 'points');
const alsoBad = planWith(FAILING, 'points + 1');

interface Run {
  readonly partition: SimulatedPartition;
  readonly notices: string[];
  calls: number;
}

/** Works off the log with one worker after the other, each dying at the given call; the last one lives. */
async function workOff(first: typeof good, next: typeof good, deaths: readonly number[]): Promise<Run> {
  const clock = new SimulatedClock(START);
  const partition = new SimulatedPartition(() => clock.now());
  const run: Run = { partition, notices: [], calls: 0 };
  const append = (data: unknown) => partition.append({ d: JSON.stringify(data) });
  const points = (lead: string, base_score: number, at: number) =>
    append({
      type: 'lead.updated',
      id: `${lead}-${at}`,
      lead_id: lead,
      base_score,
      time: START - 1_000_000 + at,
    });
  points('a', 5, 0);
  append({ type: 'rules.activated', hash: next.hash, previous: first.hash });
  for (let i = 0; i < MOST_FAILURES; i++) points(`l${i}`, 50, i + 1);
  const rules: RuleLibrary = {
    wanted: first,
    load: async (hash) => [good, bad, alsoBad].find((plan) => plan.hash === hash),
    layouts: async () =>
      new Map([good, bad, alsoBad].flatMap(({ kinds }) => kinds.map(({ layout }) => [layout.id, layout]))),
  };
  const meter: Meter = { count: () => undefined, observe: () => undefined, gauge: () => undefined };
  const stop = new AbortController();
  let nonce = 0;
  const start = (wire: Wire) => {
    const connection = new SimulatedConnection(partition, wire);
    const worker = new PartitionWorker({
      partition: 0,
      instance: `i${nonce}`,
      log: new SimulatedLog(connection, clock),
      state: new SimulatedState(connection),
      rules,
      clock,
      meter,
      turns: new Turns(),
      newNonce: () => `nonce-${nonce++}`,
      clockMode: () => 'log',
      ttl: 2000,
      cacheLimit: 1000,
      limits: { events: 30 },
      missingAfter: async () => 0,
      onNotice: (notice) => run.notices.push(notice),
    });
    void worker.run(stop.signal);
  };
  const until = async (done: () => boolean) => {
    for (let turns = 0; turns < 5000 && !done(); turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = clock.next();
      if (turns % 3 === 2 && Number.isFinite(next)) clock.advance(Math.max(0, next - clock.now()));
    }
    assert.ok(done(), 'no end in sight');
  };
  const quiet = () => {
    const { log, position } = partition.contents();
    return position?.entries === log.length;
  };
  for (const at of deaths) {
    let calls = 0;
    let died = false;
    start({
      reply: () => {
        calls += 1;
        if (calls < at) return undefined;
        died = true;
        return never();
      },
    });
    await until(() => died || quiet());
    run.calls = calls;
  }
  start({});
  await until(quiet);
  // what is written because of what was committed comes after it
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  await until(quiet);
  points('l3', 70, 5000);
  await until(quiet);
  stop.abort();
  return run;
}

function activations({ partition }: Run): unknown[] {
  const entries = partition.contents().log.map(({ d }) => JSON.parse(d as string));
  return entries.filter(({ type }) => type === 'rules.activated').map(({ hash }) => hash);
}

function headOf({ partition }: Run): Head {
  return JSON.parse(partition.contents().position?.head ?? '') as Head;
}

test('the owner goes back to the set before, says so, and the rule gives values again', async () => {
  const run = await workOff(good, bad, []);
  assert.deepEqual(activations(run), [bad.hash, good.hash]);
  assert.deepEqual(run.notices, [
    'rule x of the new rule set was switched off: the set before is in force again',
  ]);
  const head = headOf(run);
  assert.deepEqual(
    [head.rules, head.before, head.wayBack, head.breakers],
    [good.hash, undefined, undefined, undefined],
  );
  const last = JSON.parse(
    run.partition.contents().out.findLast((text) => text.includes('"rule":"x"')) as string,
  );
  assert.deepEqual([last.entity, last.value, last.error], ['l3', 70, undefined]);
});

test('a rule that failed in the set before too is no reason to go back', async () => {
  const run = await workOff(bad, alsoBad, []);
  assert.deepEqual(activations(run), [alsoBad.hash]);
  assert.equal(headOf(run).rules, alsoBad.hash);
});

test('killed at any call, the log ends under the set before, and the two never take turns', async () => {
  for (let at = 1; ; at++) {
    const run = await workOff(good, bad, [at]);
    const written = activations(run);
    assert.equal(headOf(run).rules, good.hash, `killed at call ${at}`);
    assert.equal(written.filter((hash) => hash === bad.hash).length, 1);
    assert.ok(
      written.length >= 2 && written.length <= 3,
      `killed at call ${at}: ${written.length} activations`,
    );
    if (run.calls < at) {
      assert.ok(at > 8, 'the enumeration reached the end of the run');
      break;
    }
  }
});
