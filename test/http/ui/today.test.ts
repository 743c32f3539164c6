/** Today, number by number: what changed in a day and a week, and why, in both languages and without a script. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from '../../../src/core/decision.ts';
import type { KeptAction } from '../../../src/core/history/kept-action.ts';
import type { History } from '../../../src/core/history.ts';
import { DAY, HOUR } from '../../../src/core/units.ts';
import { PrometheusMeter } from '../../../src/http/prometheus-meter.ts';
import { Pulse } from '../../../src/http/ui/pulse.ts';
import { fakeHistory } from '../fake-history.ts';
import { all, assertUsable, parseHtml, textOf } from './html-document.ts';
import { NOW, openUiHouse, plan } from './ui-house.ts';

function decided(id: string, time: number, more: Partial<Decision>): Decision {
  return {
    ...{ id, rule: 'conversion', version: 1, mode: 'live', rules: plan.hash, kind: 'lead', entity: '123' },
    ...{ time, entry: '1-0', cause: { event: 'e', type: 'content.completed' }, old: null, reasons: [] },
    value: null,
    ...more,
  };
}

function scored(id: string, time: number, value: number, rate: number): Decision {
  const reasons = [
    { name: 'recency', points: 10, inputs: { days_inactive: 0 } },
    { name: 'completion', points: rate * 0.3, inputs: { completion_rate: rate } },
  ];
  return decided(id, time, { value: { value, class: 'likely_to_convert' }, reasons });
}

/** A score that another one reads. */
function engaged(id: string, time: number, entity: string, completed: number): Decision {
  const value = 4 + 2 * completed;
  return decided(id, time, {
    ...{ rule: 'engagement_score', entity, value },
    reasons: [
      { name: 'base', points: 4, inputs: { base_score: 4 } },
      { name: 'completions', points: 2 * completed, inputs: { completions_7d: completed } },
    ],
  });
}

function likely(id: string, time: number, entity: string, score: number): Decision {
  const reasons = [{ name: 'engagement', points: score * 2, inputs: { engagement_score: score } }];
  return decided(id, time, { entity, value: { value: score * 2, class: 'likely_to_convert' }, reasons });
}

const moved = (time: number, entered: string[], left: string[]) =>
  decided(`0-2-${time}`, time, { rule: 'segments', value: [], entered, left });

const lead = (id: string, value: number) => ({
  ...{ kind: 'lead', id, partition: 0, asOf: NOW, entry: '1-0' },
  values: { lead_id: id, conversion: { value, class: 'likely_to_convert' } },
  decisions: {},
  tags: ['conversion=likely_to_convert', 'segments:at_risk'],
});

const act = {
  ...{ id: '0-1-5', hash: 'h', idempotency_key: 'k', requested_by: 'rule:budget_rebalance' },
  ...{ requested_at: NOW - 3 * HOUR, keys: { campaign_id: 'c1' } },
  budgets: [
    { channel: 'jooble', from: 100, budget: 120 },
    { channel: 'indeed', from: 100, budget: 80 },
  ],
};
const action = {
  ...{ id: '0-1-5', rule: 'budget_rebalance', version: 2, kind: 'campaign', entity: 'c1' },
  ...{ status: 'pending', requestedAt: NOW - 3 * HOUR, updatedAt: NOW - 3 * HOUR, history: [], act },
  value: {
    ...{ action: 'channel_reallocation', moved: 20, total: 200, expires_at: NOW + 21 * HOUR },
    impact: { of: 'applications', value: 8.4, low: 2, high: 14, confidence: 80, known: true },
  },
} as unknown as KeptAction;

const decisions = [
  scored('0-1-1', NOW - 3 * DAY, 60, 60),
  scored('0-1-2', NOW - 2 * DAY, 66, 80),
  moved(NOW - 8 * DAY, ['at_risk'], []),
  moved(NOW - 6 * DAY, ['at_risk', 'quick_responders'], []),
  moved(NOW - 5 * DAY, ['at_risk'], ['quick_responders']),
  scored('0-1-3', NOW - HOUR, 72, 100),
  engaged('0-3-1', NOW - 2 * DAY, '7', 0),
  likely('0-3-2', NOW - 2 * DAY, '7', 4),
  engaged('0-3-3', NOW - HOUR, '7', 3),
  likely('0-3-4', NOW - HOUR, '7', 10),
];
const kept = fakeHistory({ decisions, entities: [lead('123', 72), lead('9', 70), lead('7', 20)] });
const history: Partial<History> = {
  ...kept,
  decisionsOf: async (_kind, id, { rule }) => ({
    rows: decisions.filter((one) => one.rule === rule && one.entity === id).toReversed(),
  }),
  decision: async () => ({
    orphaned: false,
    decision: decided('0-1-5', NOW, {
      reasons: [
        { name: 'jooble', points: 20, inputs: { cpa_7d: 2 } },
        { name: 'indeed', points: -20, inputs: { cpa_7d: 10.5 } },
      ],
    }),
  }),
  actions: async () => ({ rows: [action] }),
  persons: async () => new Map(),
};

