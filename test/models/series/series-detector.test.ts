/** The detector of any series: what it tells, and what it must not depend on. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HOUR, MINUTE } from '../../../src/core/units.ts';
import { newSeriesDetector, type SeriesDetector, sight } from '../../../src/models/series/series-detector.ts';
import { Draw } from './draw.ts';

const START = Date.UTC(2026, 0, 5);
const STEP = 5 * MINUTE;

/** A week of a calm daily wave with noise; from `shock` on, twelve steps are moved by `by` spreads. */
function week(seed: number, shock = Number.POSITIVE_INFINITY, by = 0): number[] {
  const draw = new Draw(seed);
  return Array.from({ length: 2016 }, (_, i) => {
    const wave = 100 + 30 * Math.sin((2 * Math.PI * i) / 288);
    return wave + 3 * draw.normal() + (i >= shock && i < shock + 12 ? by * 3 : 0);
  });
}

function alarms(values: readonly number[], detector: SeriesDetector = newSeriesDetector()): number[] {
  return values.flatMap((value, i) => (sight(detector, START + i * STEP, value).begins ? [i] : []));
}

describe('the detector of any series', () => {
  it('tells a jump within an hour, and says which way', () => {
    for (const by of [15, -15]) {
      const detector = newSeriesDetector();
      const values = week(1, 1500, by);
      const told = alarms(values.slice(0, 1512), detector).filter((at) => at >= 1500);
      assert.equal(told.length, 1);
      assert.ok((told[0] as number) < 1512);
      assert.equal(detector.alarm?.type, by > 0 ? 'high' : 'low');
      assert.ok((detector.alarm?.p as number) < 0.001);
      alarms(values.slice(1512, 1700), detector);
      assert.equal(detector.alarm, null, 'an alarm is over once it is calm');
    }
  });

  it('is seldom wrong about noise', () => {
    const told = Array.from({ length: 20 }, (_, seed) => alarms(week(100 + seed)).length);
    const sum = told.reduce((one, other) => one + other, 0);
    assert.ok(sum <= 30, `${sum} alarms in twenty calm weeks`);
  });

  it('rests after an alarm', () => {
    const values = Array.from({ length: 3000 }, (_, i) => (i % 500 > 450 ? (i % 7) ** 5 : i % 3));
    const told = alarms(values);
    assert.ok(told.length > 0);
    told.slice(1).forEach((at, i) => {
      assert.ok(at - (told[i] as number) >= 60);
    });
  });

  it('goes on from its state as JSON as if nothing had happened, with finite numbers, in little space', () => {
    const values = fc.array(
      fc.oneof(fc.constant(0), fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.nat(5)),
      { minLength: 1, maxLength: 300 },
    );
    fc.assert(
      fc.property(values, fc.nat(), (list, cut) => {
        const one = newSeriesDetector();
        let other = newSeriesDetector();
        list.forEach((value, i) => {
          if (i === cut % list.length) other = JSON.parse(JSON.stringify(other));
          const said = sight(one, START + i * HOUR, value);
          assert.equal(JSON.stringify(sight(other, START + i * HOUR, value)), JSON.stringify(said));
          assert.ok(
            Number.isFinite(said.score) && said.p >= 0 && said.p <= 1 && Number.isFinite(said.expected),
          );
        });
        assert.equal(JSON.stringify(other), JSON.stringify(one));
      }),
      { numRuns: 40 },
    );
    const detector = newSeriesDetector();
    const draw = new Draw(7);
    for (let i = 0; i < 20_000; i += 1) sight(detector, START + i * STEP, draw.normal() * 1e6);
    const size = JSON.stringify(detector).length;
    assert.ok(size < 12_000, `${size} characters`);
  });
});
