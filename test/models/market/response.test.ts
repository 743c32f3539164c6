/** The response: same answers from the same events, whatever happens in between, and close to the truth. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRng } from '../../../src/core/random.ts';
import { DAY, HOUR, toMicros } from '../../../src/core/units.ts';
import { arrivedShare } from '../../../src/models/market/delay.ts';
import { negativeBinomialTail } from '../../../src/models/market/negative-binomial.ts';
import { response } from '../../../src/models/market/response.ts';
import { applicationsAt, clickCostAt, dispersionAt } from '../../../src/models/market/response-curve.ts';
import type { ResponseState } from '../../../src/models/market/response-state.ts';
import { type Channel, eventsOf, feed, feedOne, START, usual } from './traffic.ts';

// how well it learns from one stretch of luck is bounded for that stretch
const seed = 1;
const spends = (hours: number) => Array.from({ length: hours }, (_, hour) => 10 + 8 * Math.sin(hour));
const zone = () => 0;
const monday = { weekday: 0, hour: 10 };
const stored = (state: ResponseState) => JSON.stringify(response.encode(state));
const curveOf = (state: ResponseState) => (response.value(state) ?? assert.fail()).curve;

/** Feeds with the plan known, as the house does. */
function learned(
  channel: (hour: number) => Channel,
  plan: readonly number[],
  of: number,
  each?: (state: ResponseState, hour: number) => void,
): ResponseState {
  const state = response.create();
  const tell = (hour: number) => {
    if (hour < plan.length) response.addPlan(state, START + hour * HOUR, [toMicros(plan[hour] as number)]);
  };
  tell(0);
  return feed(state, eventsOf(channel, plan, of).events, plan.length, {
    each(hour) {
      tell(hour + 1);
      each?.(state, hour);
    },
  });
}

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

  test('learns price, rate and delay of a channel', () => {
    const curve = curveOf(learned(() => usual, spends(336), seed));
    for (const spend of [4, 10, 17]) {
      const truth = 0.5 * (1 + spend / 20);
      assert.ok(Math.abs(clickCostAt(curve, spend, monday) / truth - 1) < 0.12);
      assert.ok(Math.abs(applicationsAt(curve, spend, monday) / ((spend / truth) * 0.08) - 1) < 0.3);
    }
    for (const hours of [1, 2, 6])
      assert.ok(Math.abs(arrivedShare(curve.delay, hours) - (1 - Math.exp(-hours / 2))) < 0.12);
  });

  test('learns the price without knowing the plan', () => {
    const curve = curveOf(feed(response.create(), eventsOf(() => usual, spends(336), seed).events, 336));
    assert.ok(Math.abs(clickCostAt(curve, 10, monday) / 0.75 - 1) < 0.1);
  });

  test('learns which weekdays are better', () => {
    const weekday = [1, 1.6, 1, 1, 1, 1, 0.6];
    const curve = curveOf(learned(() => ({ ...usual, weekday }), Array(672).fill(15), seed + 3));
    const [mon = 0, tue = 0, , , , , sun = 0] = curve.rate_weekday;
    assert.ok(tue / mon > 1.2 && sun / mon < 0.85, `${curve.rate_weekday}`);
  });

  test('the 80 % interval of what an hour buys holds four times in five', () => {
    for (const dispersion of [0, 0.15]) {
      const rng = seededRng(seed, 7);
      let inside = 0;
      let all = 0;
      for (let of = 0; of < 8; of += 1) {
        const plan = spends(336);
        const { bought } = eventsOf(() => ({ ...usual, dispersion }), plan, of);
        learned(
          () => ({ ...usual, dispersion }),
          plan,
          of,
          (state, hour) => {
            if (hour < 72 || hour + 1 >= plan.length) return;
            const { applications, spend, curve } = response.value(state) ?? assert.fail();
            assert.equal(spend, Number((plan[hour + 1] as number).toPrecision(5)));
            const at = { weekday: Math.floor((hour + 1) / 24) % 7, hour: (hour + 1) % 24 };
            const { below, upTo } = negativeBinomialTail(
              applications,
              dispersionAt(curve, spend, at),
              bought[hour + 1] as number,
            );
            const place = below + rng() * (upTo - below);
            if (place > 0.1 && place < 0.9) inside += 1;
            all += 1;
          },
        );
      }
      assert.ok(Math.abs(inside / all - 0.8) < 0.05, `dispersion ${dispersion}: ${inside / all}`);
    }
  });

  test('its forecasts beat the simple ones, and say by how much', () => {
    const value = response.value(learned(() => usual, spends(336), seed)) ?? assert.fail();
    assert.ok(value.served && (value.error ?? 1) < 0.95, `${value.error}`);
    assert.ok(value.low <= value.value && value.value <= value.high);
    assert.ok((value.naive ?? 0) > 0);
  });

  test('shrinks to the category while little is known', () => {
    const { events } = eventsOf(() => ({ ...usual, rate: 0 }), Array(6).fill(5), seed);
    const rate = (prior?: number) =>
      curveOf(feed(response.create(), events, 6, prior === undefined ? {} : { prior })).rate;
    // 8 applications from 40 clicks are assumed, some 35 clicks more have brought none
    assert.ok(rate(0.2) > 0.09 && rate(0.2) < 0.14, `${rate(0.2)}`);
    assert.ok(rate(0.01) < 0.01);
    assert.ok(rate() < rate(0.2));
  });

  test('an alarm is raised when clicks become worthless, and ends when they are back', () => {
    const worthless = (hour: number) => (hour >= 200 && hour < 272 ? { ...usual, rate: 0.02 } : usual);
    let raised = 0;
    let over = 0;
    let before = 0;
    const state = learned(worthless, Array(400).fill(40), seed, (now, hour) => {
      const { alarm, curve } = response.value(now) ?? assert.fail();
      if (alarm && hour < 200) before += 1;
      if (alarm === 'low' && hour >= 200 && raised === 0) {
        raised = hour;
        assert.ok(curve.rate < 0.05);
      }
      if (raised > 0 && over === 0 && hour >= 272 && alarm === undefined) over = hour;
    });
    assert.ok(before === 0 && raised - 200 < 16 && over - 272 < 16, `${before} ${raised} ${over}`);
    assert.ok(curveOf(state).rate > 0.06);
  });

  test('finds what a channel cannot spend, and the end of an outage', () => {
    const capped = learned(() => ({ ...usual, most: 6 }), Array(100).fill(20), seed);
    const { cap } = curveOf(capped);
    assert.ok(cap !== undefined && cap > 4 && cap < 20, `${cap}`);
    const silent = (hour: number) => (hour >= 100 && hour < 110 ? { ...usual, most: 0 } : usual);
    const caps: (number | undefined)[] = [];
    learned(silent, Array(130).fill(20), seed, (state) => caps.push(curveOf(state).cap));
    assert.equal(caps[99], undefined);
    assert.equal(caps[105], 1);
    assert.equal(caps[129], undefined);
  });

  test('what is stored answers the same, now and later', () => {
    const { events } = eventsOf(() => usual, spends(120), seed + 1);
    const whole = feed(response.create(), events, 120);
    let again = response.create();
    for (let hour = 0, at = 0; hour < 120; hour += 1) {
      const end = START + (hour + 1) * HOUR;
      for (; at < events.length && (events[at]?.time ?? 0) < end; at += 1) {
        feedOne(again, events[at] ?? assert.fail());
        if (at % 50 === 0) again = response.decode(JSON.parse(stored(again)));
      }
      response.advance(again, end, zone);
    }
    assert.deepEqual(response.value(again), response.value(whole));
    assert.equal(stored(again), stored(whole));
    assert.ok(stored(whole).length < 5000, `${stored(whole).length} characters`);
  });

  test('its value stays the same until the hour is over', () => {
    const { events } = eventsOf(() => usual, spends(48), seed);
    const state = feed(response.create(), events, 40);
    const value = response.value(state);
    for (const each of events) {
      if (each.time < START + 40 * HOUR || each.time >= START + 41 * HOUR) continue;
      feedOne(state, each);
      assert.equal(response.advance(state, each.time, zone), false);
      assert.deepEqual(response.value(state), value);
    }
    assert.equal(response.nextChange(state, START + 40 * HOUR), START + 41 * HOUR);
  });

  test('clicks that come late bring the same evidence', () => {
    const { events } = eventsOf(() => usual, Array(200).fill(15), seed);
    const inTime = feed(response.create(), events, 200);
    const rng = seededRng(seed, 5);
    const delayed = events
      .map((event) => ({ event, at: event.time + (event.cost !== undefined && rng() < 0.3 ? 5 * HOUR : 0) }))
      .sort((a, b) => a.at - b.at);
    const late = response.create();
    for (const { event, at } of delayed) {
      if (at >= START + 200 * HOUR) break;
      response.advance(late, at, zone);
      feedOne(late, event, at);
    }
    response.advance(late, START + 200 * HOUR, zone);
    assert.ok(Math.abs(curveOf(late).rate / curveOf(inTime).rate - 1) < 0.15);
  });

  test('is quiet after five silent days, and goes on after a year', () => {
    const state = feed(response.create(), eventsOf(() => usual, Array(30).fill(15), seed).events, 30);
    const later = START + 20 * DAY;
    response.advance(state, later, zone);
    assert.equal(response.nextChange(state, later), Number.POSITIVE_INFINITY);
    const year = START + 365 * DAY;
    response.addClick(state, year, year, 600_000);
    response.advance(state, year + HOUR, zone);
    const { curve } = response.value(state) ?? assert.fail();
    assert.equal(curve.shape, 1);
    assert.equal(response.value(state)?.hours, 31);
  });

  test('stays finite and small whatever comes', () => {
    const event = fc.record({
      kind: fc.constantFrom('click', 'application', 'plan'),
      after: fc.constantFrom(0, 1000, HOUR, 5 * HOUR, 10 * DAY, 400 * DAY),
      back: fc.constantFrom(0, 1000, HOUR, 30 * HOUR, 100 * DAY),
      cost: fc.constantFrom(0, 1, 500_000, 1e15),
      id: fc.option(fc.string(), { nil: undefined }),
      many: fc.constantFrom(1, 1, 200),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (list) => {
        const state = response.create();
        let now = START;
        for (const { kind, after, back, cost, id, many } of list) {
          now += after;
          response.advance(state, now, zone);
          for (let i = 0; i < many; i += 1) {
            if (kind === 'click') response.addClick(state, now - back, now, cost, id && `${id}${i}`);
            else if (kind === 'application') response.addApplication(state, now - back, now, id);
            else response.addPlan(state, now - back, Array(60).fill(cost));
          }
        }
        response.advance(state, now + HOUR, zone);
        const text = JSON.stringify(response.value(state) ?? {});
        assert.ok(!text.includes('null'), text);
        assert.ok(stored(state).length < 9000, `${stored(state).length} characters`);
        assert.equal(stored(response.decode(JSON.parse(stored(state)))), stored(state));
      }),
      { numRuns: 150 },
    );
  });

  test('a stored model of another version is refused', () => {
    assert.throws(() => response.decode({ version: 0 }), /version 0/);
  });
});
