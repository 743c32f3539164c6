/** What producers and clients are given is what the standards mean: the official parsers and the metaschema take it. */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { readConfig } from '../../src/cli/read-config.ts';
import { openApi } from '../../src/http/openapi.ts';
import { routesOf } from '../../src/http/routes.ts';
import { asyncApi } from '../../src/rules/asyncapi.ts';
import { eventSchema } from '../../src/rules/event-schema.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { root } from '../document-blocks.ts';

const loaded = loadRuleSet([
  ...readConfig(join(root, 'config')),
  {
    path: 'own.yaml',
    text: `event: crm.called
description: Somebody called a lead
route: lead_id
fields:
  lead_id: { type: id }
  minutes: { type: number, required: true }
  phone:   { type: text, personal: true }
`,
  },
]);

test('AsyncAPI: the official parser finds nothing wrong, and every type of event', {
  timeout: 120_000,
}, async () => {
  const set = loadedSet();
  const { diagnostics, document } = await new Parser().parse(
    JSON.stringify(asyncApi(set.events.types, '1.0.0')),
  );
  const problems = diagnostics.filter(({ severity }) => severity <= DiagnosticSeverity.Warning);
  assert.deepEqual(problems, []);
  assert.equal(document?.version(), '3.0.0');
  const names = document
    ?.allMessages()
    .all()
    .map((message) => message.name());
  for (const { name } of set.events.types) assert.ok(names?.includes(name), name);
});

test('AsyncAPI: the parser would find what is wrong', { timeout: 120_000 }, async () => {
  const broken = { ...asyncApi(loadedSet().events.types.slice(0, 1), '1.0.0'), channels: 5 };
  const { diagnostics } = await new Parser().parse(JSON.stringify(broken));
  assert.ok(diagnostics.some(({ severity }) => severity === DiagnosticSeverity.Error));
});

test('OpenAPI: the document is valid 3.1', async () => {
  const document = JSON.parse(JSON.stringify(openApi(routesOf(loadedSet()), '1.0.0')));
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(validator.version, '3.1');
  const broken = { ...document, paths: { '/x': { get: { responses: 5 } } } };
  assert.equal((await new Validator().validate(broken)).valid, false);
});

interface MetaValidator {
  validateSchema(schema: object): boolean | Promise<unknown>;
  readonly errors?: unknown;
}

test('JSON Schema: every type of event is valid under the metaschema of 2020-12', () => {
  const here = fileURLToPath(import.meta.resolve('@seriousme/openapi-schema-validator'));
  const { default: Ajv } = createRequire(here)('ajv/dist/2020.js') as {
    default: new (options: object) => MetaValidator;
  };
  const ajv = new Ajv({ strict: true, validateFormats: false });
  for (const type of loadedSet().events.types) {
    const schema = JSON.parse(JSON.stringify(eventSchema(type)));
    assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
    assert.equal(ajv.validateSchema(schema), true, `${type.name}: ${JSON.stringify(ajv.errors)}`);
  }
  assert.equal(
    ajv.validateSchema({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 5 }),
    false,
  );
});

function loadedSet() {
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.plan;
}
