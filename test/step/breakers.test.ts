/** The circuit breaker of a rule: when it opens, what it withdraws, when it closes, and that a restart changes nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Decision } from '../../src/core/decision.ts';
import { DAY } from '../../src/core/units.ts';
import { Breakers, MOST_FAILURES } from '../../src/step/breakers.ts';
import { decode } from '../../src/step/decode.ts';
import { explain } from '../../src/step/explain.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { step } from '../../src/step/step.ts';
import { featuresText, loaded, ruleText, SETTINGS } from '../rules/rule-files.ts';

const START = Date.UTC(2026, 0, 5);
const FEATURES = featuresText('lead', 'points: { last: base_score, on: [lead.created, lead.updated] }');

function planWith(value: string) {
  const text = `${FEATURES}---\n${ruleText('x', `value: '${value}'`)}`;
  return loaded([SETTINGS, { path: 'a.yaml', text }]).plan;
}

/** Fails for fewer than 50 points. */
const plan = planWith('points < 50 ? $error("no") : points');
const other = planWith('points < 50 ? $error("no") : points + 1');

/** A fold that can be stopped and taken up from its head and records at any time. */
class Fold {
  state = new PartitionState(0, plan, { incarnation: 1 });
  readonly decisions: Decision[] = [];
  readonly records = new Map<string, string>();
  private entry = 0;

  points(lead: string, points: number, at: number): void {
    const data = { type: 'lead.updated', id: `e${this.entry}`, lead_id: lead, base_score: points, time: at };
    this.apply(data);
  }

  activate(hash: string, previous: string): void {
    this.apply({ type: 'rules.activated', hash, previous });
  }

  private apply(data: unknown): void {
    const entry = { id: `${++this.entry}-0`, d: JSON.stringify(data) } as const;
    for (const item of decode(entry, this.state.plan.events, { clock: 'log' })) step(this.state, entry, item);
    const { out, states } = this.state.collect();
    this.decisions.push(...out.map(([text]) => JSON.parse(text) as Decision));
    for (const [key, record] of states) this.records.set(key, record as string);
  }

  restart(): void {
    const before = this.state;
    const plans = [...before.plans.values()];
    this.state = new PartitionState(0, before.plan, { incarnation: 1, dedup: before.dedup });
    for (const each of plans) this.state.plans.set(each.hash, each);
    this.state.restoreHead(JSON.parse(before.head()));
    for (const [key, record] of this.records) this.state.admit(key, record);
  }

  value(lead: string): unknown {
    const { kind, slots } = this.state.entities.get(`lead:${lead}`) as NonNullable<
      ReturnType<typeof this.state.entities.get>
    >;
    return slots[kind.slotOf.get('x') as number];
  }
}

function failTimes(fold: Fold, times: number, at = START): void {
  for (let i = 0; i < times; i++) fold.points(`l${i}`, i % 50, at + i);
}

test('a rule is switched off after failures in a row, whatever entities fail, and one record says so', () => {
  const fold = new Fold();
  fold.points('good', 80, START);
  failTimes(fold, MOST_FAILURES, START);
  fold.points('good', 90, START + 1000);
  fold.points('new', 70, START + 1001);
  const said = fold.decisions.filter(({ error }) => error?.startsWith('switched off'));
  assert.deepEqual(
    said.map(({ error, entity, value }) => [error, entity, value]),
    [[`switched off after ${MOST_FAILURES} failures in a row: no`, `l${MOST_FAILURES - 1}`, null]],
  );
  assert.equal(fold.value('good'), undefined);
  assert.equal(fold.value('new'), undefined);
  const entity = fold.state.entities.get('lead:good');
  assert.ok(entity);
  const [explained] = explain(entity, fold.state.streamTime, new Map());
  assert.equal(
    explained?.not_published,
    `the rule is switched off after ${MOST_FAILURES} failures in a row: no`,
  );
  const counts = fold.state.tally.take();
  assert.deepEqual(counts.find(({ metric }) => metric === 'weir_rule_breakers_opened_total')?.labels, [
    'x',
    '',
  ]);
});

