/** Documents for programs: schemas that take what is sent, an AsyncAPI document that holds together, and the rules in force. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { readConfig } from '../../src/cli/read-config.ts';
import { type AppOptions, createApp } from '../../src/http/app.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { asyncApi } from '../../src/rules/asyncapi.ts';
import { eventSchema } from '../../src/rules/event-schema.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { root } from '../document-blocks.ts';

const files = readConfig(join(root, 'config'));
const loaded = loadRuleSet(files);
assert.ok(loaded.ok, JSON.stringify(loaded));
const { plan } = loaded;

const app = createApp({
  version: '0',
  access: { tokens: () => [], remoteAddress: () => '127.0.0.1' },
  plan: () => plan,
  ruleFiles: () => files,
  clock: { now: () => 0, sleep: async () => undefined },
  meter: new PrometheusMeter(),
} as unknown as AppOptions);
const get = async (path: string) => {
  const answer = await app.request(path, { headers: { host: 'localhost' } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

test('a schema takes an event as it is sent, and refuses what is missing', () => {
  const click = builtInEvents.get('campaign.click');
  assert.ok(click);
  const check = Compile(eventSchema(click) as unknown as TSchema);
  const event = (data: object) => ({ type: 'campaign.click', data });
  assert.ok(check.Check(event({ campaign_id: 'c1', channel: 'jooble', cost: 0.5 })));
  assert.ok(check.Check(event({ campaign_id: 7, channel: 'jooble', cost: '0.123456', own_field: [] })));
  assert.ok(!check.Check(event({ campaign_id: 'c1', channel: 'jooble' })));
  assert.ok(!check.Check(event({ campaign_id: 'c1', channel: 'jooble', cost: '0.1234567' })));
  assert.ok(!check.Check({ type: 'campaign.clicks', data: {} }));
  for (const type of plan.events.types) Compile(eventSchema(type) as unknown as TSchema);
});

test('the AsyncAPI document refers to what it has', () => {
  const document = asyncApi(plan.events.types, '1') as Record<string, unknown>;
  let references = 0;
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { $ref } = value as { $ref?: unknown };
    if (typeof $ref === 'string') {
      references += 1;
      const found = $ref
        .slice(2)
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
      assert.ok(found, $ref);
    }
    for (const inner of Object.values(value)) look(inner);
  };
  look(document);
  assert.ok(references >= 4 * plan.events.types.length);
});

test('they are served, and what there is not is told', async () => {
  assert.equal((await get('/asyncapi.json')).body.asyncapi, '3.0.0');
  const { schemas } = (await get('/v1/schemas')).body as { schemas: { address: string }[] };
  assert.equal(schemas.length, plan.events.types.length);
  assert.equal((await get(schemas[0]?.address ?? '')).status, 200);
  const unknown = await get('/v1/schemas/campaign.clik');
  assert.deepEqual([unknown.status, unknown.body.did_you_mean], [404, 'campaign.click']);
});

test('rules say what they read, what reads them, and where they stand', async () => {
  const { rules, hash } = (await get('/v1/rules')).body as { rules: { name: string }[]; hash: string };
  assert.equal(hash, plan.hash);
  const score = (await get('/v1/rules/engagement_score')).body as Record<string, string[]> & {
    source: string;
  };
  assert.ok(score.reads?.includes('completions_7d'));
  assert.ok(score.read_by?.includes('conversion'));
  assert.match(score.source, /^rule: engagement_score/m);
  assert.equal(score.source.match(/^rule: /gm)?.length, 1);
  for (const { name } of rules) assert.equal((await get(`/v1/rules/${name}`)).status, 200, name);
  const unknown = await get('/v1/rules/engagement_scor');
  assert.deepEqual([unknown.status, unknown.body.did_you_mean], [404, 'engagement_score']);
});
