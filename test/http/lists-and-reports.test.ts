/** Lists and reports over HTTP: filters, pages, CSV, spans, stored ones, and who sees e-mail addresses. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decision } from '../../src/core/decision.ts';
import { entityId } from '../../src/core/entity-key.ts';
import type { KeptEntity } from '../../src/core/history/kept-entity.ts';
import { DAY, HOUR } from '../../src/core/units.ts';
import { type Role, tokenDigest } from '../../src/http/access.ts';
import { createApp } from '../../src/http/app.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import type { KindPlan, Plan } from '../../src/rules/plan.ts';
import { Entity } from '../../src/step/entity.ts';
import { fakeHistory, type Kept } from './fake-history.ts';

const RULES = `timezone: UTC
entities:
  lead: { key: lead_id }
  all: { shared: true }
lists:
  lead: { segment: groups, class: chance, score: score }
---
features:
  lead:
    status: { last: status, on: lead.created }
    opens: { count: content.opened }
  all:
    leads: { count: lead }
    moves_1d: { count: decision.score, window: 1d }
    up_1d: { count: decision.score, window: 1d, where: change > 0 }
    change_1d: { avg: change, on: decision.score, window: 1d }
    moves_7d: { count: decision.score, window: 7d }
    newest: { latest: [lead_id, old, new, change], on: decision.score, window: 1d }
    sizes: { tally: groups, of: lead, sample: 2 }
    best: { rows: [lead_id, score, status], of: lead, where: opens > 0, top: 2, order: -score }
---
rule: score
description: d
owner: o@example.com
version: 1
for: lead
factors: { opens: 2 * opens }
---
rule: chance
description: d
owner: o@example.com
version: 1
for: lead
factors: { opens: opens }
classes: [{ class: high, from: 3 }, { class: low }]
---
rule: groups
description: d
owner: o@example.com
version: 1
for: lead
pick:
  - { name: busy, when: opens >= 2, description: Opens much }
  - { name: silent, when: opens = 0, description: Opens nothing }
---
report: overview
path: short
range: 1d
value: '{ "leads": leads, "moves": moves_1d, "up": up_1d, "change": change_1d, "week": moves_7d, "newest": [newest], "asked": $exists(newest) }'
---
report: sizes_now
value: '{ "sizes": sizes }'
---
report: best_now
value: '{ "best": [best], "asked_at": $now() }'
`;

const NOW = Date.UTC(2026, 0, 10, 12);
const loaded = loadRuleSet([{ path: 'a.yaml', text: RULES }]);
assert.ok(loaded.ok, JSON.stringify(loaded));
const plan: Plan = loaded.plan;

function decision(seq: number, lead: string, time: number, old: number | null, value: number): Decision {
  return {
    id: `0-1-${seq}`,
    rule: 'score',
    version: 1,
    mode: 'live',
    rules: plan.hash,
    kind: 'lead',
    entity: lead,
    time,
    entry: `${time}-0`,
    cause: { timer: time },
    value,
    old,
    ...(old === null ? {} : { change: value - old }),
    reasons: [],
  };
}

function lead(id: string, opens: number): KeptEntity {
  const tags = [
    ...(opens >= 2 ? ['groups:busy'] : opens === 0 ? ['groups:silent'] : []),
    `chance=${opens >= 3 ? 'high' : 'low'}`,
  ];
  const values = { lead_id: id, status: 'new', opens, score: 2 * opens, chance: { value: opens } };
  return { kind: 'lead', id, partition: 0, values, decisions: {}, tags, asOf: NOW, entry: '1-0' };
}

const KEPT: Kept = {
  decisions: [
    decision(1, 'a', NOW - 9 * DAY, null, 2),
    decision(2, 'a', NOW - 5 * DAY, 2, 6),
    decision(3, 'b', NOW - 4 * DAY, null, 8),
    decision(4, 'b', NOW - 3 * DAY, 8, 4),
    decision(5, 'a', NOW - 2 * HOUR, 6, 7),
  ],
  entities: [lead('a', 0), lead('b', 1), lead('c', 2), lead('d', 3), lead('=e', 4)],
  persons: { d: { email: 'd@example.com' }, a: { email: 'a@example.com' } },
  reports: [{ name: 'overview', at: NOW - DAY, document: { leads: 1 } }],
};

function ask(path: string, { role = 'admin', values = {} as Record<string, unknown>, accept = '*/*' } = {}) {
  const whole = new Entity(plan, plan.kindOf.get('all') as KindPlan, entityId(['all']));
  for (const [name, value] of Object.entries(values))
    whole.slots[whole.kind.slotOf.get(name) as number] = value;
  const app = createApp({
    version: '0',
    retention: 86_400_000,
    plan: () => plan,
    readAction: async () => undefined,
    readEntity: async (kind) =>
      kind === 'all'
        ? { entity: whole, partition: 0, position: '1-0', streamTime: NOW, decided: new Map() }
        : undefined,
    history: fakeHistory(KEPT),
    logs: [],
    clock: { now: () => NOW, sleep: async () => undefined },
    meter: new PrometheusMeter(),
    isFull: () => false,
    notReady: async () => undefined,
    access: {
      tokens: () => [{ name: 'x', role: role as Role, sha256: tokenDigest('t') }],
      remoteAddress: () => undefined,
    },
  });
  return app.request(path, { headers: { authorization: 'Bearer t', accept } });
}

