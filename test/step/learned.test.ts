/** Learned features over several partitions: each example once, whatever happens to mail and memory. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LearnedExample } from '../../src/core/mail.ts';
import { partitionOf } from '../../src/core/partition.ts';
import { DAY, HOUR } from '../../src/core/units.ts';
import { additiveLearner, FIRST_EXAMPLES } from '../../src/models/learned/additive-learner.ts';
import { compact } from '../../src/models/learned/compact-predictor.ts';
import { newTrackRecord, recordOutcome } from '../../src/models/learned/track-record.ts';
import { decode } from '../../src/step/decode.ts';
import { explain } from '../../src/step/explain.ts';
import { modelQualities } from '../../src/step/learn-examples.ts';
import type { ExamplesState, ModelState } from '../../src/step/learned-states.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import type { Heard } from '../../src/step/shared-states.ts';
import { step } from '../../src/step/step.ts';
import { Random } from '../oracle/random.ts';
import { planOf, SharedHouse } from './shared-house.ts';

const PARTITIONS = 3;
const START = Date.UTC(2026, 0, 5);

function plan(
  learn = 'learn: status = "converted", from: [opens, source], lost: status = "lost", horizon: 2d',
) {
  return planOf([
    `timezone: UTC\ncurrency: EUR\npartitions: ${PARTITIONS}\nentities:\n  lead: { key: lead_id }\n`,
    `features:
  lead:
    status: { last: status, on: [lead.created, lead.status_changed], default: new }
    source: { last: source, on: lead.created }
    opens: { count: content.opened, window: 3d }
    chance: { ${learn} }
rule: likely
description: Likely to convert
owner: growth@example.com
version: 1
for: lead
value: chance.value > 50
`.replace('rule:', '---\nrule:'),
  ]);
}

const OWNER = partitionOf('lead.chance', PARTITIONS);
const LEARNER = additiveLearner(['opens', 'source']);
const modelOf = (house: SharedHouse) => house.stateOf(OWNER, 'lead.chance.model:lead.chance') as ModelState;
const examplesOf = (house: SharedHouse) =>
  house.stateOf(OWNER, 'lead.chance.examples:lead.chance') as ExamplesState;

/** Mail in the order of each sender, which may go back and send again, as the post does. */
class Post {
  readonly #house: SharedHouse;
  readonly #random: Random;
  readonly #queues = new Map<string, { letters: { to: number; text: string }[]; at: number }>();
  /** Examples in the order in which they arrived first. */
  readonly arrived: LearnedExample[] = [];
  readonly #seen = new Set<string>();
  repeated = 0;

  constructor(house: SharedHouse, random: Random) {
    this.#house = house;
    this.#random = random;
  }

  collect(): void {
    for (const letter of this.#house.mail.splice(0)) {
      const { partition = 'owner' } = JSON.parse(letter.text) as { partition?: number };
      const key = `${partition} ${letter.to}`;
      const queue = this.#queues.get(key) ?? { letters: [], at: 0 };
      queue.letters.push(letter);
      this.#queues.set(key, queue);
    }
  }

