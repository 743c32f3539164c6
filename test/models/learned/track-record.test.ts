/** The track record of predictions, held against scores computed from the whole list. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { scoresOf } from '../../../bench/leads/scores.ts';
import { newTrackRecord, qualityOf, recordOutcome } from '../../../src/models/learned/track-record.ts';

// in the middle of a grade, so that rounding never moves one to its neighbour; the ends are grades' ends too
const probability = fc.integer({ min: -1, max: 200 }).map((n) => Math.min(1, Math.max(0, (n + 0.5) / 200)));
const predictions = fc.array(fc.record({ probability, outcome: fc.boolean() }), {
  minLength: 2,
  maxLength: 300,
});

describe('a track record', () => {
  test('says what the whole list says', () => {
    fc.assert(
      fc.property(predictions, (list) => {
        const track = newTrackRecord();
        for (const { probability, outcome } of list) recordOutcome(track, probability, outcome);
        const quality = qualityOf(JSON.parse(JSON.stringify(track)));
        const exact = scoresOf(list);
        assert.ok(quality);
        assert.equal(quality.predictions, list.length);
        assert.ok(Math.abs(quality.brier - exact.brier) < 1e-9);
        const share = list.filter(({ outcome }) => outcome).length / list.length;
        assert.ok(Math.abs(quality.naive - share * (1 - share)) < 1e-9);
        assert.ok(Math.abs(quality.calibrationError - exact.ece) < 1e-9);
        const both = new Set(list.map(({ outcome }) => outcome)).size === 2;
        // 0 and 1 share their grades with what lies beside them
        const coarse = scoresOf(
          list.map((each) => ({
            ...each,
            probability: Math.min(0.9975, Math.max(0.0025, each.probability)),
          })),
        );
        assert.ok(Math.abs(quality.auc - (both ? coarse.auc : 0.5)) < 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  test('knows nothing before the first outcome', () => {
    assert.equal(qualityOf(newTrackRecord()), undefined);
  });

  test('scores the perfect, the ignorant and the wrong', () => {
    const quality = (probability: (outcome: boolean) => number) => {
      const track = newTrackRecord();
      for (const outcome of [true, false, false, true]) recordOutcome(track, probability(outcome), outcome);
      const { brier, auc } = qualityOf(track) ?? {};
      return [brier, auc];
    };
    assert.deepEqual(
      quality((outcome) => Number(outcome)),
      [0, 1],
    );
    assert.deepEqual(
      quality(() => 0.5),
      [0.25, 0.5],
    );
    assert.deepEqual(
      quality((outcome) => Number(!outcome)),
      [1, 0],
    );
  });
});
