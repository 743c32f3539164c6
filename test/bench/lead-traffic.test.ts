/** The traffic of the benches: its amounts, its order, and that a seed gives it again. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { leadTraffic } from '../../bench/lead-traffic.ts';
import { readConfig } from '../../src/cli/read-config.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { decode } from '../../src/step/decode.ts';

const options = fc.record({
  events: fc.integer({ min: 1, max: 400 }),
  leads: fc.integer({ min: 1, max: 60 }),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  start: fc.integer({ min: 0, max: 2_000_000_000_000 }),
  span: fc.integer({ min: 1000, max: 10_000_000_000 }),
});

describe('lead traffic', () => {
  test('has as many events as asked for, each with an id of its own, in the order of their times', () => {
    fc.assert(
      fc.property(options, (asked) => {
        const { events, leads, start, span } = asked;
        const traffic = [...leadTraffic(asked)];
        const told = traffic.map(({ text }) => JSON.parse(text) as { id: string; time: string });
        const times = told.map(({ time }) => Date.parse(time));
        assert.equal(traffic.length, events);
        assert.equal(new Set(told.map(({ id }) => id)).size, events);
        assert.ok(new Set(traffic.map(({ lead }) => lead)).size <= leads);
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
        assert.ok((times[0] as number) >= start && (times.at(-1) as number) < start + span);
      }),
      { numRuns: 30 },
    );
  });

  test('a seed gives the same events again, another one gives others', () => {
    const texts = (seed: number) =>
      [...leadTraffic({ events: 200, leads: 20, seed })].map(({ text }) => text);
    assert.deepEqual(texts(7), texts(7));
    assert.notDeepEqual(texts(7), texts(8));
  });

  test('a lead is created before anything else happens to it', () => {
    const created = new Set<string>();
    for (const { lead, text } of leadTraffic({ events: 2000, leads: 200, seed: 1 })) {
      const { type } = JSON.parse(text) as { type: string };
      assert.equal(created.has(lead), type !== 'lead.created', `${type} of ${lead}`);
      created.add(lead);
    }
  });

  test('weir takes every event, and one is about as long as in the measurements before', () => {
    const loaded = loadRuleSet(readConfig(join(import.meta.dirname, '../../config')));
    assert.ok(loaded.ok);
    const traffic = [...leadTraffic({ events: 3000, leads: 300, seed: 3 })];
    for (const { id, text } of traffic) {
      const [item] = decode({ id: '1-1', d: text }, loaded.plan.events, { clock: 'log' });
      assert.ok(item?.kind === 'event', text);
      assert.equal(item.event.id, id);
    }
    const bytes = traffic.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / traffic.length;
    assert.ok(bytes > 205 && bytes < 240, `${bytes} bytes`);
  });
});
