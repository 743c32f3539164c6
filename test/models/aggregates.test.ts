/** What each aggregate answers, by example. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DAY, HOUR, MINUTE, type Millis } from '../../src/core/units.ts';
import type { AggregateOptions } from '../../src/models/aggregate.ts';
import { aggregates } from '../../src/models/catalogue.ts';

const MONDAY = Date.UTC(2026, 0, 5);

/** One aggregate and its state; times are counted from Monday 00:00. */
function follow(name: string, options: AggregateOptions = {}) {
  const aggregate = (aggregates[name] as (typeof aggregates)[string])(options);
  const state = aggregate.create();
  return {
    add(time: Millis, { now = time, value, key, rank = 0 }: Partial<Fed> = {}): boolean {
      return aggregate.add(state, MONDAY + time, MONDAY + now, value, key, rank);
    },
    value: (now: Millis) => aggregate.value(state, MONDAY + now),
    next: (now: Millis) => aggregate.nextChange(state, MONDAY + now) - MONDAY,
    stored: () => aggregate.encode(state),
  };
}

interface Fed {
  now: Millis;
  value: unknown;
  key: string;
  rank: number;
}

it('count of all time is one number', () => {
  const opens = follow('count');
  opens.add(0);
  opens.add(5);
  assert.equal(opens.value(5), 2);
  assert.equal(opens.stored(), 2);
});

it('count of a window forgets whole hours, seven days after they began', () => {
  const opens = follow('count', { window: 7 * DAY });
  opens.add(10 * MINUTE);
  opens.add(50 * MINUTE);
  opens.add(DAY);
  assert.equal(opens.value(DAY), 3);
  assert.equal(opens.next(DAY), 7 * DAY);
  assert.equal(opens.value(7 * DAY - 1), 3);
  assert.equal(opens.value(7 * DAY), 1);
  assert.equal(opens.next(7 * DAY), 8 * DAY);
  assert.deepEqual(opens.stored(), [(MONDAY + DAY) / HOUR, 1]);
});

it('a late event goes where it belongs, and is refused once nothing covers it', () => {
  const opens = follow('count', { window: 7 * DAY });
  opens.add(6 * DAY);
  assert.equal(opens.add(DAY, { now: 6 * DAY }), true);
  assert.equal(opens.value(6 * DAY), 2);
  assert.equal(opens.value(8 * DAY), 1);
  assert.equal(opens.add(DAY, { now: 8 * DAY }), false);
  assert.equal(opens.value(8 * DAY), 1);
});

it('ago: events wait until the window has come to them', () => {
  const before = follow('count', { window: 3 * DAY, ago: 3 * DAY });
  before.add(0);
  assert.equal(before.value(0), 0);
  assert.equal(before.next(0), 3 * DAY);
  assert.equal(before.value(3 * DAY), 1);
  assert.equal(before.next(3 * DAY), 6 * DAY);
  assert.equal(before.value(6 * DAY), 0);
});

it('count once counts a key where it was first seen', () => {
  const contents = follow('count', { once: true, window: 7 * DAY });
  contents.add(DAY, { key: 'c1' });
  contents.add(2 * DAY, { key: 'c1' });
  contents.add(2 * DAY, { key: 'c2' });
  assert.equal(contents.value(2 * DAY), 2);
  contents.add(0, { now: 2 * DAY, key: 'c2' });
  assert.equal(contents.value(7 * DAY), 1, 'c2 was moved to Monday and left with it');
});

it('count once goes on counting beyond the keys it remembers', () => {
  const contents = follow('count', { once: true, keep: 3 });
  for (let n = 0; n < 10; n += 1) contents.add(n, { key: `c${n}` });
  contents.add(10, { key: 'c9' });
  assert.equal(contents.value(10), 10);
});

it('sum is exact in micros', () => {
  const spend = follow('sum');
  for (let n = 0; n < 10; n += 1) spend.add(n, { value: 0.1 });
  assert.equal(spend.value(10), 1);
  assert.equal(spend.stored(), 1_000_000);
});