  deliverSome(count: number): void {
    for (let i = 0; i < count; i += 1) {
      this.collect();
      const open = [...this.#queues.values()].filter(({ letters, at }) => at < letters.length);
      if (open.length === 0) return;
      const queue = this.#random.pick(open);
      this.#deliver(queue.letters[queue.at] as { to: number; text: string });
      queue.at += 1;
      if (this.#random.chance(0.1)) queue.at = Math.max(0, queue.at - 3);
    }
  }

  #deliver({ to, text }: { to: number; text: string }): void {
    const letter = JSON.parse(text) as LearnedExample;
    if (letter.type === 'learned.example') {
      const id = `${letter.partition} ${letter.seq}`;
      if (this.#seen.has(id)) this.repeated += 1;
      else this.arrived.push(letter);
      this.#seen.add(id);
    }
    this.#house.applyText(to, text);
  }
}

function event(type: string, lead: number, time: number, data: object = {}) {
  return {
    id: `${type} ${lead} ${time}`,
    source: 'test',
    type,
    time,
    data: { lead_id: `l${lead}`, ...data },
  };
}

/** Leads that open and convert as chance has it, for some days; mail and restarts come in between. */
function live(seed: number, leads: number, days: number): { house: SharedHouse; post: Post; time: number } {
  const random = new Random(seed);
  const house = new SharedHouse([plan()]);
  const post = new Post(house, random);
  const keen = (lead: number) => lead % 3 === 0;
  let time = START;
  for (let lead = 0; lead < leads; lead += 1)
    house.give(event('lead.created', lead, time, { source: keen(lead) ? 'linkedin' : 'google' }));
  for (; time < START + days * DAY; time += 12 * HOUR) {
    for (let lead = 0; lead < leads; lead += 1) {
      if (random.chance(0.6)) house.give(event('content.opened', lead, time + lead, { content_id: 'c' }));
      if (random.chance(keen(lead) ? 0.08 : 0.01))
        house.give(event('lead.status_changed', lead, time + lead + 1, { status: 'converted' }));
      else if (random.chance(0.05))
        house.give(event('lead.status_changed', lead, time + lead + 1, { status: 'nurturing' }));
      post.deliverSome(2);
      if (random.chance(0.01)) house.restart(random.whole(0, PARTITIONS - 1));
    }
  }
  for (let i = 0; i < 20; i += 1) {
    time += 61_000;
    house.toAll({ type: 'tick', time });
    post.deliverSome(100_000);
  }
  return { house, post, time };
}

describe('a learned feature', () => {
  test('learns each example exactly once, in the order of arrival, over repeated mail and restarts', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { house, post } = live(seed, 60, 14);
        const { arrived } = post;
        assert.ok(post.repeated > 0 && arrived.length > 100);
        const [expected, track] = [LEARNER.create(), newTrackRecord()];
        for (const { inputs, outcome, told } of arrived) {
          LEARNER.learn(
            expected,
            inputs.map((input) => input ?? undefined),
            outcome,
          );
          if (told !== undefined) recordOutcome(track, told, outcome);
        }
        const [examples, model] = [examplesOf(house), modelOf(house)];
        assert.equal(examples.count, arrived.length);
        assert.equal(model.count, arrived.length);
        assert.deepEqual(examples.track, track);
        assert.deepEqual(LEARNER.encode(model.learned), LEARNER.encode(expected));
      }),
      { numRuns: 6 },
    );
  });

  test('what is written is all that a restart needs, at any moment', () => {
    const { house, post } = live(7, 60, 14);
    house.restart(OWNER);
    const [examples, model] = [examplesOf(house), modelOf(house)];
    assert.equal(examples.count, post.arrived.length);
    assert.equal(model.count + examples.kept.length, examples.count);
  });

  test('is told to every partition, and predicts there', () => {
    const { house, post, time: end } = live(11, 90, 20);
    assert.ok(post.arrived.length > FIRST_EXAMPLES);
    // what it learned last is not worth telling by itself: a day later it is told all the same
    const time = end + 2 * DAY;
    house.settle(time);
    const told = compact(modelOf(house).learned);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const { values } = house.stateOf(partition, 'lead.chance.copy:lead.chance') as Heard;
      assert.deepEqual(values.predictor, JSON.parse(JSON.stringify(told)));
    }
    const chances = ['linkedin', 'google'].map((source, i) => {
      let touched: Record<string, unknown> = {};
      house.onTouched = (values) => {
        touched = values;
      };
      house.give(event('lead.created', 1000 + i, time, { source }));
      const { chance, likely } = touched as { chance: { value: number }; likely: boolean };
      assert.equal(likely, chance.value > 50);
      return chance;
    }) as {
      value: number;
      low: number;
      high: number;
      version: number;
      examples: number;
      because: object[];
    }[];
    const [keen, other] = chances as [(typeof chances)[number], (typeof chances)[number]];
    assert.ok(keen.value > other.value, JSON.stringify(chances));
    for (const { value, low, high, version, examples, because } of chances) {
      assert.ok(0 <= low && low < value && value < high && high <= 100);
      assert.ok(version > 0 && examples >= post.arrived.length && because.length === 2);
    }
  });

  test('has no value while there are too few examples', () => {
    const { house, post, time } = live(3, 12, 6);
    assert.ok(post.arrived.length > 0 && post.arrived.length < FIRST_EXAMPLES);
    const touched: Record<string, unknown>[] = [];
    house.onTouched = (values) => touched.push(values);
    house.give(event('content.opened', 1, time, { content_id: 'c' }));
    assert.deepEqual(
      touched.map(({ lead_id, chance }) => [lead_id, chance]),
      [['l1', undefined]],
    );
  });

  test('another definition begins afresh, and takes no example of the old one', () => {
    const [before, after] = [plan(), plan('learn: status = "converted", from: [opens], horizon: 2d')];
    const house = new SharedHouse([before, after]);
    const definition = before.kindOf.get('lead.chance.model')?.nodes[0]?.definition as string;
    const example = (seq: number): LearnedExample => ({
      type: 'learned.example',
      kind: 'lead.chance',
      name: definition,
      partition: 1,
      incarnation: 1,
      seq,
      time: START,
      inputs: [1, 'mail'],
      outcome: true,
    });
    house.apply(OWNER, example(1));
    assert.equal(examplesOf(house).count, 1);
    for (let partition = 0; partition < PARTITIONS; partition += 1) house.activate(partition, after);
    assert.equal(examplesOf(house).count, 0);
    house.apply(OWNER, example(2));
    assert.equal(examplesOf(house).count, 0);
  });
});

