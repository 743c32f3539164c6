/** Addresses of Redis as an operator writes them: one server, or some of a cluster. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WeirError } from '../../src/core/errors.ts';
import { addressOf, clusterOf } from '../../src/processor/redis-address.ts';

const places = (target: string) => clusterOf(target)?.nodes.map(({ host, port }) => `${host}:${port}`);

describe('the address of a cluster', () => {
  it('is several servers with commas between, in full or by host and port', () => {
    const three = ['a:6379', 'b:7001', '::1:7002'];
    assert.deepEqual(places('redis://a:6379,redis://b:7001,redis://[::1]:7002'), three);
    assert.deepEqual(places('redis://a, b:7001 , [::1]:7002'), three);
    assert.deepEqual(places('redis+cluster://a,b:7001,[::1]:7002'), three);
  });

  it('is one server, where the scheme says that there are others', () => {
    assert.deepEqual(places('redis+cluster://config.example.com'), ['config.example.com:6379']);
    assert.equal(places('redis://a:6379'), undefined);
    assert.equal(places('unix:/run/redis.sock'), undefined);
    assert.equal(clusterOf({ path: '/run/a,b.sock' }), undefined);
  });

  it('has the login of its first server for all', () => {
    const { nodes, login } = clusterOf('rediss://ana:p%2Css@a,b', 'CA') ?? assert.fail();
    assert.deepEqual(login, { username: 'ana', password: 'p,ss', tls: { ca: 'CA' } });
    assert.deepEqual(
      nodes.map(({ tls }) => tls),
      [{ ca: 'CA' }, { ca: 'CA' }],
    );
    assert.deepEqual(clusterOf('redis://a,b')?.login, {});
  });

  it('is refused with what is wrong, without showing its password', () => {
    for (const target of [
      'redis://:hunter2@a/1,b',
      'redis+cluster://:hunter2@a/2',
      'redis://:hunter2@a,http://b',
      'redis+cluster://',
    ])
      assert.throws(
        () => clusterOf(target),
        (error) =>
          error instanceof WeirError && error.code === 'config_invalid' && !error.message.includes('hunter2'),
        target,
      );
    assert.throws(() => addressOf('redis+cluster+x://a'), WeirError);
  });
});