test('one success in between begins the count anew', () => {
  const fold = new Fold();
  failTimes(fold, MOST_FAILURES - 1);
  fold.points('good', 80, START + 500);
  failTimes(fold, MOST_FAILURES - 1, START + 1000);
  fold.points('good', 81, START + 2000);
  assert.equal(fold.value('good'), 81);
});

test('it is tried again after a day, where one more failure switches it off and a success on', () => {
  const fold = new Fold();
  failTimes(fold, MOST_FAILURES);
  fold.points('good', 80, START + DAY / 2);
  assert.equal(fold.value('good'), undefined);
  fold.points('bad', 1, START + DAY + 1000);
  fold.points('good', 81, START + DAY + 1001);
  assert.equal(fold.value('good'), undefined);
  fold.points('good', 82, START + 2 * DAY + 2000);
  assert.equal(fold.value('good'), 82);
});

test('a rule set that changes the rule switches it on, and the way back is told once', () => {
  const fold = new Fold();
  fold.state.plans.set(other.hash, other);
  fold.state.rules = plan.hash;
  fold.activate(other.hash, plan.hash);
  failTimes(fold, MOST_FAILURES);
  const { wanted } = fold.state.predecessor;
  assert.deepEqual([wanted?.hash, wanted?.rule, wanted?.error], [plan.hash, 'x', 'no']);
  fold.restart();
  assert.deepEqual(fold.state.predecessor.wanted, wanted);
  fold.activate(plan.hash, other.hash);
  assert.equal(fold.state.predecessor.wanted, undefined);
  fold.points('good', 80, START + 1000);
  assert.equal(fold.value('good'), 80);
  failTimes(fold, MOST_FAILURES, START + 2000);
  assert.equal(fold.state.predecessor.wanted, undefined, 'there is no way back from a way back');
});

test('a head without breakers is that of a partition where nothing fails', () => {
  const state = new PartitionState(0, plan, { incarnation: 1 });
  state.restoreHead({ time: START, seq: 3, rules: plan.hash, ids: null, entities: {} });
  assert.equal(state.breakers.stored(), undefined);
  assert.ok(!('breakers' in JSON.parse(state.head())));
});

test('whatever fails when, a fold that restarts anywhere decides the same', () => {
  const events = fc.array(
    fc.record({
      lead: fc.constantFrom('a', 'b', 'c'),
      points: fc.integer({ min: 40, max: 60 }),
      // Runs of failures, long enough to open the breaker.
      failures: fc.constantFrom(0, 0, 0, 50, MOST_FAILURES, MOST_FAILURES + 3),
      after: fc.constantFrom(1000, DAY / 3, DAY),
      restart: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(events, (drawn) => {
      const plain = new Fold();
      const broken = new Fold();
      let at = START;
      for (const { lead, points, failures, after, restart } of drawn) {
        at += after;
        for (const fold of [plain, broken]) {
          failTimes(fold, failures, at);
          fold.points(lead, points, at + failures + 1);
        }
        if (restart) broken.restart();
      }
      assert.deepEqual(broken.decisions, plain.decisions);
      assert.equal(broken.state.head(), plain.state.head());
      for (const key of plain.state.entities.keys())
        assert.deepEqual(broken.value(key.slice(5)), plain.value(key.slice(5)), key);
    }),
    { numRuns: 20 },
  );
});

test('the stored form gives the same breakers back', () => {
  const action = fc.tuple(
    fc.constantFrom('r@1', 's@2'),
    fc.constantFrom('failed', 'failed', 'failed', 'worked'),
    fc.nat(1000),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
      let breakers = new Breakers();
      for (const [definition, what, time] of actions) {
        if (what === 'failed') breakers.failed(definition, 'no', time);
        else breakers.worked(definition);
        const again = new Breakers();
        again.restore(JSON.parse(JSON.stringify(breakers.stored() ?? {})));
        assert.deepEqual(again.stored(), breakers.stored());
        assert.equal(again.offReason(definition, time), breakers.offReason(definition, time));
        breakers = again;
      }
    }),
  );
});
