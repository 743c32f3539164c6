/** What the chaos run takes for having arrived: what the intake makes of texts that are no events. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_EVENTS } from '../../bench/chaos/input-faults.ts';
import { broken } from '../../bench/chaos/message.ts';
import { pack } from '../../src/processor/intake.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { simulatedPlan } from '../simulation/simulated-rules.ts';

test('a text that is no event arrives as the intake packs it, a list element by element', () => {
  const { events } = simulatedPlan();
  for (const text of NO_EVENTS) {
    // objects are packed together with others: they are written to logs alone
    if (text.startsWith('{')) continue;
    const packed = pack([{ id: '1-0', d: text }], events, 4).map(([, { d }]) => d);
    const arrivals = broken(text, PUBLIC_STREAM).arrivals.map(({ identity }) => identity);
    assert.deepEqual(packed, arrivals, text.slice(0, 40));
    assert.deepEqual(broken(text, 'a log').arrivals[0]?.identity, text);
  }
});
