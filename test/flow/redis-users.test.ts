/** The users of docs/examples/redis-users.acl: a whole weir runs as one of them, and each may do what it is for, and no more. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Redis } from 'ioredis';
import { type House, openHouse } from '../../src/cli/house.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { root } from '../document-blocks.ts';
import { passableFolder } from './temporary-postgres.ts';
import { startTemporaryRedis } from './temporary-redis.ts';
import { until } from './until.ts';

const USERS = ['producer', 'processor', 'reader'] as const;
type User = (typeof USERS)[number];
const FORBIDDEN = [
  ['flushall'],
  ['flushdb'],
  ['config', 'get', '*'],
  ['keys', '*'],
  ['bgrewriteaof'],
  ['shutdown', 'nosave'],
  ['acl', 'list'],
  ['monitor'],
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** A canary: it may stand nowhere but in the address. */
const secretOf = (user: string) => `${user}-Zx7canary`;

describe('the users of Redis', { timeout: 120_000 }, () => {
  let redis: EmbeddedRedis;
  let house: House;
  let folder: string;
  const open: Redis[] = [];
  const notices: object[] = [];

  before(async () => {
    const port = await freePort();
    folder = await passableFolder();
    redis = await startTemporaryRedis('--port', String(port), '--bind', '127.0.0.1');
    const lines = readFileSync(join(root, 'docs/examples/redis-users.acl'), 'utf8').trim().split('\n');
    const admin = new Redis({ path: redis.target.path });
    for (const line of lines.toSorted((a) => (a.startsWith('user default') ? 1 : -1))) {
      const [, name, ...rules] = line
        .replace(/#(\w+)_SHA256/, (_, user: string) => `#${sha256(secretOf(user.toLowerCase()))}`)
        .split(' ');
      await admin.call('ACL', 'SETUSER', name as string, ...rules);
    }
    admin.disconnect();
    house = await openHouse({
      environment: {
        redisUrl: `redis://processor:${secretOf('processor')}@127.0.0.1:${port}`,
        host: '127.0.0.1',
        port: 0,
        config: join(root, 'config'),
        data: folder,
        instance: 'a',
      },
      clockMode: 'log',
      onNotice: (notice, context) => notices.push({ notice, context }),
    });
  });

  after(async () => {
    for (const client of open) client.disconnect();
    await house?.close();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function as(user: User): Redis {
    const client = new Redis({
      path: redis.target.path,
      username: user,
      password: secretOf(user),
      enableReadyCheck: false,
    });
    open.push(client);
    return client;
  }

  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const forbidden = (user: User, ...words: string[]) =>
    assert.rejects(
      as(user).call(words[0] as string, ...words.slice(1)),
      /NOPERM/,
      `${user}: ${words.join(' ')}`,
    );

  it('a weir runs as processor, on what a producer sends', async () => {
    const entry = ['type', 'lead.created', 'lead_id', '7', 'time', '2026-01-05T09:00:00Z'];
    await as('producer').xadd('weir:events', '*', ...entry);
    await until('the lead is there', async () => (await fetch(`${house.url}/v1/leads/7`)).status === 200);
  });

  it('a producer writes to weir:events and nothing else, and reads nothing', async () => {
    const [log] = await as('reader')
      .scan('0', 'MATCH', 'weir:*:in', 'COUNT', 1_000)
      .then(([, keys]) => keys);
    await forbidden('producer', 'xadd', log ?? 'weir:{p0}:in', '*', 'd', '{}');
    await forbidden('producer', 'xrange', 'weir:events', '-', '+');
    await forbidden('producer', 'eval', 'return 1', '0');
    await forbidden('producer', 'del', 'weir:events');
  });

  it('a reader changes nothing and runs no scripts', async () => {
    assert.equal(typeof (await as('reader').xlen('weir:events')), 'number');
    await forbidden('reader', 'xadd', 'weir:events', '*', 'd', '{}');
    await forbidden('reader', 'eval', 'return 1', '0');
    await forbidden('reader', 'del', 'weir:events');
    await forbidden('reader', 'get', 'elsewhere');
  });

  it('nobody may do what ends or bares a server', async () => {
    for (const user of USERS) for (const words of FORBIDDEN) await forbidden(user, ...words);
  });

  it('the password stands in no answer, metric or line of the log', async () => {
    const paths = ['/metrics', '/healthz', '/readyz', '/v1/rules', '/openapi.json', '/system', '/v1/audit'];
    const texts = await Promise.all(paths.map(async (path) => (await fetch(`${house.url}${path}`)).text()));
    for (const text of [...texts, JSON.stringify(notices)]) assert.doesNotMatch(text, /Zx7canary/);
  });
});
