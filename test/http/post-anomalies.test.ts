/** Acknowledging and muting over HTTP: who, until when and why go into the log of the right partition, or nothing does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Anomaly } from '../../src/core/history/anomaly.ts';
import { DAY, HOUR } from '../../src/core/units.ts';
import { tokenDigest } from '../../src/http/access.ts';
import { type AppOptions, createApp } from '../../src/http/app.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { decode } from '../../src/step/decode.ts';
import { fakeHistory } from '../http/fake-history.ts';

const RULES = `timezone: UTC
entities:
  lead: { key: lead_id }
---
features:
  lead: { opens: { count: content.opened } }
`;
const NOW = Date.UTC(2026, 0, 5, 12);
const OPEN: Anomaly = {
  ...{ id: '1-2-3/a b', rule: 'alarm', name: 'a b', kind: 'lead', entity: '7', severity: 'high', line: {} },
  ...{ opened: NOW - HOUR, updated: NOW - HOUR, resolved: null, decision: '1-2-3' },
  ...{ acknowledged: null, muted: null },
};

const loaded = loadRuleSet([{ path: 'a.yaml', text: RULES }]);
assert.ok(loaded.ok, JSON.stringify(loaded));
const { plan } = loaded;

function house(anomaly: Anomaly | undefined = OPEN, more: Partial<AppOptions> = {}) {
  const written: [number, string][] = [];
  const history = {
    ...fakeHistory({}),
    anomaly: async (opened: object, name: string) => {
      const id = Object.values(opened).join('-');
      return anomaly && `${id}/${name}` === anomaly.id ? anomaly : undefined;
    },
  };
  const log = (partition: number) => ({
    append: async ({ d }: { d?: string }) => {
      written.push([partition, d ?? '']);
      return '1-0';
    },
  });
  const tokens = (['editor', 'viewer'] as const).map((role) => ({
    ...{ name: `ana the ${role}`, role },
    sha256: tokenDigest(role),
  }));
  const app = createApp({
    access: { tokens: () => tokens, remoteAddress: () => undefined },
    history,
    plan: () => plan,
    logs: [0, 1].map(log),
    readEntity: async () => undefined,
    clock: { now: () => NOW, sleep: async () => undefined },
    meter: new PrometheusMeter(),
    ...more,
  } as unknown as AppOptions);
  const post = async (path: string, body?: unknown, role = 'editor') => {
    const answer = await app.request(`/v1/anomalies/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${role}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return { written, post };
}

const PATH = '1-2-3/a%20b';

test('what was done is an event in the log of the partition that decided, under the name of the token', async () => {
  const { written, post } = house();
  const until = '2026-01-06T00:00:00.000Z';
  for (const [deed, body, type, data] of [
    ['acknowledge', undefined, 'anomaly.acknowledged', {}],
    ['acknowledge', { comment: 'mine' }, 'anomaly.acknowledged', { comment: 'mine' }],
    ['mute', { until, comment: 'known' }, 'anomaly.muted', { until, comment: 'known' }],
    ['mute', { until: '12h' }, 'anomaly.muted', { until }],
    ['mute', {}, 'anomaly.muted', { until: '2026-01-06T12:00:00.000Z' }],
  ] as const) {
    const answer = await post(`${PATH}/${deed}`, body);
    assert.equal(answer.status, 202);
    const [partition, text] = written.pop() as [number, string];
    assert.equal(partition, 1);
    assert.deepEqual(JSON.parse(text), answer.body);
    assert.equal(answer.body.type, type);
    const about = { rule: 'alarm', name: 'a b', entity: 'lead:7', by: 'ana the editor' };
    assert.deepEqual(answer.body.data, { ...about, ...data });
    // it is an event that the partition takes
    const [item] = decode({ id: `${NOW}-0`, d: text }, builtInEvents, { clock: 'live' });
    assert.equal(item?.kind, 'event');
  }
});

test('nothing is written where it does not fit', async () => {
  const { written, post } = house();
  const refused: [path: string, body: unknown, status: number, pointer?: string][] = [
    [`${PATH}/mute`, '{', 400, ''],
    [`${PATH}/mute`, [], 400, ''],
    [`${PATH}/mute`, { untill: '4h' }, 400, '/untill'],
    [`${PATH}/mute`, { until: 'tomorrow' }, 400, '/until'],
    [`${PATH}/mute`, { until: NOW }, 400, '/until'],
    [`${PATH}/mute`, { until: NOW + 30 * DAY + 1 }, 400, '/until'],
    [`${PATH}/mute`, { comment: 7 }, 400, '/comment'],
    [`${PATH}/acknowledge`, { until: '4h' }, 400, '/until'],
    [`${PATH}/acknowledge`, { comment: 'x'.repeat(2_001) }, 400, '/comment'],
    [`${PATH}/acknowledge`, { comment: 'x'.repeat(20_000) }, 413],
    ['1-2-3/other/mute', {}, 404],
    ['1-2-4/a%20b/mute', {}, 404],
    ['9-2-3/a%20b/mute', {}, 404],
    ['nonsense/a%20b/mute', {}, 404],
    [`${PATH}/approve`, {}, 404],
  ];
  for (const [path, body, status, pointer] of refused) {
    const answer = await post(path, body);
    assert.equal(answer.status, status, `${path} ${JSON.stringify(body).slice(0, 60)}`);
    if (pointer !== undefined)
      assert.deepEqual(
        (answer.body.errors as { pointer: string }[]).map((error) => error.pointer),
        [pointer],
      );
  }
  assert.equal((await post(`${PATH}/mute`, {}, 'viewer')).status, 403);
  assert.equal((await post(`${PATH}/mute`, {}, 'nobody')).status, 401);
  assert.deepEqual(written, []);
});

test('an anomaly that is over, and a weir without a history', async () => {
  const over = house({ ...OPEN, resolved: NOW });
  assert.equal((await over.post(`${PATH}/mute`, {})).status, 409);
  assert.deepEqual(over.written, []);
  const without = house(OPEN, { history: undefined });
  assert.equal((await without.post(`${PATH}/mute`, {})).status, 404);
});
