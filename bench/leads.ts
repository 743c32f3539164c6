/** leads: the learned conversion model on tables of real leads, each row learned once, beside plain online logistic regression. */

import { additiveLearner } from '../src/models/learned/additive-learner.ts';
import type { Bench, Files, Options, Outcome } from './bench.ts';
import { UsageError } from './command-line.ts';
import { FOLDS, foldOf } from './leads/folds.ts';
import { PlainRegression } from './leads/plain-regression.ts';
import { readTable, type TableRow } from './leads/read-table.ts';
import { type Predicted, scoresOf } from './leads/scores.ts';
import { number, table } from './table.ts';

interface Split {
  readonly train: readonly TableRow[];
  readonly test: readonly TableRow[];
}

interface Tried {
  readonly learned: Predicted[];
  readonly plain: Predicted[];
  /** Of the learner on the rows it learned, each predicted before. */
  readonly before: Predicted[];
  readonly plainBefore: Predicted[];
  readonly stateBytes: number;
  readonly cpuPerExample: number;
}

async function run(_options: Options, { train = [], test = [] }: Files): Promise<Outcome> {
  if (train.length === 0) throw new UsageError('leads needs --train FILE…, and takes --test FILE…');
  const known = readTable(train);
  const rows = known.rows;
  const splits: Split[] =
    test.length > 0
      ? [{ train: rows, test: readTable(test, known.map).rows }]
      : Array.from({ length: FOLDS }, (_, fold) => ({
          train: rows.filter((_row, i) => foldOf(i) !== fold),
          test: rows.filter((_row, i) => foldOf(i) === fold),
        }));
  for (const split of splits)
    for (const part of [split.train, split.test])
      if (new Set(part.map(({ outcome }) => outcome)).size < 2)
        throw new UsageError(
          `${train.join(', ')}: every part to learn from or to be tested needs rows with "${known.map.target}" = ${known.map.positive} and others`,
        );
  const tried = splits.map((split) => tryOn(split, known.inputs));
  const scores = (key: 'learned' | 'plain' | 'before' | 'plainBefore') =>
    scoresOf(tried.flatMap((each) => each[key]));
  const learned = scores('learned');
  const plain = scores('plain');
  const before = scores('before');
  const plainBefore = scores('plainBefore');
  const stateBytes = Math.max(...tried.map((each) => each.stateBytes));
  const cpu = Math.min(...tried.map((each) => each.cpuPerExample));
  const row = (name: string, { auc, brier, ece }: typeof learned) => [
    name,
    number(auc, 4),
    number(brier, 4),
    number(ece, 4),
  ];
  const how = test.length > 0 ? 'the test files' : `${FOLDS} folds, each row tested once`;
  return {
    table: [
      `${known.map.name}: ${number(rows.length)} rows, ${known.inputs.length} inputs, ${how}`,
      table([
        ['', 'AUC', 'Brier', 'calibration error'],
        row('learned, one pass', learned),
        row('plain online regression', plain),
        row('learned, before each row it learned', before),
        row('plain online regression, likewise', plainBefore),
      ]),
      `${number(cpu * 1e6)} µs of CPU an example learned, state ${number(stateBytes)} bytes as text`,
    ].join('\n'),
    exact: true,
    figures: {
      rows: rows.length,
      target: known.map.target,
      ...learned,
      prequential_auc: before.auc,
      prequential_brier: before.brier,
      prequential_ece: before.ece,
      plain_auc: plain.auc,
      plain_brier: plain.brier,
      plain_ece: plain.ece,
      plain_prequential_auc: plainBefore.auc,
      plain_prequential_brier: plainBefore.brier,
      state_bytes: stateBytes,
      cpu_seconds_per_example: cpu,
    },
  };
}

function tryOn({ train, test }: Split, inputs: readonly string[]): Tried {
  const learner = additiveLearner(inputs);
  const state = learner.create();
  const regression = new PlainRegression();
  const before: Predicted[] = [];
  const plainBefore: Predicted[] = [];
  for (const { values, outcome } of train) {
    plainBefore.push({ probability: regression.probability(values), outcome });
    regression.learn(values, outcome);
  }
  const cpu = process.cpuUsage();
  for (const { values, outcome } of train) {
    before.push({ probability: learner.predict(state, values).probability, outcome });
    learner.learn(state, values, outcome);
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    before,
    plainBefore,
    learned: test.map(({ values, outcome }) => ({
      probability: learner.predict(state, values).probability,
      outcome,
    })),
    plain: test.map(({ values, outcome }) => ({ probability: regression.probability(values), outcome })),
    stateBytes: JSON.stringify(learner.encode(state)).length,
    cpuPerExample: (user + system) / 1e6 / train.length,
  };
}

export const leads: Bench = {
  about: 'the learned conversion model on tables of real leads',
  defaults: {},
  files: ['train', 'test'],
  run,
};