async function json(path: string, options: Parameters<typeof ask>[1] = {}) {
  const answer = await ask(path, options);
  assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

const ids = (rows: unknown) => (rows as { lead_id: string }[]).map((row) => row.lead_id).join();

describe('lists', () => {
  test('are filtered by short and by own names, and ordered', async () => {
    const of = async (query: string) => ids((await json(`/v1/leads?${query}`)).leads);
    assert.equal(await of(''), 'a,b,c,d,=e');
    assert.equal(await of('segment=busy&order=-score'), '=e,d,c');
    assert.equal(await of('groups=silent'), 'a');
    assert.equal(await of('class=high&max_score=6'), 'd');
    assert.equal(await of('min_chance=1&order=chance&limit=2'), 'b,c');
  });

  test('go on where the page before ended', async () => {
    const first = await json('/v1/leads?limit=3&order=-score');
    const second = await json(`/v1/leads?limit=3&order=-score&after=${first.next}`);
    assert.equal(`${ids(first.leads)},${ids(second.leads)}`, '=e,d,c,b,a');
    assert.equal(second.next, undefined);
    assert.equal((await ask('/v1/leads?after=nonsense')).status, 400);
  });

  test('refuse what they do not know, and say what they know', async () => {
    for (const query of [
      'segmant=busy',
      'segment=bussy',
      'min_score=much',
      'limit=0',
      'limit=201',
      'order=name',
    ])
      assert.equal((await ask(`/v1/leads?${query}`)).status, 400, query);
    const { errors } = (await (await ask('/v1/leads?segmant=busy')).json()) as {
      errors: { detail: string }[];
    };
    assert.match(errors[0]?.detail ?? '', /did you mean segment/);
  });

  test('picked names have counts and texts, and their members as CSV', async () => {
    const { segments } = await json('/v1/segments');
    assert.deepEqual(segments, [
      { name: 'busy', description: 'Opens much', count: 3 },
      { name: 'silent', description: 'Opens nothing', count: 1 },
    ]);
    assert.equal(ids((await json('/v1/segments/busy/leads?min_score=6')).leads), 'd,=e');
    const csv = await (await ask('/v1/segments/busy/leads', { accept: 'text/csv' })).text();
    const [head, ...lines] = csv.trimEnd().split('\r\n');
    assert.match(head as string, /^lead_id,.*,email,name$/);
    assert.equal(lines.length, 3);
    assert.ok(
      lines.some((line) => line.startsWith("'=e,")),
      'no cell begins like a formula',
    );
    assert.equal((await ask('/v1/segments/none/leads')).status, 404);
  });

  test('show e-mail addresses to roles that may see them, and to no other', async () => {
    for (const [role, seen] of [
      ['admin', true],
      ['editor', true],
      ['viewer', false],
      ['budget_manager', false],
    ] as const)
      for (const path of [
        '/v1/leads',
        '/v1/leads?format=csv',
        '/v1/segments/silent/leads',
        '/v1/reports/best_now',
        '/v1/reports/sizes_now',
        '/v1/reports/overview?limit=5',
      ]) {
        const text = await (await ask(path, { role, values: { sizes: { busy: 3, silent: 1 } } })).text();
        assert.equal(text.includes('@example.com'), seen, `${path} as ${role}`);
      }
  });
});

describe('reports', () => {
  test('read the state now, at either address', async () => {
    const values = { leads: 5, moves_1d: 1, newest: [{ lead_id: 'a', old: 6, new: 7, change: 1 }] };
    const now = {
      leads: 5,
      moves: 1,
      newest: [{ lead_id: 'a', old: 6, new: 7, change: 1, email: 'a@example.com' }],
      asked: true,
    };
    assert.deepEqual(await json('/v1/reports/overview', { values }), now);
    assert.deepEqual(await json('/v1/short', { values }), now);
    assert.equal((await ask('/v1/reports/overviw')).status, 404);
    assert.equal((await ask('/v1/shortt')).status, 404);
  });

  test('over a span count what their range names from the history, and nothing else', async () => {
    const values = { leads: 5, moves_1d: 1, moves_7d: 77 };
    const week = await json(`/v1/reports/overview?from=6d&to=3d`, { values });
    assert.equal(week.leads, 5);
    assert.equal(week.week, 77, 'another width is not the range');
    assert.deepEqual([week.moves, week.up, week.change], [2, 1, 4]);
    assert.equal(ids(week.newest), 'b,a', 'newest first');
    const all = await json('/v1/reports/overview?from=30d', { values });
    assert.deepEqual([all.moves, all.up, all.change], [5, 2, (4 - 4 + 1) / 3]);
  });

  test('page through the decisions of their list', async () => {
    const seen: string[] = [];
    let path: string | undefined = '/v1/reports/overview?from=30d&limit=2';
    while (path !== undefined) {
      const answer: Response = await ask(path);
      const { newest } = (await answer.json()) as { newest: { lead_id: string; new: number }[] };
      seen.push(...newest.map((row) => `${row.lead_id}${row.new}`));
      path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(seen, ['a7', 'b4', 'b8', 'a6', 'a2']);
  });

  test('list the first of many by an order, filtered, page after page', async () => {
    const answer = await ask('/v1/reports/best_now');
    const { best, asked_at } = (await answer.json()) as { best: unknown; asked_at: string };
    assert.equal(ids(best), '=e,d');
    assert.equal(asked_at, new Date(NOW).toISOString(), 'a report knows the time of the question');
    const next = /<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1] as string;
    assert.equal(ids((await json(next)).best), 'c,b');
  });

  test('say of each name how many have it, its text, and a few of them', async () => {
    const { sizes } = await json('/v1/reports/sizes_now', { values: { sizes: { busy: 3, silent: 0 } } });
    const { busy, silent } = sizes as Record<string, { count: number; description: string; sample: unknown }>;
    assert.deepEqual([busy?.count, busy?.description, ids(busy?.sample)], [3, 'Opens much', 'c,d']);
    assert.deepEqual(silent, { count: 0, description: 'Opens nothing', sample: [] });
  });

  test('of a time before are the last one stored until then', async () => {
    const answer = await ask('/v1/reports/overview?at=2026-01-10T00:00:00Z');
    assert.deepEqual(await answer.json(), { leads: 1 });
    assert.equal(answer.headers.get('weir-as-of'), new Date(NOW - DAY).toISOString());
    assert.equal((await ask('/v1/reports/overview?at=2026-01-01T00:00:00Z')).status, 404);
    assert.equal((await ask('/v1/reports/overview?at=1d&from=2d')).status, 400);
    assert.equal((await ask('/v1/reports/overview?from=1d&to=2d')).status, 400);
    assert.equal((await ask('/v1/reports/best_now?from=2d')).status, 400, 'it has no range');
  });

  test('are listed with what they take', async () => {
    const { reports } = await json('/v1/reports');
    assert.deepEqual(
      (reports as { name: string; takes_span: boolean }[]).map(({ name, takes_span }) => [name, takes_span]),
      [
        ['overview', true],
        ['sizes_now', false],
        ['best_now', false],
      ],
    );
  });
});
