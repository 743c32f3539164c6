/** Every route × every role, who counts as this machine, and tokens that are kept as hashes only. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Hono } from 'hono';
import { readConfig } from '../../src/cli/read-config.ts';
import { TokenFile } from '../../src/cli/token-file.ts';
import {
  admit,
  type Permission,
  ROLES,
  type Role,
  type StoredToken,
  tokenDigest,
} from '../../src/http/access.ts';
import { problem } from '../../src/http/problem.ts';
import type { Route } from '../../src/http/route.ts';
import { RouteTable } from '../../src/http/route-table.ts';
import { routesOf } from '../../src/http/routes.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { root } from '../document-blocks.ts';

const TOKENS: StoredToken[] = ROLES.map((role) => ({
  name: role,
  role,
  sha256: tokenDigest(`secret-${role}`),
}));

const loaded = loadRuleSet(readConfig(join(root, 'config')));
assert.ok(loaded.ok, JSON.stringify(loaded));
const { plan } = loaded;
const ROUTES = routesOf(plan);

const NEEDY = ROUTES.filter(({ permission }) => permission !== undefined).map(
  (route) => [route.method, addressOf(route)] as const,
);
/** What only asks, and logging in and out. */
const HARMLESS = new Set<string>(['/v1/session', '/v1/campaigns/{id}/limits/check', '/v1/rules/check']);

/** Whatever lets a request in says so: what the route itself would answer is for other tests. */
function appFor(tokens: readonly StoredToken[], address: string | undefined): Hono {
  const app = new Hono();
  const options = { tokens: () => tokens, remoteAddress: () => address };
  const table = new RouteTable(ROUTES);
  app.all('*', async (c) => {
    const found = table.find(c.req.method, new URL(c.req.url).pathname);
    const refused = await admit(c, options, found ? found.route.permission : 'nobody');
    return refused ? problem(c, refused) : c.text('in');
  });
  return app;
}

/** What may be done with each permission, written down a second time: a change of roles must be meant. */
const ALLOWED: Readonly<Record<Permission, readonly Role[]>> = {
  enter: ['viewer', 'editor', 'budget_manager', 'producer', 'admin'],
  read: ['viewer', 'editor', 'budget_manager', 'admin'],
  personal: ['editor', 'admin'],
  send: ['producer', 'admin'],
  operate: ['editor', 'admin'],
  approve: ['budget_manager', 'admin'],
  administer: ['admin'],
};

/** An address that the route answers. */
function addressOf({ path }: Route): string {
  return path.replace(/\{\w+\*?\}/g, '1');
}

describe('access', () => {
  test('every route lets in the roles that may use it, and no other', async () => {
    const app = appFor(TOKENS, '192.0.2.7');
    for (const route of ROUTES)
      for (const role of ROLES) {
        const { method, permission } = route;
        const headers = { authorization: `Bearer secret-${role}` };
        const { status } = await app.request(addressOf(route), { method, headers });
        const allowed = permission === undefined || ALLOWED[permission].includes(role);
        assert.equal(status, allowed ? 200 : 403, `${method} ${route.path} as ${role}`);
      }
  });

  test('what changes something is not for those who only read', () => {
    for (const { method, path, permission } of ROUTES)
      if (method !== 'GET' && !HARMLESS.has(path))
        assert.ok(permission !== undefined && !['enter', 'read', 'personal'].includes(permission), path);
  });

  test('without a token, with a wrong one or another scheme nobody is told anything', async () => {
    const app = appFor(TOKENS, '127.0.0.1');
    const bodies = new Set<string>();
    for (const authorization of [
      undefined,
      'Bearer wrong',
      'Bearer secret-viewer2',
      'Basic secret-viewer',
      'Bearer',
    ])
      for (const [method, path] of [...NEEDY, ['GET', '/v1/nothing'], ['PUT', '/v1/events']] as const) {
        const answer = await app.request(path, {
          method,
          ...(authorization && { headers: { authorization } }),
        });
        assert.equal(answer.status, 401, `${method} ${path}`);
        bodies.add((await answer.text()).replace(/"instance":"[^"]*"/, ''));
      }
    assert.equal(bodies.size, 1);
  });

  test('while there is no token, this machine may do everything and no other machine anything', async () => {
    for (const [method, path] of NEEDY) {
      for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
        assert.equal((await appFor([], address).request(path, { method })).status, 200, address);
      for (const address of [
        '192.0.2.7',
        '::ffff:192.0.2.7',
        '2001:db8::1',
        '127.0.0.1.example.com',
        undefined,
      ])
        assert.equal((await appFor([], address).request(path, { method })).status, 401, String(address));
    }
  });

  test('a page of another site in the browser of this machine is not this machine', async () => {
    const app = appFor([], '127.0.0.1');
    const asked = async (headers: Record<string, string>) =>
      (await app.request('/v1/events', { method: 'POST', headers })).status;
    assert.equal(await asked({ host: 'localhost:8080', origin: 'http://localhost:8080' }), 200);
    assert.equal(await asked({ host: 'rebound.example:8080' }), 401);
    assert.equal(await asked({ host: 'localhost:8080', origin: 'https://evil.example' }), 401);
    assert.equal(await asked({ host: 'localhost:8080', origin: 'null' }), 401);
  });
});

describe('the file of tokens', () => {
  const inFolder = (run: (path: string) => void) => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-tokens-'));
    try {
      run(join(folder, 'deep', 'tokens.json'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  test('keeps no token, is private, and is read again when it changes', () =>
    inFolder((path) => {
      const reader = new TokenFile(path);
      assert.deepEqual(reader.tokens(), []);
      const token = new TokenFile(path).add('crm', 'producer', new Date(0));
      assert.ok(!readFileSync(path, 'utf8').includes(token.slice(5)));
      assert.equal(statSync(path).mode & 0o777, 0o600);
      assert.equal(reader.tokens()[0]?.sha256, tokenDigest(token));
      assert.throws(() => reader.add('crm', 'viewer', new Date(0)), /already/);
      assert.equal(reader.remove('crm'), true);
      assert.equal(reader.remove('crm'), false);
    }));

  test('a broken file lets nobody in', () =>
    inFolder((path) => {
      const file = new TokenFile(path);
      file.add('a', 'admin', new Date(0));
      for (const text of ['', '{}', '[{"name":"a","role":"king","sha256":""}]', '[null]']) {
        writeFileSync(path, text);
        assert.throws(() => new TokenFile(path).tokens(), /reading tokens/);
      }
    }));
});
