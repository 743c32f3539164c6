/** Rules over HTTP: one with its tests, runs and breakers; and files that are only checked. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkBeside } from '../../src/cli/check-beside.ts';
import { HOUR } from '../../src/core/units.ts';
import { tokenDigest } from '../../src/http/access.ts';
import { createApp } from '../../src/http/app.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { formatProblems } from '../../src/rules/problem.ts';

const NOW = Date.UTC(2026, 0, 10, 12);
const files = [
  { path: 'config/weir.yaml', text: 'timezone: UTC\nentities: { lead: { key: lead_id } }\n' },
  { path: 'config/features.yaml', text: 'features: { lead: { opens: { count: content.opened } } }\n' },
  {
    path: 'config/rules/score.yaml',
    text: `# what a lead is worth
rule: score
description: d
owner: o@example.com
version: 2
for: lead
factors: { opens: 2 * opens }
tests:
  - name: one
    with: { lead: 1, opens: 1 }
    expect: { score: 2 }
  - { name: 'none: nothing', with: { lead: 1, opens: 0 }, expect: { score: 0 } }
`,
  },
];
const loaded = loadRuleSet(files);
assert.ok(loaded.ok, JSON.stringify(loaded));
const { plan } = loaded;
const node = plan.kindOf.get('lead')?.nodes.find(({ name }) => name === 'score');
assert.ok(node);
const meter = new PrometheusMeter();
meter.count('weir_rule_evaluations_total', { rule: 'score', result: 'published' }, 3);
meter.count('weir_rule_evaluations_total', { rule: 'score', result: 'unchanged' }, 4);
meter.count('weir_rule_errors_total', { rule: 'score' }, 1);

const app = createApp({
  version: '0.0.0',
  retention: 24 * HOUR,
  plan: () => plan,
  readEntity: async () => undefined,
  readAction: async () => undefined,
  logs: [],
  clock: { now: () => NOW, sleep: async () => undefined },
  meter,
  isFull: () => false,
  notReady: async () => undefined,
  ruleFiles: () => files,
  breakers: async () => [
    { partition: 3, definition: node.definition, failures: 100, off: { since: NOW - HOUR, until: NOW, error: 'no' } },
    { partition: 4, definition: node.definition, failures: 2 },
    { partition: 4, definition: 'another@1', failures: 9 },
  ],
  access: {
    tokens: () => (['viewer', 'editor'] as const).map((role) => ({ name: role, role, sha256: tokenDigest(role) })),
    remoteAddress: () => undefined,
  },
}); // biome-ignore format: breakers by line

async function ask(path: string, init: RequestInit & { role?: string } = {}) {
  const headers = { authorization: `Bearer ${init.role ?? 'editor'}`, ...init.headers };
  const answer = await app.request(path, { ...init, headers });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

function check(body: string | Uint8Array<ArrayBuffer>, query = '', role = 'editor') {
  return ask(`/v1/rules/check${query}`, {
    method: 'POST',
    body,
    role,
    headers: { 'content-type': 'application/yaml' },
  });
}

test('a rule with its tests, what came of its runs, and where it is switched off', async () => {
  const { status, body } = await ask('/v1/rules/score', { role: 'viewer' });
  assert.equal(status, 200);
  const tests = body.tests as { name: string; text: string }[];
  assert.deepEqual(tests.map(({ name }) => name), ['one', 'none: nothing']); // biome-ignore format: short
  assert.match(tests[0]?.text ?? '', /with: \{ lead: 1, opens: 1 \}/);
  assert.deepEqual(body.evaluations, { published: 3, unchanged: 4, held: 0, error: 0, off: 0 });
  assert.equal(body.errors, 1);
  assert.deepEqual(body.breaker, [
    { partition: 3, failures: 100, off_since: '2026-01-10T11:00:00.000Z', off_until: '2026-01-10T12:00:00.000Z', error: 'no' },
    { partition: 4, failures: 2 },
  ]); // biome-ignore format: by line
  assert.deepEqual([body.version, body.at, body.reads], [2, 'config/rules/score.yaml:2', ['opens']]);
  assert.match(body.source as string, /^# what a lead is worth\nrule: score/);
});

describe('checking a file', () => {
  const score = files[2]?.text ?? '';

  test('says what weir check says, of the set with it', async () => {
    const edited = score.replace('2 * opens', '2 * opns');
    const { status, body } = await check(edited);
    assert.equal(status, 200);
    const set = [files[1], { path: 'config/rules/score.yaml', text: edited }, files[0]] as typeof files;
    const expected = loadRuleSet(set.sort((a, b) => (a.path < b.path ? -1 : 1)));
    assert.ok(!expected.ok);
    assert.deepEqual(body, {
      ok: false,
      problems: expected.problems,
      warnings: [],
      text: formatProblems(expected.problems, set),
      file: 'config/rules/score.yaml',
      replaces: true,
    });
    assert.match(
      body.text as string,
      /score\.yaml:7:\d+: unknown feature `opns` of lead[\s\S]*did you mean `opens`/,
    );
  });

  test('of a good one, the hash of the set that it would make', async () => {
    const { body } = await check(score.replace('version: 2', 'version: 3'), '?file=rules/score.yaml');
    assert.deepEqual([body.ok, body.problems, body.replaces], [true, [], true]);
    assert.match(body.hash as string, /^[0-9a-f]{16}$/);
    assert.notEqual(body.hash, plan.hash);
    assert.equal((await check(`${score}# a comment\n`)).body.hash, plan.hash);
  });

  test('a new file comes beside the others, and alone it is the whole set', async () => {
    const other = score.replaceAll('score', 'other');
    const { body } = await check(other);
    assert.deepEqual([body.ok, body.file, body.replaces], [true, 'new.yaml', false]);
    const alone = await check(other, '?alone=true');
    assert.equal(alone.body.ok, false, 'there is no kind of entity in it');
  });

  test('of whoever may not, and of what is no text, nothing', async () => {
    assert.equal((await check(score, '', 'viewer')).status, 403);
    assert.equal((await check('')).status, 400);
    assert.equal((await check(new Uint8Array([0xff, 0xfe, 0x00]))).status, 400);
    assert.equal((await check('a: ['.repeat(200_000))).status, 413);
    const wild = await check('rule: *x\n\t- {{');
    assert.deepEqual([wild.status, wild.body.ok], [200, false]);
  });

  test('a thread of its own answers the same', async () => {
    const beside = checkBeside();
    const [bad, good] = await Promise.all([beside(files.slice(1)), beside(files)]);
    assert.equal(bad.ok, false);
    assert.deepEqual([good.ok, good.hash], [true, plan.hash]);
  });
});
