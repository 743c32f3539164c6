/** The embedded Redis: private, durable, one for a folder, and never left behind. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WeirError } from '../../src/core/errors.ts';
import { startEmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import type { RedisTarget } from '../../src/processor/redis-address.ts';
import { connect } from '../../src/processor/redis-connection.ts';
import { checkRedisSettings } from '../../src/processor/settings-check.ts';
import { isRunning } from './temporary-redis.ts';

let folder: string;
let folders = 0;

before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'weir-test-')));
});

after(() => rm(folder, { recursive: true, force: true }));

const newFolder = () => join(folder, `${++folders}`);

describe('embedded redis', () => {
  it('has the settings that weir asks of any Redis, listens on no port, and is gone after stop', async () => {
    const server = await startEmbeddedRedis(newFolder());
    const facts = await withConnection(server.target, (connection) => checkRedisSettings(connection));
    assert.equal(facts.processId, server.processId);
    const port = await ask(server.target, (redis) => redis.config('GET', 'port'));
    assert.deepEqual(port, ['port', '0']);
    assert.equal((await stat(server.target.path)).mode & 0o077, 0, 'others may not use the socket');
    await server.stop();
    await server.ended;
    assert.equal(isRunning(server.processId), false);
    await server.stop();
  });

  it('keeps what was written over a stop', async () => {
    const data = newFolder();
    const first = await startEmbeddedRedis(data);
    await ask(first.target, (redis) => redis.set('kept', 'yes'));
    await first.stop();
    const second = await startEmbeddedRedis(data);
    assert.equal(await ask(second.target, (redis) => redis.get('kept')), 'yes');
    await second.stop();
  });

  it('leaves no server behind when its parent is killed, and starts again at once', {
    timeout: 60_000,
  }, async () => {
    const data = newFolder();
    const parent = await startParent(data);
    assert.equal(isRunning(parent.server), true);
    parent.kill();
    const again = await startEmbeddedRedis(data);
    assert.notEqual(again.processId, parent.server);
    while (isRunning(parent.server)) await sleep(20);
    await again.stop();
  });

  it('is out of reach of Ctrl-C in our terminal, which would end it before our last commit', async () => {
    const server = await startEmbeddedRedis(newFolder());
    const group = (pid: number) =>
      Number(execFileSync('ps', ['-o', 'pgid=', '-p', `${pid}`], { encoding: 'utf8' }));
    assert.notEqual(group(server.processId), group(process.pid));
    await server.stop();
  });

  it('starts over the socket of a server that was killed', async () => {
    const data = newFolder();
    const first = await startEmbeddedRedis(data);
    process.kill(first.processId, 'SIGKILL');
    await first.ended;
    assert.ok((await stat(first.target.path)).isSocket(), 'the dead server left its socket');
    const second = await startEmbeddedRedis(data);
    assert.equal(await ask(second.target, (redis) => redis.ping()), 'PONG');
    await first.stop();
    await second.stop();
  });

  it('refuses a folder in which another server runs, and leaves that one alone', async () => {
    const data = newFolder();
    const first = await startEmbeddedRedis(data);
    await assert.rejects(startEmbeddedRedis(data), (error: unknown) => {
      assert.ok(error instanceof WeirError && error.code === 'setup_failed');
      assert.match(error.message, new RegExp(`in use by process ${first.processId}`));
      return true;
    });
    assert.equal(await ask(first.target, (redis) => redis.ping()), 'PONG');
    await first.stop();
  });

  it('puts the socket of a deep folder into a short one that only we can enter', async () => {
    const deep = join(newFolder(), 'deep'.repeat(30));
    await mkdir(deep, { recursive: true });
    const server = await startEmbeddedRedis(deep);
    assert.ok(Buffer.byteLength(server.target.path) <= 103);
    assert.equal((await stat(dirname(server.target.path))).mode & 0o777, 0o700);
    await ask(server.target, (redis) => redis.set('a', 'b'));
    await server.stop();
    assert.ok((await stat(join(deep, 'appendonlydir'))).isDirectory(), 'the data stays in the folder given');
    await rm(dirname(server.target.path), { recursive: true });
  });

  it('says how to get the program when it is missing', async () => {
    await assert.rejects(
      startEmbeddedRedis(newFolder(), { program: 'no-such-redis-server' }),
      (error: unknown) => {
        assert.ok(error instanceof WeirError && error.code === 'setup_failed');
        assert.match(error.message, /no-such-redis-server was not found; install it .*REDIS_URL/);
        return true;
      },
    );
  });

  it('shows the end of the log when the server does not start', async () => {
    const data = newFolder();
    await mkdir(join(data, 'appendonlydir'), { recursive: true });
    const first = await startEmbeddedRedis(data);
    await ask(first.target, (redis) => redis.set('a', 'b'));
    await first.stop();
    await rm(join(data, 'appendonlydir', 'appendonly.aof.1.base.rdb'));
    await assert.rejects(startEmbeddedRedis(data), (error: unknown) => {
      assert.ok(error instanceof WeirError && error.code === 'setup_failed');
      assert.match(error.message, /its log ends: .*aof/i);
      return true;
    });
  });
});

type Ask = Parameters<ReturnType<typeof connect>['ask']>[1];

function ask(target: RedisTarget, send: Ask): Promise<unknown> {
  return withConnection(target, (connection) => connection.ask('testing', send));
}

async function withConnection<T>(
  target: RedisTarget,
  use: (connection: ReturnType<typeof connect>) => Promise<T>,
): Promise<T> {
  const connection = connect(target);
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** A process of its own that has started a server in `data`. */
async function startParent(data: string) {
  const program = fileURLToPath(new URL('embedded-redis-parent.ts', import.meta.url));
  const child = spawn(process.execPath, [program, data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { server: Number(said), kill: () => child.kill('SIGKILL') };
}
