/** Every learner, held to the laws of src/models/learned/learner.ts on leads whose true probabilities are known. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRng } from '../../../src/core/random.ts';
import { additiveLearner } from '../../../src/models/learned/additive-learner.ts';
import type { InputValue, Learner } from '../../../src/models/learned/learner.ts';
import { newTrackRecord, qualityOf, recordOutcome } from '../../../src/models/learned/track-record.ts';

const NAMES = ['score', 'hours', 'source', 'area', 'noise'];
const LEARNERS: Readonly<Record<string, (names: readonly string[]) => Learner>> = { additiveLearner };

interface Lead {
  readonly inputs: readonly InputValue[];
  readonly chance: number;
  readonly outcome: boolean;
}

/** Leads of an invented market: a bend in the hours, a source that matters, and a pair that matters only together. */
function leads(count: number, seed: number): Lead[] {
  const draw = seededRng(seed);
  return Array.from({ length: count }, () => {
    const score = draw() < 0.2 ? undefined : Math.round(draw() * 100);
    const hours = draw() < 0.3 ? 0 : Math.round(draw() * 480) / 10;
    const source = ['google', 'linkedin', 'referral', 'mail'][Math.floor(draw() * 4)] as string;
    const area = draw() < 0.5 ? 'sales' : 'marketing';
    let logOdds = -1 + (score === undefined ? -0.5 : (score - 50) / 25);
    logOdds += hours === 0 ? 1 : -Math.abs(hours - 20) / 12;
    logOdds += source === 'referral' ? 1.2 : 0;
    logOdds += (source === 'linkedin') === (area === 'sales') ? 0.8 : -0.8;
    const chance = 1 / (1 + Math.exp(-logOdds));
    return { inputs: [score, hours, source, area, draw()], chance, outcome: draw() < chance };
  });
}

function taught(learner: Learner, examples: readonly Lead[]): unknown {
  const state = learner.create();
  for (const { inputs, outcome } of examples) learner.learn(state, inputs, outcome);
  return state;
}

const copied = (learner: Learner, state: unknown) =>
  learner.decode(JSON.parse(JSON.stringify(learner.encode(state))));

const SCHOOL = leads(2500, 1);
const EXAM = leads(1500, 2);

