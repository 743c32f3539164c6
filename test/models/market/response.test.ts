/** The response: same answers from the same events, whatever happens in between, and close to the truth. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HOUR } from '../../../src/core/units.ts';
import { response } from '../../../src/models/market/response.ts';
import { applicationsAt, clickCostAt } from '../../../src/models/market/response-curve.ts';
import { eventsOf, feed, feedOne, START, usual } from './traffic.ts';

const seed = Number(process.env.WEIR_TEST_SEED ?? 1);
const spends = (hours: number) => Array.from({ length: hours }, (_, hour) => 10 + 8 * Math.sin(hour));
const zone = () => 0;

describe('a response', () => {
  test('has no value before the first hour with clicks is over', () => {
    const state = response.create();
    assert.equal(response.value(state), undefined);
    assert.equal(response.nextChange(state, START), Number.POSITIVE_INFINITY);
    response.addClick(state, START + 5, START + 5, 500_000, 'a');
    assert.equal(response.value(state), undefined);
    assert.equal(response.nextChange(state, START + 5), START + HOUR);
    response.advance(state, START + HOUR, zone);
    assert.equal(response.value(state)?.hours, 1);
  });

  test('learns price and rate of a channel', () => {
    const { events } = eventsOf(() => usual, spends(336), seed);
    const { curve } = response.value(feed(response.create(), events, 336)) ?? assert.fail();
    const at = { weekday: 0, hour: 10 };
    for (const spend of [4, 10, 17]) {
      const truth = 0.5 * (1 + spend / 20);
      assert.ok(Math.abs(clickCostAt(curve, spend, at) / truth - 1) < 0.1);
      assert.ok(Math.abs(applicationsAt(curve, spend, at) / ((spend / truth) * 0.08) - 1) < 0.25);
    }
  });

  test('what is stored answers the same, now and later', () => {
    const { events } = eventsOf(() => usual, spends(120), seed + 1);
    const whole = feed(response.create(), events, 120);
    let stored = response.create();
    for (let hour = 0, at = 0; hour < 120; hour += 1) {
      const end = START + (hour + 1) * HOUR;
      for (; at < events.length && (events[at]?.time ?? 0) < end; at += 1) {
        feedOne(stored, events[at] ?? assert.fail());
        if (at % 50 === 0) stored = response.decode(JSON.parse(JSON.stringify(response.encode(stored))));
      }
      response.advance(stored, end, zone);
    }
    assert.deepEqual(response.value(stored), response.value(whole));
    const text = JSON.stringify(response.encode(whole));
    assert.equal(JSON.stringify(response.encode(stored)), text);
    assert.ok(text.length < 5000, `${text.length} characters`);
  });

  test('a stored model of another version is refused', () => {
    assert.throws(() => response.decode({ version: 0 }), /version 0/);
  });
});
