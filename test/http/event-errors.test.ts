/** Where events are wrong: a pointer that leads to the value, whatever the form of the request. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../src/core/entry.ts';
import { eventErrors, meantType } from '../../src/http/event-errors.ts';
import { writeEvents } from '../../src/processor/write-events.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';

const loaded = loadRuleSet([
  { path: 'a.yaml', text: 'timezone: UTC\nentities:\n  lead: { key: lead_id }\n' },
]);
assert.ok(loaded.ok);
const { events } = loaded.plan;
const NOW = Date.UTC(2026, 0, 5, 12);
const log = { append: async (_: Omit<Entry, 'id'>) => '1-0' };

async function refused(...given: readonly unknown[]) {
  const texts = given.map((event) => JSON.stringify(event));
  const { rejected } = await writeEvents(
    texts,
    events,
    Array.from({ length: 16 }, () => log),
    NOW,
  );
  assert.equal(rejected.length, given.length);
  return { errors: eventErrors(rejected, texts, given.length === 1), meant: meantType(rejected) };
}

test('the pointer of one event leads to what is wrong in it', async () => {
  const data = { lead_id: 1, content_id: 'a' };
  const cases: readonly (readonly [event: object, pointer: string, meant?: string])[] = [
    [{ type: 'content.complete', data }, '/type', 'content.completed'],
    [{ type: 'zzz', data }, '/type'],
    [{ type: 'tick' }, '/type'],
    [{ type: 'content.completed', data: { content_id: 'a' } }, '/data/lead_id'],
    [{ type: 'content.completed', content_id: 'a' }, '/lead_id'],
    [{ type: 'content.completed', data: { ...data, lead_id: '' } }, '/data/lead_id'],
    [{ type: 'content.completed', id: '', data }, '/id'],
    [{ type: 'content.completed', time: 'yesterday', data }, '/time'],
    [{ type: 'content.completed', time: NOW + 3_600_000, data }, '/time'],
    [{ type: 'lead.created', data: { lead_id: 1, base_score: 'much' } }, '/data/base_score'],
    [
      {
        type: 'campaign.created',
        data: {
          ...{ campaign_id: 1, daily_budget: 10, currency: 'EUR' },
          channels: [{ channel: 'a' }, { channel: 'b', budget: -1 }],
        },
      },
      '/data/channels/1/budget',
    ],
  ];
  for (const [event, pointer, meant] of cases) {
    const found = await refused(event);
    assert.equal(found.errors[0]?.pointer, pointer, JSON.stringify([event, found]));
    assert.equal(found.meant, meant, JSON.stringify(event));
  }
});

test('among several the first step says which; what was meant is told where all mean the same', async () => {
  const data = { lead_id: 1, content_id: 'a' };
  const { errors, meant } = await refused({ type: 'content.opend', data }, { type: 'content.openedd', data });
  assert.deepEqual(
    errors.map(({ pointer }) => pointer),
    ['/0/type', '/1/type'],
  );
  assert.equal(meant, 'content.opened');
  assert.equal((await refused({ type: 'content.opend', data }, { type: 'tick' })).meant, undefined);
});