it('avg is sum by count, and absent without data', () => {
  const cost = follow('avg', { window: 7 * DAY });
  assert.equal(cost.value(0), undefined);
  cost.add(0, { value: 1 });
  cost.add(DAY, { value: 4 });
  assert.equal(cost.value(DAY), 2.5);
  assert.equal(cost.value(7 * DAY), 4);
  assert.equal(cost.value(8 * DAY), undefined);
});

it('min and max find the next best when the best leaves', () => {
  for (const [name, best, other] of [
    ['min', 1, 2],
    ['max', 2, 1],
  ] as const) {
    const bid = follow(name, { window: 7 * DAY });
    bid.add(0, { value: best });
    bid.add(DAY, { value: other });
    assert.equal(bid.value(DAY), best);
    assert.equal(bid.value(7 * DAY), other);
    assert.equal(bid.value(8 * DAY), undefined);
  }
});

it('quantile interpolates between neighbours', () => {
  const median = follow('quantile', { quantile: 0.5 });
  for (const value of [4, 1, 3, 2]) median.add(0, { value });
  assert.equal(median.value(0), 2.5);
});

it('last keeps the newest, whatever comes late; ties go to the later type, then to the larger text', () => {
  const stage = follow('last');
  stage.add(DAY, { value: 'interview' });
  stage.add(0, { now: DAY, value: 'applied' });
  assert.equal(stage.value(DAY), 'interview');
  stage.add(DAY, { value: 'hired', rank: 1 });
  stage.add(DAY, { value: 'zombie', rank: 0 });
  assert.equal(stage.value(DAY), 'hired');
  stage.add(DAY, { value: 'hold', rank: 1 });
  assert.equal(stage.value(DAY), 'hold');
});

it('distinct lists sorted values and forgets the ones not seen in the window', () => {
  const types = follow('distinct', { window: 7 * DAY });
  assert.deepEqual(types.value(0), []);
  types.add(0, { value: 'video' });
  types.add(0, { value: 'article' });
  types.add(DAY, { value: 'video' });
  assert.deepEqual(types.value(DAY), ['article', 'video']);
  assert.equal(types.next(DAY), 7 * DAY);
  assert.deepEqual(types.value(7 * DAY), ['video']);
});

it('distinct keeps the newest values', () => {
  const types = follow('distinct', { keep: 2 });
  for (const [time, value] of ['b', 'a', 10, 9].entries()) types.add(time, { value });
  assert.deepEqual(types.value(4), [9, 10]);
});

it('since counts whole units and stops at until', () => {
  const quiet = follow('since', { until: 2 * DAY });
  assert.equal(quiet.value(0), undefined);
  quiet.add(HOUR);
  assert.equal(quiet.value(DAY), 0);
  assert.equal(quiet.next(DAY), DAY + HOUR);
  assert.equal(quiet.value(DAY + HOUR), 1);
  assert.equal(quiet.value(9 * DAY), 2);
  assert.equal(quiet.next(9 * DAY), Number.POSITIVE_INFINITY);
});

it('pairs: the mean time from sending to the first opening, per content', () => {
  const response = follow('pairs', { window: 90 * DAY });
  response.add(0, { key: 'c1' });
  response.add(HOUR, { key: 'c1' });
  assert.equal(response.value(HOUR), undefined);
  response.add(3 * HOUR, { key: 'c1', rank: 1 });
  response.add(9 * HOUR, { key: 'c1', rank: 1 });
  assert.equal(response.value(9 * HOUR), 2);
  response.add(10 * HOUR, { key: 'c2', rank: 1 });
  assert.equal(response.value(10 * HOUR), 2, 'c2 was never sent');
  response.add(6 * HOUR, { now: 10 * HOUR, key: 'c2' });
  assert.equal(response.value(10 * HOUR), 3);
  assert.equal(response.value(90 * DAY), undefined);
});

it('pairs forgets the keys that were seen longest ago', () => {
  const response = follow('pairs', { keep: 1 });
  response.add(0, { key: 'c1' });
  response.add(HOUR, { key: 'c1', rank: 1 });
  assert.equal(response.value(HOUR), 1);
  response.add(2 * HOUR, { key: 'c2' });
  assert.equal(response.value(2 * HOUR), undefined);
});