for (const [name, make] of Object.entries(LEARNERS))
  describe(name, () => {
    const learner = make(NAMES);
    const grown = taught(learner, SCHOOL);

    test('is nearly as good as who knows the truth, and calibrated', () => {
      const [track, truth] = [newTrackRecord(), newTrackRecord()];
      for (const { inputs, chance, outcome } of EXAM) {
        recordOutcome(track, learner.predict(grown, inputs).probability, outcome);
        recordOutcome(truth, chance, outcome);
      }
      const [quality, best] = [qualityOf(track), qualityOf(truth)];
      assert.ok(quality && best);
      assert.ok(quality.auc > best.auc - 0.02, `AUC ${quality.auc}, at best ${best.auc}`);
      assert.ok(quality.brier < best.brier + 0.008, `Brier ${quality.brier}, at best ${best.brier}`);
      assert.ok(quality.calibrationError < 0.04, `calibration ${quality.calibrationError}`);
    });

    test('its error says how far it is off', () => {
      const within = EXAM.filter(({ inputs, chance }) => {
        const { probability, error } = learner.predict(grown, inputs);
        return Math.abs(probability - chance) < 2 * error;
      });
      assert.ok(within.length > 0.8 * EXAM.length, `${within.length} of ${EXAM.length}`);
      const early = taught(learner, SCHOOL.slice(0, 400));
      const mean = (state: unknown) =>
        EXAM.reduce((sum, { inputs }) => sum + learner.predict(state, inputs).error, 0) / EXAM.length;
      assert.ok(mean(grown) < mean(early), 'less with more examples');
    });

    test('base and contributions add up to the log-odds, and those are the probability', () => {
      for (const count of [0, 1, 100, 257, 1500]) {
        const state = taught(learner, SCHOOL.slice(0, count));
        for (const { inputs } of EXAM.slice(0, 100)) {
          const { base, contributions, logOdds, probability, examples } = learner.predict(state, inputs);
          const sum = contributions.reduce((total, each) => total + each.logOdds, base);
          assert.ok(Math.abs(sum - logOdds) < 1e-9);
          assert.ok(Math.abs(1 / (1 + Math.exp(-logOdds)) - probability) < 1e-12);
          assert.equal(examples, count);
          assert.deepEqual(
            contributions.map(({ input }) => input).sort(),
            count < 256 ? [] : [...NAMES].sort(),
            'each input once',
          );
        }
      }
    });

    test('thanks the inputs that mattered', () => {
      const [low, high] = [0, 95].map((score) => learner.predict(grown, [score, 20, 'google', 'sales', 0.5]));
      const of = (prediction: typeof low, input: string) =>
        prediction?.contributions.find((each) => each.input === input)?.logOdds as number;
      assert.ok(of(high, 'score') - of(low, 'score') > 2);
      assert.ok(Math.abs(of(high, 'noise')) < 0.5);
      assert.equal(low?.contributions[0]?.input, 'score', 'the largest first');
    });

    test('answers the same after encode and decode, now and after further examples', () => {
      for (const cut of [0, 17, 255, 256, 300, 900]) {
        const state = taught(learner, SCHOOL.slice(0, cut));
        let copy = copied(learner, state);
        for (const [i, { inputs, outcome }] of SCHOOL.slice(cut, cut + 60).entries()) {
          assert.deepEqual(learner.predict(copy, inputs), learner.predict(state, inputs));
          learner.learn(state, inputs, outcome);
          learner.learn(copy, inputs, outcome);
          if (i % 20 === 0) copy = copied(learner, copy);
        }
        assert.deepEqual(learner.encode(copy), learner.encode(state), `after ${cut} examples`);
      }
    });

    test('the same examples give the same state', () => {
      const text = () => JSON.stringify(learner.encode(taught(learner, SCHOOL.slice(0, 700))));
      assert.equal(text(), text());
    });

    test('changes nothing that it is given, and predicting changes nothing', () => {
      const state = taught(learner, SCHOOL.slice(0, 300));
      const before = JSON.stringify(learner.encode(state));
      const frozen = Object.freeze([...(EXAM[0] as Lead).inputs]);
      learner.predict(state, frozen);
      learner.predict(state, ['never', 'seen', 1e9, null, false]);
      assert.equal(JSON.stringify(learner.encode(state)), before);
      learner.learn(state, frozen, true);
      assert.notEqual(JSON.stringify(learner.encode(state)), before);
    });

    test('depends on the order of examples only a little', () => {
      const draw = seededRng(5);
      const [first, rest] = [SCHOOL.slice(0, 256), SCHOOL.slice(256)];
      const order = rest.map((lead) => ({ lead, at: draw() })).sort((a, b) => a.at - b.at);
      const other = taught(learner, [...first, ...order.map(({ lead }) => lead)]);
      const apart = EXAM.map(({ inputs }) =>
        Math.abs(learner.predict(grown, inputs).probability - learner.predict(other, inputs).probability),
      );
      assert.ok(apart.reduce((sum, each) => sum + each, 0) / apart.length < 0.015);
    });

    test('takes any values, from the beginning and later, and stays finite', () => {
      const strange = fc.oneof(
        fc.double(),
        fc.constantFrom(undefined, null, '', true, false, 0, -0, 1e308, -1e308, Number.NaN, 'x'.repeat(500)),
        fc.string(),
      );
      const examples = fc.array(fc.tuple(fc.array(strange, { maxLength: 6 }), fc.boolean()), {
        minLength: 1,
        maxLength: 25,
      });
      fc.assert(
        fc.property(examples, fc.boolean(), (list, fromTheBeginning) => {
          const state = fromTheBeginning ? learner.create() : copied(learner, grown);
          for (let round = 0; round < (fromTheBeginning ? 300 : 25); round += 1) {
            const [inputs, outcome] = list[round % list.length] as (typeof list)[number];
            learner.learn(state, inputs as InputValue[], outcome);
          }
          const [inputs] = list[0] as (typeof list)[number];
          const { probability, error, logOdds, contributions } = learner.predict(
            state,
            inputs as InputValue[],
          );
          assert.ok(probability >= 0 && probability <= 1);
          for (const each of [error, logOdds, ...contributions.map((one) => one.logOdds)])
            assert.ok(Number.isFinite(each));
        }),
        { numRuns: 12 },
      );
    });

    test('stays bounded when every example brings new texts', () => {
      const many = Array.from({ length: 24 }, (_, i) => `input_${i}`);
      const wide = make(many);
      const state = wide.create();
      const draw = seededRng(3);
      let size = 0;
      for (let n = 0; n < 800; n += 1) {
        const inputs = many.map((_, i) => (i % 2 === 0 ? `${n}-${draw()}` : draw() * 10 ** (i - 12)));
        wide.learn(state, inputs, draw() < 0.3);
        if (n === 500) size = JSON.stringify(wide.encode(state)).length;
      }
      const after = JSON.stringify(wide.encode(state)).length;
      assert.ok(after < 800_000, `${after} characters`);
      assert.ok(after < size * 1.05, 'full is full');
    });
  });
