/** The own reader of streams when things go wrong: every wait ends, every loss is told once, every refusal says why. */

import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { WeirError } from '../../src/core/errors.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { RespStreamReader } from '../../src/processor/resp-stream-reader.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { startTemporaryRedis } from './temporary-redis.ts';

let server: EmbeddedRedis;
let connection: RedisConnection;
let keys = 0;

before(async () => {
  server = await startTemporaryRedis();
  connection = connect(server.target);
});

after(async () => {
  await connection?.close();
  await server?.stop();
});

const call = (...command: string[]) =>
  connection.ask('testing', (redis) => redis.call(command[0] as string, ...command.slice(1)));

async function filled(count: number, text = 'x'): Promise<string> {
  const key = `stream${++keys}`;
  for (let i = 0; i < count; i++) await call('XADD', key, '*', 'd', `${text}${i}`);
  return key;
}

async function throughProxy(work: (proxy: TcpProxy, reader: RespStreamReader) => Promise<void>) {
  const proxy = await startTcpProxy(server.target);
  const reader = new RespStreamReader(connect(`redis://127.0.0.1:${proxy.port}`));
  try {
    await work(proxy, reader);
  } finally {
    await reader.close();
    await proxy.close();
  }
}

/** A server that answers each request with the next of these texts; after the last it says nothing more. */
async function answering(
  texts: readonly string[],
  work: (reader: RespStreamReader, port: number) => Promise<void>,
) {
  let next = 0;
  const sockets = new Set<Socket>();
  const fake: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', () => {
      const text = texts[next++];
      if (text !== undefined) socket.write(text);
    });
  });
  await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
  const { port } = fake.address() as AddressInfo;
  const reader = new RespStreamReader(connect(`redis://127.0.0.1:${port}`));
  try {
    await work(reader, port);
  } finally {
    await reader.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => fake.close(resolve));
  }
}

function away(pattern: RegExp) {
  return (error: unknown) =>
    error instanceof WeirError && error.code === 'redis_away' && pattern.test(error.message);
}

describe('the own stream reader', () => {
  it('rejects a reply that was cut in the middle, and reads all of it afterwards', async () => {
    const key = await filled(300, 'y'.repeat(2000));
    await throughProxy(async (proxy, reader) => {
      let passed = 0;
      proxy.onReply = (piece) => {
        passed += piece.length;
        return passed < 200_000;
      };
      await assert.rejects(reader.read(key, '0-0', 1000, 0), away(/closed|ECONNRESET/));
      proxy.onReply = undefined;
      assert.equal((await reader.read(key, '0-0', 1000, 0)).length, 300);
    });
  });

  it('gives up on a server that swallows everything, also before the first reply', {
    timeout: 20_000,
  }, async () => {
    const key = await filled(1);
    await throughProxy(async (proxy, reader) => {
      proxy.mode = 'blackhole';
      await assert.rejects(reader.read(key, '0-0', 10, 0), away(/no answer within 2000 ms/));
      proxy.mode = 'through';
      assert.equal((await reader.read(key, '0-0', 10, 0)).length, 1);
    });
  });

  it('waits on while bytes of a long reply keep coming', { timeout: 20_000 }, async () => {
    const key = await filled(1);
    const whole = '*1\r\n*2\r\n$1\r\nk\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nd\r\n$5\r\nhello\r\n';
    const fake = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', async () => {
        for (const piece of whole.match(/[\s\S]{1,12}/g) ?? []) {
          socket.write(piece);
          await new Promise((resolve) => setTimeout(resolve, 600));
        }
      });
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const reader = new RespStreamReader(connect(`redis://127.0.0.1:${(fake.address() as AddressInfo).port}`));
    assert.deepEqual(await reader.read(key, '0-0', 10, 0), [['1-1', ['d', 'hello']]]);
    await reader.close();
    await new Promise((resolve) => fake.close(resolve));
  });

  it('says what Redis says while it loads, and where nobody listens', async () => {
    await answering(['-LOADING Redis is loading the dataset in memory\r\n'], async (reader) => {
      await assert.rejects(reader.read('k', '0-0', 10, 0), away(/reading a log: LOADING/));
    });
    const nobody = new RespStreamReader(connect('redis://127.0.0.1:1'));
    await assert.rejects(nobody.read('k', '0-0', 10, 0), away(/ECONNREFUSED/));
    await nobody.close();
  });

  it('says that a node of a cluster is not enough', async () => {
    for (const redirect of ['-MOVED 3999 10.0.0.2:6381\r\n', '-ASK 3999 10.0.0.2:6381\r\n'])
      await answering([redirect], async (reader) => {
        await assert.rejects(
          reader.read('k', '0-0', 10, 0),
          away(/node of a cluster.*name the cluster in REDIS_URL/),
        );
      });
  });

  it('closes on bytes that are no reply, and on replies that nobody asked for', async () => {
    await answering(['HTTP/1.1 400 Bad Request\r\n\r\n'], async (reader) => {
      await assert.rejects(reader.read('k', '0-0', 10, 0), away(/no RESP2/));
    });
    await answering(['*-1\r\n*-1\r\n'], async (reader) => {
      assert.deepEqual(await reader.read('k', '0-0', 10, 0), []);
      await assert.rejects(reader.read('k', '0-0', 10, 0), away(/closed since the last read/));
    });
  });

  it('signs in with a password and as a user, and says when it may not', async () => {
    await call('ACL', 'SETUSER', 'reader', 'on', '>s3cret/%', '~*', '+xread', '+xrange', '+select');
    const key = await filled(2);
    const { target } = server;
    const proxy = await startTcpProxy(target);
    const as = (user: string) =>
      new RespStreamReader(connect(`redis://${user}@127.0.0.1:${proxy.port}/0`, { name: 'weir' }));
    const reader = as('reader:s3cret%2F%25');
    // it may read, and not name its connection: that harms nobody
    assert.equal((await reader.read(key, '0-0', 10, 0)).length, 2);
    assert.deepEqual(await reader.bytes(key, (await reader.read(key, '0-0', 1, 0))[0]?.[0] as string), [
      Buffer.from('d'),
      Buffer.from('x0'),
    ]);
    const wrong = as('reader:other');
    await assert.rejects(wrong.read(key, '0-0', 10, 0), away(/WRONGPASS/));
    await call('CONFIG', 'SET', 'requirepass', 'p');
    const nobody = new RespStreamReader(connect(`redis://127.0.0.1:${proxy.port}`));
    await assert.rejects(nobody.read(key, '0-0', 10, 0), away(/NOAUTH/));
    await call('CONFIG', 'SET', 'requirepass', '');
    for (const each of [reader, wrong, nobody]) await each.close();
    await proxy.close();
  });

  it('ends a wait at once when it is closed', async () => {
    const reader = new RespStreamReader(connection);
    assert.deepEqual(await reader.read('nothing', '0-0', 10, 0), []);
    const waiting = assert.rejects(reader.read('nothing', '0-0', 10, 1000), away(/closed/));
    await reader.close();
    await waiting;
    await assert.rejects(reader.read('nothing', '0-0', 10, 0), away(/closed/));
  });
});
