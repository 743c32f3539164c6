/** The OpenAPI document: complete, consistent, with schemas that compile; and its page. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { readConfig } from '../../src/cli/read-config.ts';
import { rolesWith } from '../../src/http/access.ts';
import { apiPage } from '../../src/http/api-page.ts';
import { plainPath } from '../../src/http/dispatch.ts';
import { openApi } from '../../src/http/openapi.ts';
import { routesOf } from '../../src/http/routes.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { root } from '../document-blocks.ts';

type Fields = Record<string, unknown>;

const loaded = loadRuleSet(readConfig(join(root, 'config')));
assert.ok(loaded.ok, JSON.stringify(loaded));
const routes = routesOf(loaded.plan);
const document = JSON.parse(JSON.stringify(openApi(routes, '1.2.3'))) as {
  openapi: string;
  paths: Record<string, Record<string, Fields>>;
};

function* inside(value: unknown): Generator<Fields> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Fields;
  for (const inner of Object.values(value)) yield* inside(inner);
}

test('has every route that has a heading, and nothing else', () => {
  assert.match(document.openapi, /^3\.1\./);
  const told = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const declared = routes
    .filter(({ tag }) => tag !== undefined)
    .map(({ method, path }) => `${method} ${plainPath(path)}`);
  assert.deepEqual(told.sort(), declared.sort());
  assert.ok(declared.includes('GET /v1/social'), 'reports have their short addresses');
});

test('each operation has a name of its own, its parameters, answers with words, and who may', () => {
  const names = new Set<unknown>();
  for (const { method, path, permission } of routes.filter(({ tag }) => tag !== undefined)) {
    const operation = document.paths[plainPath(path)]?.[method.toLowerCase()] as Fields;
    assert.ok(!names.has(operation.operationId), String(operation.operationId));
    names.add(operation.operationId);
    const parameters = operation.parameters as { name: string; in: string; required?: boolean }[];
    const inPath = [...path.matchAll(/\{(\w+)\*?\}/g)].map((match) => match[1]);
    assert.deepEqual(
      parameters.filter((one) => one.in === 'path' && one.required).map(({ name }) => name),
      inPath,
    );
    assert.equal(new Set(parameters.map((one) => `${one.in} ${one.name}`)).size, parameters.length);
    const responses = Object.entries(operation.responses as Record<string, Fields>);
    assert.ok(responses.some(([status]) => /^[23]/.test(status)));
    for (const [, answer] of responses) assert.ok(answer.description || answer.$ref);
    if (permission === undefined) assert.deepEqual(operation.security, []);
    else for (const role of rolesWith(permission)) assert.ok(String(operation.description).includes(role));
  }
});

test('what it refers to is in it, and its schemas compile', () => {
  let schemas = 0;
  for (const fields of inside(document)) {
    if (typeof fields.$ref === 'string') {
      const found = fields.$ref
        .slice(2)
        .split('/')
        .reduce<unknown>((at, name) => (at as Fields | undefined)?.[name], document);
      assert.ok(found, fields.$ref);
    }
    if (typeof fields.schema !== 'object') continue;
    const schema = fields.schema as Fields;
    if (schema.$ref === undefined) Compile(schema as TSchema);
    schemas += 1;
  }
  assert.ok(schemas > 100, String(schemas));
});

test('its page names every address, and escapes what it shows', () => {
  const page = String(apiPage(document));
  for (const path of Object.keys(document.paths)) assert.ok(page.includes(`<code>${path}</code>`), path);
  const evil = structuredClone(document);
  (evil.paths['/healthz']?.get as Fields).summary = '<script>alert(1)</script>';
  assert.ok(!String(apiPage(evil)).includes('<script>'));
});
