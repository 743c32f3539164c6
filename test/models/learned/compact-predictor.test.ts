/** The compact predictor, held to the whole model that it was made from. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRng } from '../../../src/core/random.ts';
import { additiveLearner, FIRST_EXAMPLES } from '../../../src/models/learned/additive-learner.ts';
import { compact, LARGEST_PREDICTOR, predictorOf } from '../../../src/models/learned/compact-predictor.ts';
import type { InputValue } from '../../../src/models/learned/learner.ts';

const NAMES = ['score', 'hours', 'source', 'area'];
const learner = additiveLearner(NAMES);

type Lead = readonly [inputs: readonly InputValue[], outcome: boolean];

/** Leads whose chance depends on a number with gaps, on a text, and on a pair. */
function leads(count: number, seed: number): Lead[] {
  const draw = seededRng(seed);
  return Array.from({ length: count }, () => {
    const score = draw() < 0.2 ? undefined : Math.round(draw() * 100);
    const hours = draw() < 0.3 ? 0 : Math.round(draw() * 480) / 10;
    const source = ['google', 'linkedin', 'referral', 'mail'][Math.floor(draw() * 4)] as string;
    const area = draw() < 0.5 ? 'sales' : 'marketing';
    const logOdds =
      (score ?? 20) / 20 - 2 - hours / 30 + ((source === 'google') === (area === 'sales') ? 0.8 : -0.8);
    return [[score, hours, source, area], draw() < 1 / (1 + Math.exp(-logOdds))];
  });
}

function taught(examples: readonly Lead[]): unknown {
  const state = learner.create();
  for (const [inputs, outcome] of examples) learner.learn(state, inputs, outcome);
  return state;
}

function compactOf(state: unknown) {
  const predictor = compact(state);
  assert.ok(predictor);
  return predictorOf(NAMES, JSON.parse(JSON.stringify(predictor)));
}

const SCHOOL = leads(2000, 1);
const EXAM = leads(1000, 2);

describe('a compact predictor', () => {
  for (const count of [FIRST_EXAMPLES, 400, 2000])
    test(`says what the whole model says after ${count} examples, within 0.02, and 0.005 on average`, () => {
      const state = taught(SCHOOL.slice(0, count));
      const predict = compactOf(state);
      let apart = 0;
      let [errors, known] = [0, 0];
      for (const [inputs] of EXAM) {
        const [whole, small] = [learner.predict(state, inputs), predict(inputs)];
        const difference = Math.abs(whole.probability - small.probability);
        assert.ok(difference < 0.02, `${difference}`);
        apart += difference / EXAM.length;
        errors += small.error;
        known += whole.error;
        assert.equal(small.examples, count);
      }
      assert.ok(apart < 0.005, `${apart}`);
      assert.ok(
        errors > 0.75 * known && errors < 1.33 * known,
        `errors ${errors}, of the whole model ${known}`,
      );
    });

  test('does not change the model, nor is it changed by what the model learns afterwards', () => {
    const state = taught(SCHOOL.slice(0, 500));
    const before = JSON.stringify(learner.encode(state));
    const predict = compactOf(state);
    const said = EXAM.map(([inputs]) => predict(inputs));
    assert.equal(JSON.stringify(learner.encode(state)), before);
    for (const [inputs, outcome] of EXAM) learner.learn(state, inputs, outcome);
    assert.deepEqual(
      EXAM.map(([inputs]) => predict(inputs)),
      said,
    );
  });

  test('is the same for a model that was stored and read', () => {
    const state = taught(SCHOOL.slice(0, 700));
    const read = learner.decode(JSON.parse(JSON.stringify(learner.encode(state))));
    assert.deepEqual(compact(read), compact(state));
  });

  test('its base and contributions add up to the log-odds, whatever the inputs are', () => {
    const predict = compactOf(taught(SCHOOL.slice(0, 600)));
    const input = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(undefined), fc.constant(null));
    fc.assert(
      fc.property(fc.array(input, { maxLength: 6 }), (inputs) => {
        const { base, contributions, logOdds, probability, error } = predict(inputs as InputValue[]);
        const sum = contributions.reduce((total, each) => total + each.logOdds, base);
        assert.ok(Math.abs(sum - logOdds) < 1e-9);
        assert.ok(probability >= 0 && probability <= 1 && error >= 0 && Number.isFinite(error));
      }),
    );
  });

  test('there is none before the first examples', () => {
    assert.equal(compact(taught(SCHOOL.slice(0, FIRST_EXAMPLES - 1))), undefined);
  });

  test('stays small when texts are long and many, and keeps what says most', () => {
    const names = Array.from({ length: 24 }, (_, i) => `input_${i}`);
    const verbose = additiveLearner(names);
    const state = verbose.create();
    const draw = seededRng(3);
    const text = (i: number) => `${'"é'.repeat(40)}${i}`.slice(-64);
    for (let n = 0; n < 400; n += 1) {
      const inputs = names.map(() => text(Math.floor(draw() * 60)));
      const outcome = draw() < 0.5;
      verbose.learn(state, [outcome ? 'yes' : 'no', ...inputs.slice(1)], outcome);
    }
    const predictor = compact(state);
    assert.ok(predictor && JSON.stringify(predictor).length <= LARGEST_PREDICTOR);
    assert.ok(predictor.slots.includes('0=yes') && predictor.slots[0] === 'base');
    const predict = predictorOf(names, predictor);
    assert.ok(predict(['yes']).probability > 0.8 && predict(['no']).probability < 0.2);
  });
});
