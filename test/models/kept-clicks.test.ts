/** The clicks that can be taken back: bounded, once, and the same after a restart. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type KeptClicks,
  keepClick,
  keptClicksOf,
  keptClicksText,
  takeClicks,
} from '../../src/models/kept-clicks.ts';

const START = Date.UTC(2026, 0, 5);
const click = fc.record({
  hash: fc.integer({ min: -3, max: 3 }),
  time: fc.nat(1e9).map((after) => START + after),
  cost: fc.option(fc.nat(1e15), { nil: undefined }),
});

test('each click that counts is taken once, with its second and its cost', () => {
  fc.assert(
    fc.property(fc.array(click, { maxLength: 300 }), fc.integer({ min: -3, max: 3 }), (clicks, asked) => {
      const kept: KeptClicks = [];
      for (const { hash, time, cost } of clicks) keepClick(kept, hash, time, cost);
      const copy = keptClicksOf(keptClicksText(kept));
      const known = clicks.slice(-256).filter(({ hash }) => hash === asked);
      const wanted = known.flatMap(({ time, cost }) =>
        cost === undefined ? [] : [{ time: time - (time % 1000), cost }],
      );
      for (const each of [kept, copy]) {
        assert.deepEqual(takeClicks(each, asked), known.length === 0 ? undefined : wanted);
        assert.deepEqual(takeClicks(each, asked), known.length === 0 ? undefined : []);
      }
      assert.ok(keptClicksText(kept).length <= 256 * 22);
    }),
  );
});
