/** The forecaster of any hourly series: better than the last value where there is something to learn, honest about it. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HOUR } from '../../../src/core/units.ts';
import { forecast, isServed, newForecaster, takeHour } from '../../../src/models/series/series-forecaster.ts';
import { Draw } from './draw.ts';

const START = Date.UTC(2026, 0, 5);

/** Errors over eight weeks, of which two are not scored, and how often the interval held. */
function tried(valueAt: (hour: number, draw: Draw) => number, seed: number) {
  const forecaster = newForecaster();
  const draw = new Draw(seed);
  const sums = { error: 0, naive: 0, covered: 0, hours: 0 };
  let before = 0;
  for (let hour = 0; hour < 1344; hour += 1) {
    const time = START + hour * HOUR;
    const value = valueAt(hour, draw);
    const said = forecast(forecaster, time);
    if (hour >= 336 && said) {
      sums.error += Math.abs(said.value - value);
      sums.naive += Math.abs(before - value);
      sums.covered += value >= said.low && value <= said.high ? 1 : 0;
      sums.hours += 1;
    }
    takeHour(forecaster, time, value);
    before = value;
  }
  return { ratio: sums.error / sums.naive, coverage: sums.covered / sums.hours, forecaster };
}

describe('the forecaster of any series', () => {
  it('learns the way of the day, and how sure it may be', () => {
    const wave = (hour: number) => 100 + 60 * Math.sin((2 * Math.PI * hour) / 24);
    for (const seed of [1, 2, 3]) {
      const noisy = tried((hour, draw) => wave(hour) * Math.exp(0.2 * draw.normal()), seed);
      assert.ok(noisy.ratio < 0.85, `${noisy.ratio} of the last hour's error`);
      assert.ok(Math.abs(noisy.coverage - 0.8) < 0.05, `${noisy.coverage} covered`);
      assert.ok(isServed(noisy.forecaster));
      const counts = tried((hour, draw) => draw.poisson(wave(hour) / 20), seed);
      assert.ok(counts.ratio < 0.85, `${counts.ratio} of the last hour's error`);
      assert.ok(Math.abs(counts.coverage - 0.8) < 0.12, `${counts.coverage} covered`);
    }
  });

  it('is not served where the last value is as good', () => {
    const flat = tried(() => 5, 1);
    assert.equal(isServed(flat.forecaster), false);
  });

  it('says nothing before a day was seen', () => {
    const forecaster = newForecaster();
    for (let hour = 0; hour < 24; hour += 1) {
      assert.equal(forecast(forecaster, START + hour * HOUR), undefined);
      takeHour(forecaster, START + hour * HOUR, hour);
    }
    assert.ok(forecast(forecaster, START + 24 * HOUR));
  });

  it('takes whatever comes, over gaps, in little space, and goes on from its state as JSON', () => {
    const hours = fc.array(
      fc.tuple(
        fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 400 })),
        fc.oneof(fc.constant(0), fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.nat(5)),
      ),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(hours, fc.nat(), (list, cut) => {
        const one = newForecaster();
        let other = newForecaster();
        let time = START;
        list.forEach(([wait, value], i) => {
          time += wait * HOUR;
          if (i === cut % list.length) other = JSON.parse(JSON.stringify(other));
          const said = forecast(one, time);
          assert.equal(JSON.stringify(forecast(other, time)), JSON.stringify(said));
          if (said) {
            assert.ok([said.value, said.low, said.high].every(Number.isFinite));
            assert.ok(said.low <= said.value && said.value <= said.high);
          }
          takeHour(one, time, value);
          takeHour(other, time, value);
        });
        const text = JSON.stringify(one);
        assert.ok(text.length < 8_000, `${text.length} characters`);
        assert.ok(!text.includes('null'), 'every number is one');
      }),
      { numRuns: 60 },
    );
  });
});
