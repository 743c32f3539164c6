/** An event on one line: when, what, whom it is about, and its fields. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventLine } from '../../src/cli/event-line.ts';

const NOW = Date.UTC(2026, 10, 22, 10);
const base = { type: 'content.completed', time: '2026-11-22T09:14:03.500Z', kind: 'lead', entity: '123' };

test('of today the clock is enough; whom it is about is not said twice', () => {
  const data = { lead_id: '123', content_id: 'guide-1', minutes: 3, tags: ['a', 'b'], note: null };
  assert.equal(
    eventLine({ ...base, data }, NOW),
    '09:14:03 event    content.completed lead:123 content_id=guide-1 minutes=3 tags=["a","b"]',
  );
});

test('another day is named; texts of several words are quoted, and none breaks the line', () => {
  const data = { note: 'two words', bad: 'a\nb', quote: '"' };
  assert.equal(
    eventLine({ ...base, time: '2026-11-21T09:14:03Z', data }, NOW),
    '11-21 09:14:03 event    content.completed lead:123 note="two words" bad="a\\nb" quote="\\""',
  );
});

test('an event about nobody in particular', () => {
  const about = { type: 'context.observed', kind: null, entity: null, data: { name: 'weather' } };
  assert.equal(
    eventLine({ ...about, time: base.time }, NOW),
    '09:14:03 event    context.observed name=weather',
  );
});
