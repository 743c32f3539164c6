/** Pace: a day's budget is met although clicks are told hours late, or the platform spends more than it is given. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRng } from '../../../src/core/random.ts';
import { HOUR, toMicros } from '../../../src/core/units.ts';
import type { ToldPace } from '../../../src/models/market/pace.ts';
import { response } from '../../../src/models/market/response.ts';
import { START } from './traffic.ts';

const UTC = () => 0;
const BUDGET = 480;
const CLICKS = 120;

interface Platform {
  /** Mean hours until a click is told, and what is spent of each unit that is planned. */
  readonly delay: number;
  readonly level: number;
  /** What the plan of the rest of the day takes from it, beside what is told as spent. */
  readonly minds: boolean;
}

/** Four days hour by hour: what each of them spent of its budget, less 1, and the last pace. */
function days({ delay, level, minds }: Platform, seed = 1): { errors: number[]; pace: ToldPace | undefined } {
  const rng = seededRng(seed);
  const state = response.create();
  const spent: number[] = [0, 0, 0, 0];
  const told: number[] = [0, 0, 0, 0];
  let news: { at: number; time: number; cost: number }[] = [];
  for (let hour = 0; hour < 96; hour += 1) {
    const now = START + hour * HOUR;
    const day = Math.floor(hour / 24);
    for (const { at, time, cost } of news.filter((each) => each.at < now).sort((a, b) => a.at - b.at)) {
      response.addClick(state, time, at, toMicros(cost));
      told[Math.floor((time - START) / (24 * HOUR))] =
        (told[Math.floor((time - START) / (24 * HOUR))] ?? 0) + cost;
    }
    news = news.filter((each) => each.at >= now);
    response.advance(state, now, UTC);
    const pace = response.value(state)?.pace;
    const flying = minds ? (pace?.in_flight ?? 0) : 0;
    const over = minds ? (pace?.over ?? 1) : 1;
    const left = Math.max(0, BUDGET - (told[day] as number) - flying) / over / (24 - (hour % 24));
    response.addPlan(
      state,
      now,
      Array.from({ length: 24 - (hour % 24) }, () => toMicros(left)),
    );
    const cost = Math.round((left * level * 1e4) / CLICKS) / 1e4;
    spent[day] = (spent[day] as number) + cost * CLICKS;
    if (cost > 0)
      for (let n = 0; n < CLICKS; n += 1) {
        const time = Math.floor(now + ((n + rng()) / CLICKS) * HOUR);
        news.push({ time, cost, at: Math.floor(time - delay * HOUR * Math.log(1 - rng())) });
      }
  }
  return { errors: spent.map((each) => each / BUDGET - 1), pace: response.value(state)?.pace };
}

describe('the pace of a channel', () => {
  test('is even where everything is told at once and exactly', () => {
    const { errors, pace } = days({ delay: 0, level: 1, minds: true });
    for (const error of errors) assert.ok(Math.abs(error) < 1e-3, `${errors}`);
    assert.deepEqual([pace?.over, pace?.delay, pace?.in_flight], [1, 0, 0]);
  });

  test('knows what is on its way when clicks are told hours late: without that the day is overspent', () => {
    for (const delay of [1, 2, 3])
      for (const seed of [1, 2, 3]) {
        const { errors, pace } = days({ delay, level: 1, minds: true }, seed);
        assert.ok(Math.abs((pace?.delay ?? 0) / delay - 1) < 0.2, `${pace?.delay} of ${delay}`);
        assert.ok(Math.abs(errors[3] as number) < 0.01, `${delay} h: ${errors}`);
        const without = days({ delay, level: 1, minds: false }, seed);
        assert.ok((without.errors[3] as number) > 0.03, `${without.errors}`);
      }
  });

  test('ends at the budget where the platform spends more than is planned', () => {
    for (const delay of [0, 2])
      for (const level of [1.05, 1.2]) {
        const { errors, pace } = days({ delay, level, minds: true });
        assert.ok(Math.abs((pace?.level ?? 0) / level - 1) < 0.03, `${pace?.level} of ${level}`);
        assert.ok((pace?.over ?? 0) >= (level > 1.1 ? 1.1 : 1) && (pace?.over ?? 9) <= level);
        assert.ok(Math.abs(errors[3] as number) < 0.01, `level ${level}, ${delay} h: ${errors}`);
      }
  });

  test('is in the record, also of one that was written before there was any', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(30 * HOUR), fc.nat(9e6), fc.nat(6 * HOUR)), { maxLength: 60 }),
        (list) => {
          const state = response.create();
          response.addPlan(
            state,
            START,
            Array.from({ length: 40 }, () => 5e6),
          );
          let now = START;
          for (const [wait, cost, late] of list) {
            now += wait / 8;
            response.addClick(state, now - late, now, cost);
            response.advance(state, now, UTC);
          }
          const copy = response.decode(JSON.parse(JSON.stringify(response.encode(state))));
          assert.deepEqual(response.value(copy), response.value(state));
          for (const each of [state, copy]) response.advance(each, now + 3 * HOUR, UTC);
          const json = (each: typeof state) => JSON.parse(JSON.stringify(response.encode(each)));
          assert.deepEqual(json(copy), json(state));
          const { pace, ...before } = response.encode(state) as { pace: unknown; version: number };
          assert.ok(pace);
          assert.equal(response.value(response.decode({ ...before, version: 1 }))?.pace, undefined);
        },
      ),
      { numRuns: 40 },
    );
  });
});
