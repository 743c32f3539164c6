/** A connection to Redis: nothing is sent twice, nothing waits for ever, nothing crosses from one session to the next. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { WeirError } from '../../src/core/errors.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import type { Commit, Position } from '../../src/core/ports.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { RedisReaderPlace } from '../../src/processor/redis-reader-place.ts';
import { RedisState } from '../../src/processor/redis-state.ts';
import { RespStreamReader } from '../../src/processor/resp-stream-reader.ts';
import { SingleConnection } from '../../src/processor/single-connection.ts';
import { trimStreams } from '../../src/processor/trim-streams.ts';
import { ownCertificate } from './own-certificate.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { startTemporaryRedis } from './temporary-redis.ts';

let server: EmbeddedRedis;
let near: RedisConnection;
let proxy: TcpProxy;
let far: SingleConnection;
let partitions = 0;

before(async () => {
  server = await startTemporaryRedis();
  near = connect(server.target);
  proxy = await startTcpProxy(server.target);
  far = new SingleConnection(`redis://127.0.0.1:${proxy.port}`, { replyWithin: 300, readyWithin: 1000 });
});

after(async () => {
  await far?.close();
  await proxy?.close();
  await near?.close();
  await server?.stop();
});

const newKeys = () => partitionKeys(partitions++, 16, 'connection');

function outOnly(from: Position): Commit {
  const to = { ...from, commit: from.commit + 1, head: 'after' };
  return {
    from,
    to,
    states: [],
    timers: [],
    out: [['one', null]],
    mail: [],
    changed: [],
    undecided: [],
    dead: [],
    late: [],
    ids: [],
    dropIds: [],
  };
}

async function acquired(state: RedisState) {
  const answer = await state.acquire('A', `nonce ${partitions}`, 60_000);
  assert.ok(answer.ok);
  return answer;
}

describe('redis connection', () => {
  for (const fault of ['cut', 'lost'] as const)
    it(`executes a commit once when its reply is ${fault}, and the next owner reads how far it came`, async () => {
      const keys = newKeys();
      const state = new RedisState(far, keys);
      const { token, position } = await acquired(state);
      if (fault === 'lost') proxy.mode = 'deaf';
      else proxy.onReply = () => false;
      await assert.rejects(state.commit(token, outOnly(position), 60_000), isAway);
      proxy.mode = 'through';
      proxy.onReply = undefined;
      const again = await acquired(state);
      assert.deepEqual(again.position, outOnly(position).to);
      assert.equal(await near.ask('testing', (redis) => redis.xlen(keys.out)), 1);
    });

  it('gives up a commit that is never answered, and never sends it later', async () => {
    const keys = newKeys();
    const state = new RedisState(far, keys);
    const { token, position } = await acquired(state);
    proxy.mode = 'blackhole';
    await assert.rejects(state.commit(token, outOnly(position), 60_000), isAway);
    proxy.mode = 'through';
    proxy.cut();
    await far.ask('testing', (redis) => redis.ping());
    assert.equal(await near.ask('testing', (redis) => redis.exists(keys.out)), 0);
  });

  it('refuses a token that was drawn before the connection closed', async () => {
    const keys = newKeys();
    const state = new RedisState(far, keys);
    const { token, position } = await acquired(state);
    const { session } = far;
    proxy.cut();
    while (far.session === session) await new Promise((resolve) => setTimeout(resolve, 5));
    await assert.rejects(state.commit(token, outOnly(position), 60_000), isAway);
    await assert.rejects(state.renew(token, 0, 60_000), isAway);
    const place = new RedisReaderPlace(far, keys, 'posted');
    await assert.rejects(place.advance(token, '0-0', '1-1'), isAway);
    assert.equal(await place.position(), '0-0');
    const known = { now: 0, retention: 0, isTight: false, token, committed: position, told: undefined };
    await assert.rejects(trimStreams(far, keys, known), isAway);
    assert.equal(await near.ask('testing', (redis) => redis.exists(keys.out)), 0);
    const fresh = await acquired(state);
    assert.deepEqual(await state.commit(fresh.token, outOnly(fresh.position), 60_000), { ok: true });
  });

  it('tells its listeners of each close, until they stop listening', async () => {
    await far.ask('testing', (redis) => redis.ping());
    let closes = 0;
    const stop = far.onClose(() => {
      closes += 1;
    });
    const { session } = far;
    proxy.cut();
    await assert.rejects(
      far
        .ask('testing', (redis) => redis.ping())
        .then(() => far.askAt('testing', '', (redis) => redis.ping(), session)),
      isAway,
    );
    stop();
    const heard = closes;
    assert.ok(heard > 0);
    proxy.cut();
    await far.ask('testing', (redis) => redis.ping()).catch(() => undefined);
    assert.equal(closes, heard);
  });

  it('connects again when a master says it has become a replica', async () => {
    await far.ask('testing', (redis) => redis.ping());
    const { session } = far;
    await near.ask('testing', (redis) => redis.call('replicaof', '127.0.0.1', '1'));
    try {
      await assert.rejects(
        far.ask('testing', (redis) => redis.set('a', 'b')),
        /READONLY/,
      );
      while (far.session === session) await new Promise((resolve) => setTimeout(resolve, 5));
    } finally {
      await near.ask('testing', (redis) => redis.call('replicaof', 'no', 'one'));
    }
    await far.ask('testing', (redis) => redis.set('a', 'b'));
  });

  it('names what it was doing, why it failed, and no argument of the command', async () => {
    await near.ask('testing', (redis) => redis.set('text', 'x'));
    const error = await near
      .ask('counting', (redis) => redis.hset('text', 'ana@example.com', 'secret'))
      .then(
        () => assert.fail('HSET on a text succeeded'),
        (problem: unknown) => problem,
      );
    assert.ok(isAway(error));
    const shown = inspect(error, { depth: 10 });
    assert.match(shown, /counting: WRONGTYPE/);
    assert.doesNotMatch(shown, /ana@example\.com|secret/);
    assert.equal((error as WeirError).context.reply, 'WRONGTYPE');
  });

  it('lets mistakes of ours through as they are', async () => {
    await assert.rejects(
      near.ask('testing', () => Promise.reject(new TypeError('a mistake'))),
      TypeError,
    );
  });

  it('says what is wrong when nobody listens, and after it was closed', async () => {
    const nobody = connect({ path: '/nowhere/redis.sock' }, { readyWithin: 100 });
    await assert.rejects(
      nobody.ask('starting', (redis) => redis.ping()),
      /starting: connect ENOENT/,
    );
    await nobody.close();
    await assert.rejects(
      nobody.ask('starting', (redis) => redis.ping()),
      /the connection is closed/,
    );
  });

  it('refuses an address that is none, without showing its password', () => {
    for (const address of [
      'localhost:6379',
      'http://x',
      'redis://',
      'redis://:hunter2@h:99999',
      'redis://h/one',
    ])
      assert.throws(
        () => connect(address),
        (error: unknown) =>
          error instanceof WeirError && error.code === 'config_invalid' && !error.message.includes('hunter2'),
        address,
      );
  });

  it('reads user, password, database and unix sockets from the address', async () => {
    await near.ask('testing', (redis) => redis.call('acl', 'setuser', 'ana', 'on', '>p@ss', '~*', '+@all'));
    const login = connect(`redis://ana:p%40ss@127.0.0.1:${proxy.port}/3`);
    assert.equal(await login.ask('testing', (redis) => redis.call('acl', 'whoami')), 'ana');
    assert.match(String(await login.ask('testing', (redis) => redis.call('client', 'info'))), / db=3 /);
    await login.close();
    const socket = connect(`unix:${server.target.path}`);
    assert.equal(await socket.ask('testing', (redis) => redis.ping()), 'PONG');
    await socket.close();
  });

  it('speaks TLS with rediss:// and refuses a certificate it does not know', async (t) => {
    const own = ownCertificate(t, 'DNS:localhost', 'IP:127.0.0.1');
    if (own === undefined) return;
    const port = await freePort();
    const tls = ['--tls-port', `${port}`, '--tls-cert-file', own.certFile, '--tls-key-file', own.keyFile];
    const secure = await startTemporaryRedis(
      ...tls,
      '--tls-ca-cert-file',
      own.certFile,
      '--tls-auth-clients',
      'no',
    );
    const known = connect(`rediss://localhost:${port}`, { ca: own.cert });
    const unknown = connect(`rediss://localhost:${port}`, { readyWithin: 300 });
    try {
      assert.match(
        await known.ask('testing', (redis) => redis.info('server')),
        new RegExp(`process_id:${secure.processId}\\b`),
      );
      await assert.rejects(
        unknown.ask('testing', (redis) => redis.ping()),
        /self.signed certificate/,
      );
      // the reader of streams has a socket of its own
      const [readers, strangers] = [new RespStreamReader(known), new RespStreamReader(unknown)];
      assert.deepEqual(await readers.read('nothing', '0-0', 1, 0), []);
      await assert.rejects(strangers.read('nothing', '0-0', 1, 0), /self.signed certificate/);
      await readers.close();
      await strangers.close();
    } finally {
      await known.close();
      await unknown.close();
      await secure.stop();
    }
  });
});

async function freePort(): Promise<number> {
  const taken = await startTcpProxy(server.target);
  await taken.close();
  return taken.port;
}

function isAway(error: unknown): boolean {
  return error instanceof WeirError && error.code === 'redis_away';
}
