/** The types of events as TypeScript: those that are shipped stand in src/producer, and every kind of field has a type. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/cli/read-config.ts';
import { eventTypesText } from '../../src/rules/event-types-text.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { root } from '../document-blocks.ts';

test('src/producer/event-data.ts is what the shipped rules take; npm run reference makes it anew', () => {
  const loaded = loadRuleSet(readConfig(join(root, 'config')));
  assert.ok(loaded.ok);
  const kept = readFileSync(join(root, 'src/producer/event-data.ts'), 'utf8');
  assert.equal(kept, eventTypesText(loaded.plan.events.types));
});

test('own types of events stand beside those, with what is required and what may be absent', () => {
  const loaded = loadRuleSet([
    { path: 'weir.yaml', text: 'timezone: UTC\nentities:\n  lead: { key: lead_id }\n' },
    {
      path: 'events/interview.yaml',
      text: `event: interview.held
route: lead_id
fields:
  lead_id: { type: id, required: true }
  minutes: { type: number }
  outcome: { type: text }
`,
    },
  ]);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  const text = eventTypesText(loaded.plan.events.types);
  assert.match(text, /status: 'new' \| 'nurturing' \| 'engaged' \| 'converted' \| 'lost';/);
  assert.match(
    text,
    /\n {2}'interview\.held': \{\n {4}lead_id: Id;\n {4}minutes\?: number \| null;\n {4}outcome\?: string \| null;\n {2}\};\n/,
  );
});
