/** Every route × every role, who counts as this machine, and tokens that are kept as hashes only. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Hono } from 'hono';
import { TokenFile } from '../../src/cli/token-file.ts';
import {
  guard,
  permissionFor,
  ROLES,
  type Role,
  type StoredToken,
  tokenDigest,
} from '../../src/http/access.ts';

const TOKENS: StoredToken[] = ROLES.map((role) => ({
  name: role,
  role,
  sha256: tokenDigest(`secret-${role}`),
}));

function appFor(tokens: readonly StoredToken[], address: string | undefined): Hono {
  const app = new Hono();
  app.use(guard({ tokens: () => tokens, remoteAddress: () => address }));
  app.all('*', (c) => c.text('in'));
  return app;
}

const ROUTES: readonly [method: string, path: string, allowed: readonly Role[]][] = [
  ['GET', '/metrics', ['viewer', 'editor', 'budget_manager', 'admin']],
  ['POST', '/v1/events', ['producer', 'admin']],
  ['GET', '/v1/leads/123', ['viewer', 'editor', 'budget_manager', 'admin']],
  ['GET', '/v1/reports/anomaly_detection', ['viewer', 'editor', 'budget_manager', 'admin']],
  ['POST', '/v1/anomalies/1/mute', ['editor', 'admin']],
  ['DELETE', '/v1/leads/123', ['admin']],
];

describe('access', () => {
  test('every route lets in the roles that may use it, and no other', async () => {
    const app = appFor(TOKENS, '192.0.2.7');
    for (const [method, path, allowed] of ROUTES)
      for (const role of ROLES) {
        const headers = { authorization: `Bearer secret-${role}` };
        const { status } = await app.request(path, { method, headers });
        assert.equal(status, allowed.includes(role) ? 200 : 403, `${method} ${path} as ${role}`);
      }
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
      for (const [method, path] of ROUTES) {
        const answer = await app.request(path, {
          method,
          ...(authorization && { headers: { authorization } }),
        });
        assert.equal(answer.status, 401);
        bodies.add((await answer.text()).replace(/"instance":"[^"]*"/, ''));
      }
    assert.equal(bodies.size, 1);
  });

  test('while there is no token, this machine may do everything and no other machine anything', async () => {
    for (const [method, path] of ROUTES) {
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

  test('what is in no list is allowed to nobody', () => {
    assert.equal(permissionFor('DELETE', '/v1/rules/x'), 'nobody');
    assert.equal(permissionFor('PUT', '/v1/events'), 'nobody');
    assert.equal(permissionFor('GET', '/healthz'), undefined);
    assert.equal(permissionFor('HEAD', '/v1/leads/1'), 'read');
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
