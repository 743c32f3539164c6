/** What pages offer to copy is a test: put into the file of its rule, it loads and passes. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../../src/cli/read-config.ts';
import { runRuleTest } from '../../../src/cli/rule-tests.ts';
import { ruleTestText } from '../../../src/http/ui/rule-test-text.ts';
import { loadRuleSet } from '../../../src/rules/load-rule-set.ts';
import type { ExplainedResult } from '../../../src/step/explain.ts';

const files = readConfig(join(import.meta.dirname, '../../../config'));

test('every result that a shipped test of a lead looks at can be copied as a test', () => {
  const loaded = loadRuleSet(files);
  assert.ok(loaded.ok);
  const copied = new Map<string, string[]>();
  for (const one of loaded.set.tests) {
    if (!one.with?.values.has('lead')) continue;
    const seen: ExplainedResult[] = [];
    assert.deepEqual(
      runRuleTest(loaded.plan, one, (result) => seen.push(result)),
      [],
    );
    for (const result of seen) {
      const text = ruleTestText('lead', '7', result);
      assert.ok(text, one.name);
      copied.set(result.rule, [...(copied.get(result.rule) ?? []), text]);
    }
  }
  assert.ok(
    copied.has('conversion') && copied.has('segments') && copied.has('engagement_score'),
    [...copied.keys()].join(),
  );
  const edited = files.map(({ path, text }) => {
    const rule = /^rule: (\w+)$/m.exec(text)?.[1] ?? '';
    return { path, text: text.replace(/^tests:$/m, `tests:\n${(copied.get(rule) ?? []).join('\n')}`) };
  });
  const again = loadRuleSet(edited);
  assert.ok(again.ok, JSON.stringify(again));
  const added = again.set.tests.length - loaded.set.tests.length;
  assert.equal(added, [...copied.values()].flat().length);
  for (const one of again.set.tests) assert.deepEqual(runRuleTest(again.plan, one), [], one.name);
});