test('a rule that reads it is explained by the inputs, the model and its age; its quality is known to the teacher', () => {
  const told = plan();
  const state = new PartitionState(0, told, { incarnation: 1 });
  let entries = 0;
  const apply = (value: object) => {
    entries += 1;
    const entry = { id: `${entries}-0`, d: JSON.stringify(value) };
    for (const item of decode(entry, told.events, { clock: 'log' })) step(state, entry, item);
    return state.collect();
  };
  const name = told.kindOf.get('lead.chance.model')?.nodes[0]?.definition as string;
  const head = {
    type: 'learned.example',
    kind: 'lead.chance',
    name,
    partition: 1,
    incarnation: 1,
    time: START,
  };
  for (let seq = 1; seq <= 300; seq += 1) {
    const inputs = [seq % 7, seq % 2 ? 'mail' : 'linkedin'];
    const { mail } = apply({ ...head, seq, inputs, outcome: seq % 2 === 0, told: seq % 2 ? 0.2 : 0.7 });
    for (const [, text] of mail) apply(JSON.parse(text));
  }
  const [[model, quality] = []] = modelQualities(state);
  assert.equal(model, 'lead.chance');
  assert.equal(quality?.predictions, 300);
  assert.ok(Math.abs((quality?.brier ?? 0) - 0.065) < 1e-9 && quality?.auc === 1);
  const counted = state.tally.take().find(({ metric }) => metric === 'weir_model_examples_total');
  assert.deepEqual([counted?.labels[0], counted?.amount], ['lead.chance', 300]);

  apply(event('lead.created', 1, START + HOUR, { source: 'linkedin' }));
  const lead = state.entities.get('lead:l1');
  assert.ok(lead);
  const [explained] = explain(lead, state.streamTime, new Map());
  const [reason] = explained?.reasons ?? [];
  const { value, because, version } = (reason?.inputs.chance?.now ?? {}) as Record<string, unknown>;
  assert.ok((value as number) > 50 && explained?.value === true && version === 1);
  assert.deepEqual((because as { input: string }[])[0]?.input, 'source');
  assert.deepEqual(
    explained.looked_up.map((each) => [each.name, each.of, each.age_seconds !== null]),
    [['chance', 'lead.chance', true]],
  );
});

describe('an example', () => {
  /** Leads by the quarter they belong to: looked at with the first event after 0, 1, 3 and 7 days. */
  const ids = [0, 1, 2, 3].map((quarter) =>
    [...Array(100).keys()].find((lead) => partitionOf(`l${lead}/0`, 4) === quarter),
  ) as number[];

  function examplesAfter(...given: ReturnType<typeof event>[]): LearnedExample[] {
    const house = new SharedHouse([plan()]);
    for (const each of given) house.give(each);
    house.toAll({ type: 'tick', time: START + 30 * DAY });
    return house.mail.map(({ text }) => JSON.parse(text) as LearnedExample);
  }

  const created = (lead: number) => event('lead.created', lead, START, { source: 'mail' });
  const status = (lead: number, at: number, to: string) =>
    event('lead.status_changed', lead, START + at, { status: to });
  const opened = (lead: number, at: number) =>
    event('content.opened', lead, START + at, { content_id: `c${at}` });

  test('holds the inputs as they were when the lead was looked at, and the outcome', () => {
    const [lead] = ids as [number];
    const given = [created(lead), opened(lead, HOUR), status(lead, DAY, 'converted')];
    const [only, ...others] = examplesAfter(...given);
    assert.deepEqual(others, []);
    assert.deepEqual([only?.inputs, only?.outcome, only?.time], [[0, 'mail'], true, START + DAY]);
  });

  test('of a lead that is lost, or did nothing until the horizon, came to nothing', () => {
    const [lead] = ids as [number];
    const [lost] = examplesAfter(created(lead), status(lead, DAY, 'lost'));
    assert.deepEqual([lost?.outcome, lost?.time], [false, START + DAY]);
    const [silent] = examplesAfter(created(lead));
    assert.deepEqual([silent?.outcome, silent?.time], [false, START + 2 * DAY]);
  });

  test('is taken with the first event that is late enough', () => {
    for (const [quarter, after] of [0, 1, 3, 7].entries()) {
      const lead = ids[quarter] as number;
      const opens = Array.from({ length: 9 }, (_, day) => opened(lead, day * DAY + HOUR));
      const [first] = examplesAfter(created(lead), ...opens);
      const taken = after === 0 ? 0 : after * DAY + HOUR;
      assert.equal(first?.time, START + taken + 2 * DAY, `${after} days`);
    }
  });

  test('is gone with a lead that was erased, even if it comes back', () => {
    const [lead] = ids as [number];
    const erased = event('lead.erased', lead, START + HOUR);
    assert.deepEqual(examplesAfter(created(lead), erased), []);
    const back = event('lead.created', lead, START + 2 * HOUR, { source: 'linkedin' });
    assert.deepEqual(
      examplesAfter(created(lead), erased, back).map(({ inputs }) => inputs),
      [[0, 'linkedin']],
    );
  });

  test('is not taken of a lead whose outcome is known', () => {
    const [lead] = ids as [number];
    const converted = event('lead.created', lead, START, { source: 'mail', status: 'converted' });
    assert.deepEqual(examplesAfter(converted, opened(lead, DAY), opened(lead, 9 * DAY)), []);
  });
});