async function today(language: string) {
  const answer = await openUiHouse({ history }).app.request('/', {
    headers: { authorization: 'Bearer t-viewer', 'accept-language': language },
  });
  assert.equal(answer.status, 200);
  const document = parseHtml(await answer.text());
  assertUsable(document);
  return (id: string) => {
    const [found] = all(document, ({ attributes }) => attributes.get('id') === id);
    assert.ok(found, id);
    return textOf(found).replace(/\s+/g, ' ').trim();
  };
}

test('beside each lead to call stands what changed in a day, and why', async () => {
  const calls = (await today('en'))('calls');
  assert.match(calls, /In 24 hWhy/);
  assert.match(calls, /Lead 12372↑ \+6Completion \+6: completion rate 80 → 100/);
  // of this one no decision is known
  assert.match(calls, /Lead 970––/);
  // not that a score changed, but why it did
  assert.match(calls, /Lead 720↑ \+12Completions \+6: completions 7d 0 → 3/);
  assert.match((await today('es'))('calls'), /En 24 hPor qué.*Lead 12372↑ \+6Completion \+6/);
});

test('beside each segment stands what a week brought', async () => {
  const segments = (await today('en'))('segments');
  assert.match(segments, /3 \(\+2\)\s*At risk/);
  // came and left again
  assert.match(segments, /0\s*Quick responders/);
});

test('what waits says since when, and the card what it costs and what it is to bring', async () => {
  const part = await today('en');
  assert.match(part('needs'), /1 action to decide oldest 3 hr ago, the first expires in 21 hr/);
  const card = part('actions');
  assert.match(card, /jooble100 → 120 \+20%2 /);
  assert.match(card, /indeed100 → 80 -20%10\.5 /);
  assert.match(card, /\+8\.4 % applications expected \(\+2 % … \+14 %\)/);
  const spanish = (await today('es'))('actions');
  assert.match(spanish, /\+8,4 % applications previstas \(\+2 % … \+14 %\)/);
});

test('the pulse knows when the last event came, to a few seconds', async () => {
  let now = NOW;
  const meter = new PrometheusMeter();
  const pulse = new Pulse(meter, { now: () => now, sleep: async () => undefined });
  await pulse.look();
  assert.equal(pulse.lastEvent(), undefined);
  meter.count('weir_events_applied_total', { type: 'content.opened' }, 2);
  now += 5_000;
  await pulse.look();
  assert.equal(pulse.lastEvent(), now);
  now += 5_000;
  await pulse.look();
  assert.equal(pulse.lastEvent(), now - 5_000);
});

test('the system page draws events and lag of the last minutes, with their numbers', async () => {
  let now = NOW - 60_000;
  const meter = new PrometheusMeter();
  const pulse = new Pulse(meter, { now: () => now, sleep: async () => undefined });
  for (const [events, waiting] of [
    [10, 0],
    [20, 7],
    [5, 3],
  ] as const) {
    meter.count('weir_events_applied_total', { type: 'content.opened' }, events);
    meter.gauge('weir_stream_lag_events', waiting, { stream: 'a' });
    await pulse.look();
    now += 5_000;
  }
  const look = async (path: string) => {
    const headers = { authorization: 'Bearer t-viewer', 'accept-language': 'en' };
    const answer = await openUiHouse({ history, pulse }).app.request(path, { headers });
    assert.equal(answer.status, 200);
    return parseHtml(await answer.text());
  };
  const page = await look('/system');
  assertUsable(page);
  const [flow] = all(page, ({ attributes }) => attributes.get('id') === 'flow');
  assert.ok(flow);
  const charts = all(flow, ({ attributes }) => attributes.has('data-chart'));
  assert.deepEqual(
    charts.map(({ attributes }) => JSON.parse(attributes.get('data-chart') as string).y),
    [
      [240, 60],
      [7, 3],
    ],
  );
  // the row of the last look
  assert.match(textOf(flow), /:10\s*603/);
  assert.equal(textOf(await look('/ui/parts/flow')).trim(), textOf(flow).trim());
});
