/** A canary goes through everything weir keeps: it stands only where docs/privacy.md says, and after an erasure nowhere. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Client } from 'pg';
import { type House, openHouse } from '../../src/cli/house.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { root } from '../document-blocks.ts';
import { passableFolder, startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';
import { until } from './until.ts';

const CANARIES = {
  'e-mail': 'canary-7f3@example.com',
  name: 'Canary Nightingale',
  address: '203.0.113.77',
  browser: 'CanaryBrowser/9.9',
  session: 'canary-session-1',
};
const LEAD = 'lead-4711';
const KEPT = 15_000;

/** What is looked at of all the answers. */
interface Answer {
  readonly person: object;
  readonly features: { readonly completions: number };
  readonly reports: readonly { readonly name: string }[];
  readonly leads?: readonly { readonly id: string }[];
  readonly would_remove: {
    readonly state: { readonly entities: number; readonly personal_fields: number };
    readonly history: Readonly<Record<string, number>>;
  };
  readonly requested_by: string;
  readonly event_id: string;
  readonly status: string;
  readonly rejected: readonly object[];
}

/** What stands where: `e-mail in :state`. */
type Sightings = ReadonlySet<string>;

describe('a canary', () => {
  let data: string;
  let redis: EmbeddedRedis;
  let postgres: TemporaryPostgres;
  let house: House;
  const notices: string[] = [];

  before(async () => {
    data = await passableFolder();
    redis = await startEmbeddedRedis(join(data, 'redis'));
    postgres = await startTemporaryPostgres();
    house = await openHouse({
      environment: {
        redisUrl: `unix:${redis.target.path}`,
        databaseUrl: postgres.url,
        host: '127.0.0.1',
        port: 0,
        config: join(root, 'config'),
        data,
        instance: 'a',
        logKeep: KEPT,
      },
      clockMode: 'live',
      onNotice: (notice, context) => notices.push(`${notice} ${JSON.stringify(context)}`),
    });
    await until('every partition is owned', () => house.processor.owned === house.processor.workers.length);
  });
  after(async () => {
    await house?.close();
    await postgres?.stop();
    await redis?.stop();
    await rm(data, { recursive: true, force: true });
  });

  async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; body: Answer }> {
    const answer = await fetch(`${house.url}${path}`, init);
    return { status: answer.status, body: (await answer.json()) as Answer };
  }

  async function send(...events: object[]): Promise<void> {
    const body = JSON.stringify(events);
    const { status, body: receipt } = await ask('/v1/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    assert.equal(status, 202);
    assert.deepEqual(receipt.rejected, []);
  }

  const add = (...fields: string[]) =>
    house.connection.ask('sending', (client) => client.xadd(PUBLIC_STREAM, '*', ...fields));

  async function settled(): Promise<void> {
    const { processor } = house;
    await until('everything is applied', () => processor.drained());
    await until('the history has everything', async () => (await processor.deliver?.lag()) === 0);
    await until('the lists have everything', async () => (await processor.mirror?.lag()) === 0);
  }

  async function sightings(): Promise<Sightings> {
    const seen = new Set<string>();
    const look = (place: string, text: string) => {
      const lower = text.toLowerCase();
      for (const [what, canary] of Object.entries(CANARIES))
        if (lower.includes(canary.toLowerCase())) seen.add(`${what} in ${place}`);
    };
    await house.connection.ask('looking', async (client) => {
      for (const key of await client.keys('*'))
        look(placeOf(key), `${key} ${await contents(client as Redis, key)}`);
    });
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    const { rows } = await client.query(`select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`);
    assert.ok(rows.length > 10);
    for (const { name } of rows) {
      const raw = name === 'dead_letters' ? `, encode(raw, 'escape')` : '';
      const found = await client.query(`select t::text as row${raw} from ${name} t`);
      look(name, found.rows.map((row) => JSON.stringify(Object.values(row))).join('\n'));
    }
    await client.end();
    look('logs', notices.join('\n'));
    look('metrics', await (await fetch(`${house.url}/metrics`)).text());
    return seen;
  }

  const now = Date.now();
  const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
  const lead = { lead_id: LEAD };

  it('goes in by every door', async () => {
    const { 'e-mail': email, name, address: ip_address, browser: user_agent, session: session_id } = CANARIES;
    const campaign = { campaign_id: 'c1', channel: 'indeed' };
    await send(
      {
        id: 'c-1',
        type: 'lead.created',
        time: ago(60),
        data: { ...lead, source: 'linkedin', base_score: 40, email, name },
      },
      {
        id: 'c-2',
        type: 'content.sent',
        time: ago(59),
        data: { ...lead, content_id: 'g', content_type: 'guide' },
      },
      { id: 'c-3', type: 'content.opened', time: ago(50), data: { ...lead, content_id: 'g', user_agent } },
      // declared nowhere of this type
      {
        id: 'c-4',
        type: 'content.completed',
        time: ago(40),
        data: { ...lead, content_id: 'g', email, ip_address, session_id },
      },
      {
        id: 'c-5',
        type: 'campaign.created',
        time: ago(60),
        data: {
          campaign_id: 'c1',
          daily_budget: 100,
          currency: 'EUR',
          channels: [{ channel: 'indeed', budget: 100 }],
        },
      },
      {
        id: 'c-6',
        type: 'campaign.click',
        time: ago(30),
        data: { ...campaign, ...lead, cost: 1, ip_address, user_agent, session_id },
      },
      {
        id: 'c-7',
        type: 'campaign.click',
        time: ago(100 * 86_400),
        data: { ...campaign, cost: 1, ip_address, user_agent, session_id },
      },
    );
    // dead letters: no such type, the id of another event, no id, no JSON
    await add('d', JSON.stringify({ type: 'lead.createt', data: { ...lead, email, name } }));
    await add(
      'd',
      JSON.stringify({
        id: 'c-1',
        type: 'lead.created',
        time: ago(60),
        data: { ...lead, email, name, source: 'x' },
      }),
    );
    await add('d', JSON.stringify({ type: 'lead.created', data: { lead_id: '', email, name } }));
    await add('d', `{"type":"lead.updated","lead_id":"${LEAD}","email":"${email}`);
    await add(
      'type',
      'lead.updated',
      'lead_id',
      LEAD,
      'email',
      email,
      'name',
      name,
      'timezone',
      'Europe/Madrid',
    );
    await settled();
    const { body } = await ask(`/v1/leads/${LEAD}`);
    assert.deepEqual(body.person, { email, name });
    assert.equal(body.features.completions, 1);
    for (const { name: report } of (await ask('/v1/reports')).body.reports)
      await ask(`/v1/reports/${report}`);
    assert.equal((await ask('/v1/events/c-7')).body.status, 'late');
    assert.equal((await ask('/v1/decisions?kind=lead&limit=200')).status, 200);
  });

  it('stands only where docs/privacy.md says', async () => {
    const seen = await sightings();
    const allowed = documented();
    for (const sighting of seen) {
      const [what, place] = sighting.split(' in ') as [string, string];
      assert.ok(allowed.get(place)?.includes(what), sighting);
    }
    // and it went everywhere it may stand: otherwise this proves nothing
    for (const place of [':state', ':in', ':dead', 'persons', 'dead_letters'])
      assert.ok(seen.has(`e-mail in ${place}`), `${place}: ${[...seen].join(', ')}`);
  });

  it('is erased on request, after a trial that changes nothing', async () => {
    const trial = await ask(`/v1/leads/${LEAD}?dry_run=true`, { method: 'DELETE' });
    assert.equal(trial.status, 200);
    assert.deepEqual(trial.body.would_remove.state.entities, 1);
    assert.equal(trial.body.would_remove.state.personal_fields, 2);
    const { history } = trial.body.would_remove;
    assert.equal(history.persons, 1);
    for (const table of ['entities', 'events', 'campaign_events', 'decisions', 'dead_letters'])
      assert.ok((history[table] as number) > 0, `${table}: ${JSON.stringify(history)}`);
    assert.equal((await ask(`/v1/leads/${LEAD}`)).status, 200);

    const { status, body } = await ask(`/v1/leads/${LEAD}`, { method: 'DELETE' });
    assert.equal(status, 202);
    assert.equal(body.requested_by, 'local');
    await until('the lead is gone', async () => (await ask(`/v1/leads/${LEAD}`)).status === 404);
    // again, and what a producer sends late
    assert.equal((await ask(`/v1/leads/${LEAD}`, { method: 'DELETE' })).status, 202);
    await send({ id: 'c-8', type: 'content.opened', time: ago(45), data: { ...lead, content_id: 'h' } });
    await settled();
    assert.equal((await ask(`/v1/leads/${LEAD}`)).status, 404);
    assert.equal((await ask(`/v1/events/${body.event_id}`)).body.status, 'processed');
    const seen = await sightings();
    for (const sighting of seen) assert.match(sighting, / in (:in|:dead|dead_letters|weir:events)$/);
  });

  it('stands nowhere when its time in logs and dead letters is over', async () => {
    let seen = await sightings();
    for (let waited = 0; seen.size > 0 && waited < 75_000; waited += 1000) {
      await sleep(1000);
      seen = await sightings();
    }
    assert.deepEqual([...seen], []);
    assert.equal((await ask('/v1/leads')).body.leads?.some((row) => row.id === LEAD) ?? false, false);
  });
});

/** The places of the first table of docs/privacy.md, and what may stand there. */
function documented(): Map<string, string[]> {
  const places = new Map<string, string[]>();
  const text = readFileSync(join(root, 'docs/privacy.md'), 'utf8');
  for (const [, place, what] of text.matchAll(/^\| `([^`]+)` \|([^|]+)\|/gm))
    places.set(
      place as string,
      Object.keys(CANARIES).filter((name) => (what as string).includes(name)),
    );
  assert.ok(places.size > 4);
  return places;
}

/** `weir:{tag}:state` is `:state`. */
function placeOf(key: string): string {
  return /^weir:\{[^}]*\}(:[a-z]+)/.exec(key)?.[1] ?? key;
}

async function contents(client: Redis, key: string): Promise<string> {
  const type = await client.type(key);
  const read: Record<string, () => Promise<unknown>> = {
    string: () => client.get(key),
    hash: () => client.hgetall(key),
    stream: () => client.xrange(key, '-', '+'),
    zset: () => client.zrange(key, '0', '-1'),
    set: () => client.smembers(key),
    list: () => client.lrange(key, 0, -1),
  };
  const reader = read[type];
  // it may have gone in between
  return reader === undefined ? '' : JSON.stringify(await reader());
}
