/** A Redis that could lose what weir keeps is refused, with what to set. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WeirError } from '../../src/core/errors.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { checkRedisSettings } from '../../src/processor/settings-check.ts';
import { startTemporaryRedis } from './temporary-redis.ts';

let server: EmbeddedRedis;
let connection: RedisConnection;

before(async () => {
  server = await startTemporaryRedis();
  connection = connect(server.target);
});

after(async () => {
  await connection?.close();
  await server?.stop();
});

const set = (...call: [string, ...string[]]) =>
  connection.ask('testing', (redis) => redis.call(...(call as [string, string])));

async function refused(): Promise<string> {
  const error = await checkRedisSettings(connection).then(
    () => assert.fail('the settings were accepted'),
    (problem: unknown) => problem,
  );
  assert.ok(error instanceof WeirError && error.code === 'redis_settings');
  return error.message;
}

describe('settings check', () => {
  it('accepts noeviction with an append-only file, and says who answers', async () => {
    const facts = await checkRedisSettings(connection);
    assert.equal(facts.processId, server.processId);
    assert.match(facts.version, /^\d+\.\d+\.\d+$/);
  });

  it('refuses eviction', async () => {
    await set('config', 'set', 'maxmemory-policy', 'allkeys-lru');
    assert.match(await refused(), /allkeys-lru\); run CONFIG SET maxmemory-policy noeviction/);
    await set('config', 'set', 'maxmemory-policy', 'noeviction');
    await checkRedisSettings(connection);
  });

  it('refuses a server without an append-only file, and names all that is wrong at once', async () => {
    await set('config', 'set', 'appendonly', 'no', 'maxmemory-policy', 'volatile-ttl');
    const message = await refused();
    assert.match(message, /run CONFIG SET appendonly yes/);
    assert.match(message, /run CONFIG SET maxmemory-policy noeviction/);
    await set('config', 'set', 'appendonly', 'yes', 'maxmemory-policy', 'noeviction');
    await checkRedisSettings(connection);
  });

  it('refuses a replica', async () => {
    await set('replicaof', '127.0.0.1', '1');
    assert.match(await refused(), /it is a replica; set REDIS_URL to the master/);
    await set('replicaof', 'no', 'one');
  });

  it('needs no right to CONFIG, and says so when INFO is forbidden', async () => {
    await set('acl', 'setuser', 'careful', 'on', 'nopass', '~*', '+@all', '-config');
    await set('auth', 'careful', 'any');
    await checkRedisSettings(connection);
    await set('auth', 'default', '');
    await set('acl', 'setuser', 'blind', 'on', 'nopass', '~*', '+@all', '-info');
    await set('auth', 'blind', 'any');
    assert.match(await refused(), /may not run INFO; allow it with ACL SETUSER/);
    await set('auth', 'default', '');
  });
});
