/** The screen of clicks: robots, repetitions, bursts; bounded, and the same after a restart. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Click, decodeScreen, emptyScreen, encodeScreen, screen } from '../../src/models/screen.ts';

const OPTIONS = { duplicate: 10_000, burst: 3, within: 60_000 };
const START = Date.UTC(2026, 0, 5);
const PLAIN: Click = { time: START, bot: false, click: undefined, visitor: undefined, network: undefined };

function judged(clicks: readonly Partial<Click>[]): (string | undefined)[] {
  const state = emptyScreen();
  return clicks.map((click) => screen(state, { ...PLAIN, ...click }, OPTIONS));
}

test('a robot is one by its agent, whatever else it is', () => {
  assert.deepEqual(judged([{ bot: true, click: 1 }, { click: 1 }]), ['bot', 'duplicate']);
});

test('a click id comes once an hour, a visitor once in ten seconds', () => {
  const at = (seconds: number) => START + seconds * 1000;
  assert.deepEqual(judged([{ click: 1 }, { click: 1, time: at(3600) }, { click: 1, time: at(7201) }]), [
    undefined,
    'duplicate',
    undefined,
  ]);
  const visits = [0, 10, 19, 30].map((seconds) => ({ visitor: 7, time: at(seconds) }));
  assert.deepEqual(judged(visits), [undefined, 'duplicate', 'duplicate', undefined]);
  // one that arrives late repeats the one after it
  assert.deepEqual(judged([{ visitor: 7, time: at(10) }, { visitor: 7 }]), [undefined, 'duplicate']);
});

test('what no click can repeat any more is forgotten', () => {
  const state = emptyScreen();
  const at = (minutes: number, click: number) =>
    screen(state, { ...PLAIN, click, time: START + minutes * 60_000 }, OPTIONS);
  assert.deepEqual([at(0, 1), at(120, 2), at(60, 1)], [undefined, undefined, 'duplicate']);
  assert.deepEqual(
    [at(181, 3), at(100, 1)],
    [undefined, undefined],
    'more than an hour later than a repetition',
  );
  const minutes = Array.from({ length: 600 }, (_, i) => at(200 + i, 1000 + i));
  assert.ok(minutes.every((fraud) => fraud === undefined));
  assert.ok(state.clicks.length <= 2 * 122, 'two hours of them');
});

test('beyond so many clicks of one network in a minute the others are a burst', () => {
  const clicks = Array.from({ length: 5 }, (_, i) => ({ network: '203.0.113.0/24', time: START + i }));
  assert.deepEqual(judged(clicks), [undefined, undefined, undefined, 'burst', 'burst']);
  assert.deepEqual(judged([...clicks, { network: '198.51.100.0/24' }]).at(-1), undefined);
  assert.deepEqual(
    judged([...clicks, { network: '203.0.113.0/24', time: START + 60_000 }]).at(-1),
    undefined,
  );
});

test('it stays small, and goes on after a restart as if nothing had happened', () => {
  const click = fc.record({
    time: fc.integer({ min: START, max: START + 7_200_000 }),
    bot: fc.boolean(),
    click: fc.option(fc.nat(400), { nil: undefined }),
    visitor: fc.option(fc.nat(400), { nil: undefined }),
    network: fc.option(
      fc.nat(100).map((n) => `10.0.${n}.0/24`),
      { nil: undefined },
    ),
  });
  fc.assert(
    fc.property(fc.array(click, { maxLength: 600 }), fc.nat(600), (clicks, cut) => {
      const state = emptyScreen();
      let other = emptyScreen();
      for (const [i, one] of clicks.entries()) {
        if (i === cut) other = decodeScreen(JSON.parse(JSON.stringify(encodeScreen(other))));
        assert.equal(screen(other, one, OPTIONS), screen(state, one, OPTIONS));
      }
      assert.deepEqual(encodeScreen(other), encodeScreen(state));
      assert.ok(JSON.stringify(encodeScreen(state)).length < 8_000);
    }),
    { numRuns: 20 },
  );
});
