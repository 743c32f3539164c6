/** Rules are tried in a process of its own: what is wrong is told, and what breaks that process breaks no other. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOwnProcesses } from '../../src/cli/own-process.ts';
import { tryRules } from '../../src/cli/rule-trial.ts';

const SETTINGS = { path: 'weir.yaml', text: 'timezone: UTC\nentities:\n  lead: { key: lead_id }\n' };

function rule(factor: string, expected = 1) {
  return {
    path: 'score.yaml',
    text: `features:
  lead:
    opens: { count: content.opened }
---
rule: score
description: d
owner: o@example.com
version: 1
mode: live
for: lead
factors: { opens: '${factor}' }
tests:
  - name: an open counts
    given:
      - { at: 0h, type: content.opened, lead_id: 1, content_id: a }
    expect:
      - { at: 0h, lead: 1, score: ${expected} }
`,
  };
}

test('rules that load and pass their tests are taken', () => tryRules([SETTINGS, rule('opens')]));

test('a rule that does not load is told with its place', () =>
  assert.rejects(
    tryRules([SETTINGS, rule('openz')]),
    (error: Error & { code: string }) =>
      error.code === 'config_invalid' && /score\.yaml:11:\d+/.test(error.message),
  ));

test('a test that fails is told with what it expected', () =>
  assert.rejects(tryRules([SETTINGS, rule('opens', 2)]), /an open counts[\s\S]*expected 2/));

test('a trial that needs too much memory ends by itself, and this process goes on', () =>
  assert.rejects(
    tryRules([SETTINGS, rule('opens')], { memory: 4, time: 60_000 }),
    /trying the rules in a process of its own: it ended with .* more than 4 MB of memory, so nothing was changed/,
  ));

test('a trial that takes too long is ended', () =>
  assert.rejects(
    tryRules([SETTINGS, rule('opens')], { memory: 512, time: 1 }),
    /it took more than 0\.001 s, so nothing was changed/,
  ));

test('a trial that weir does not wait for when it is stopped says so', async () => {
  const tried = assert.rejects(
    tryRules([SETTINGS, rule('opens')]),
    /weir was stopped meanwhile, so nothing was changed/,
  );
  endOwnProcesses();
  await tried;
});
