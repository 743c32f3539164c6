/** The scorer of the Numenta Anomaly Benchmark, against cases counted by hand from its definition. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bestThreshold, normalised, probation, rawScore, type Window } from '../../bench/nab/score.ts';

const windows: readonly Window[] = [
  [40, 49],
  [70, 79],
];

/** A hundred rows, a score of 1 at these. */
function at(...rows: number[]): number[] {
  return Array.from({ length: 100 }, (_, row) => (rows.includes(row) ? 1 : 0));
}

const near = (got: number, wanted: number) =>
  assert.ok(Math.abs(got - wanted) < 1e-9, `${got}, not ${wanted}`);
const sigma = (p: number) => 2 / (1 + Math.exp(5 * p)) - 1;

describe('the scorer of nab', () => {
  it('gives 100 for the first row of each window, 0 for nothing', () => {
    near(normalised([{ scores: at(40, 70), windows }], 0.5), 100);
    near(normalised([{ scores: at(), windows }], 0.5), 0);
    near(rawScore(at(), windows, 0.5), -2);
  });

  it('counts the earliest detection of a window alone', () => {
    near(rawScore(at(44, 47), windows, 0.5), sigma(-0.6) / sigma(-1) - 1);
    near(rawScore(at(49, 79), windows, 0.5), (2 * sigma(-0.1)) / sigma(-1));
  });

  it('takes off for false alarms by their distance from the window before', () => {
    near(rawScore(at(30), windows, 0.5), -2 - 0.11);
    near(rawScore(at(51), windows, 0.5), -2 + 0.11 * sigma(2 / 9));
    near(rawScore(at(69), windows, 0.5), -2 + 0.11 * sigma(20 / 9));
    near(rawScore(at(99), windows.slice(0, 1), 0.5), -1 - 0.11);
  });

  it('ignores probation', () => {
    assert.equal(probation(100), 15);
    assert.equal(probation(10_000), 750);
    near(rawScore(at(0, 14), windows, 0.5), -2);
    near(rawScore(at(0, 15), windows, 0.5), -2 - 0.11);
  });

  it('finds one threshold for all series', () => {
    const one = at(40, 70).map((score, row) => (row === 20 ? 0.6 : score));
    const best = bestThreshold([{ scores: one, windows }], [0.5]);
    near(best.score, 100);
    assert.equal(best.threshold, 1);
  });
});
