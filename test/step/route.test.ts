/** Where events belong. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOf } from '../../src/core/partition.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';
import { partitionOfEvent, routeOf } from '../../src/step/route.ts';
import { SAMPLES } from '../rules/events/event-samples.ts';

const route = (type: string, data: Record<string, unknown>) => routeOf(type, data, builtInEvents);
const partition = (type: string, data: Record<string, unknown>) =>
  partitionOfEvent(type, data, builtInEvents, 16);

test('every built-in event has a route and a partition', () => {
  for (const [type, data] of Object.entries(SAMPLES)) {
    assert.equal(route(type, data), data[builtInEvents.get(type)?.route[0] as string]);
    const number = partition(type, data) as number;
    assert.ok(Number.isInteger(number) && number >= 0 && number < 16);
  }
});

test('an id routes the same as number and as text', () => {
  assert.equal(route('lead.created', { lead_id: 12 }), '12');
  assert.equal(
    partition('lead.created', { lead_id: 12 }),
    partition('content.opened', { lead_id: '12', content_id: 'x' }),
  );
});

test('fraud goes to the lead, else to the campaign', () => {
  assert.equal(route('fraud.flagged', { lead_id: 1, campaign_id: 'c1' }), '1');
  assert.equal(route('fraud.flagged', { lead_id: null, campaign_id: 'c1' }), 'c1');
});

test('verdicts and outcomes go to the log that decided', () => {
  assert.equal(partition('action.approved', { action_id: '3-0-17' }), 3);
  assert.equal(partition('action.applied', { action_id: '15-2-1' }), 15);
  for (const id of ['16-0-1', 'x-0-1', '3', '3-0-1-2', '', '-1-0-1', null])
    assert.equal(partition('action.approved', { action_id: id }), undefined);
});

test('an anomaly goes where its entity is', () => {
  const of = (entity: string) => partition('anomaly.muted', { entity });
  assert.equal(of('lead:7'), partitionOf('7', 16));
  assert.equal(of('campaign:c1/x'), partitionOf('c1/x', 16));
  assert.equal(of('channel:c1/jooble'), partitionOf('c1', 16));
  assert.equal(of('channel:c%2F1/jooble'), partitionOf('c/1', 16));
});

test('what cannot be routed has no partition', () => {
  assert.equal(partition('no.such_type', { lead_id: 1 }), undefined);
  assert.equal(partition('lead.created', {}), undefined);
  assert.equal(partition('lead.created', { lead_id: 'a\nb' }), undefined);
  assert.equal(partition('lead.created', { lead_id: {} }), undefined);
});
