/** The log in Redis: what was sent is what is read, in order, and no wait is endless. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { IoredisStreamReader } from '../../bench/reading/ioredis-stream-reader.ts';
import type { Entry } from '../../src/core/entry.ts';
import { WeirError } from '../../src/core/errors.ts';
import type { Position } from '../../src/core/ports.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { RedisLog, unreadTrimmed } from '../../src/processor/redis-log.ts';
import { RespStreamReader } from '../../src/processor/resp-stream-reader.ts';
import { SingleConnection } from '../../src/processor/single-connection.ts';
import type { StreamReader } from '../../src/processor/stream-reader.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { startTemporaryRedis } from './temporary-redis.ts';

let server: EmbeddedRedis;
let connection: SingleConnection;
let logs = 0;

/** The reader of the house, and the one of the client, which the benches hold beside it. */
const READERS: Readonly<Record<string, (to: SingleConnection) => StreamReader>> = {
  own: (to) => new RespStreamReader(to),
  ioredis: (to) => new IoredisStreamReader(to),
};

before(async () => {
  server = await startTemporaryRedis();
  connection = new SingleConnection(server.target);
});

after(async () => {
  await connection?.close();
  await server?.stop();
});

const send = (key: string, ...fields: (string | Buffer)[]) =>
  connection.ask('testing', (redis: Redis) => redis.xadd(key, '*', ...fields)) as Promise<string>;
const newKey = () => `log${++logs}`;
const bodies = (entries: readonly Entry[]) => entries.map(({ id: _, ...body }) => body);

for (const [name, openReader] of Object.entries(READERS))
  describe(`redis log, read by the ${name} reader`, () => {
    let reader: StreamReader;
    const logOf = (key: string) => new RedisLog(connection, reader, key);
    before(() => {
      reader = openReader(connection);
    });
    after(() => reader.close());

    it('gives any text back as it was appended, in order, in reads of any size', async () => {
      const text = fc.string({ unit: 'binary', maxLength: 40 });
      const body = fc.record({ d: text, m: fc.option(text, { nil: undefined }) }, { requiredKeys: ['d'] });
      await fc.assert(
        fc.asyncProperty(
          fc.array(body, { maxLength: 12 }),
          fc.integer({ min: 1, max: 5 }),
          async (sent, count) => {
            const log = logOf(newKey());
            const ids: string[] = [];
            const appended = sent.map(({ d, m }) => (m === undefined ? { d } : { d, m }));
            for (const entry of appended) ids.push(await log.append(entry));
            const read: Entry[] = [];
            for (;;) {
              const piece = await log.read(read.at(-1)?.id ?? '0-0', count, 0);
              assert.ok(piece.length <= count);
              if (piece.length === 0) break;
              read.push(...piece);
            }
            assert.deepEqual(
              read.map((entry) => entry.id),
              ids,
            );
            assert.deepEqual(bodies(read), appended);
          },
        ),
        { numRuns: 40 },
      );
    });

    it('gives bytes that are not UTF-8 as base64, whatever they are', async () => {
      const bytes = fc.uint8Array({ minLength: 1, maxLength: 30 }).map((part) => Buffer.from(part));
      await fc.assert(
        fc.asyncProperty(bytes, fc.boolean(), async (sent, fromIntake) => {
          const key = newKey();
          const m = fromIntake ? { m: '5-0:0' } : {};
          await send(key, 'd', sent, ...Object.entries(m).flat());
          const [entry] = await logOf(key).read('0-0', 10, 0);
          const text = sent.toString('utf8');
          const isText = Buffer.from(text).equals(sent);
          assert.deepEqual(bodies([entry as Entry]), [
            isText ? { d: text, ...m } : { b: sent.toString('base64'), ...m },
          ]);
        }),
        { numRuns: 60 },
      );
    });

    it('keeps text that holds a replacement character of its own', async () => {
      const key = newKey();
      await send(key, 'd', '{"name":"\uFFFD"}');
      assert.deepEqual(bodies(await logOf(key).read('0-0', 10, 0)), [{ d: '{"name":"\uFFFD"}' }]);
    });

    it('takes flat fields for one event, names given twice included', async () => {
      const key = newKey();
      await send(key, 'type', 'lead.created', 'lead_id', '1', 'lead_id', '2');
      await send(key, 'd', '{}', 'extra', 'x');
      await send(key, 'type', Buffer.from([0xff]));
      assert.deepEqual(bodies(await logOf(key).read('0-0', 10, 0)), [
        { f: '{"type":"lead.created","lead_id":"1","lead_id":"2"}' },
        { f: '{"d":"{}","extra":"x"}' },
        { b: Buffer.from('type\n\xff\n', 'latin1').toString('base64') },
      ]);
    });

    it('answers at once without a wait, and empty after one', async () => {
      const log = logOf(newKey());
      assert.deepEqual(await log.read('0-0', 10, 0), []);
      assert.deepEqual(await log.read('0-0', 10, 30), []);
    });

    it('trims what is before an entry and never the entry itself', async () => {
      const log = logOf(newKey());
      const ids: string[] = [];
      for (let i = 0; i < 300; i++) ids.push(await log.append({ d: `${i}` }));
      await log.trim(ids[250] as string);
      assert.deepEqual(
        (await log.read('0-0', 1000, 0)).map((entry) => entry.id),
        ids.slice(250),
      );
    });

    it('tells how many unread entries somebody trimmed', async () => {
      const key = newKey();
      const log = logOf(key);
      const at = (entry: string, entries: number): Position => ({
        entry,
        commit: 1,
        entries,
        incarnation: 1,
        head: '',
      });
      assert.equal(await unreadTrimmed(connection, key, at('0-0', 0)), 0);
      const ids: string[] = [];
      for (let i = 0; i < 10; i++) ids.push(await log.append({ d: `${i}` }));
      assert.equal(await unreadTrimmed(connection, key, at(ids[3] as string, 4)), 0);
      await log.trim(ids[3] as string);
      assert.equal(await unreadTrimmed(connection, key, at(ids[3] as string, 4)), 0);
      await log.trim(ids[4] as string);
      assert.equal(await unreadTrimmed(connection, key, at(ids[3] as string, 4)), 0);
      await log.trim(ids[7] as string);
      assert.equal(await unreadTrimmed(connection, key, at(ids[3] as string, 4)), 3);
      await connection.ask('testing', (redis) => redis.xtrim(key, 'MAXLEN', 0));
      assert.equal(await unreadTrimmed(connection, key, at(ids[3] as string, 4)), 6);
    });

    it('rejects over a half-open socket, says so once, and reads on when it heals', {
      timeout: 20_000,
    }, async () => {
      const proxy = await startTcpProxy(server.target);
      const far = new SingleConnection(`redis://127.0.0.1:${proxy.port}`, { readyWithin: 500 });
      const farReader = openReader(far);
      try {
        const log = new RedisLog(far, farReader, newKey());
        const id = await log.append({ d: '1' });
        assert.equal((await log.read('0-0', 10, 0)).length, 1);
        proxy.mode = 'blackhole';
        await assert.rejects(log.read(id, 10, 1000), isAway);
        proxy.mode = 'through';
        proxy.cut();
        const next = await connection.ask('testing', (redis) => redis.exists('nothing'));
        assert.equal(next, 0, 'the server itself was never away');
        let read: Entry[] | undefined;
        while (read === undefined) read = await log.read('0-0', 10, 0).catch(() => undefined);
        assert.deepEqual(bodies(read), [{ d: '1' }]);
      } finally {
        await farReader.close();
        await far.close();
        await proxy.close();
      }
    });

    it('does not read on over a connection that closed between two reads', async () => {
      const proxy = await startTcpProxy(server.target);
      const farReader = openReader(new SingleConnection(`redis://127.0.0.1:${proxy.port}`));
      try {
        const log = new RedisLog(connection, farReader, newKey());
        await log.append({ d: '1' });
        assert.equal((await log.read('0-0', 10, 0)).length, 1);
        proxy.cut();
        await new Promise((resolve) => setTimeout(resolve, 50));
        await assert.rejects(log.read('0-0', 10, 0), isAway);
        assert.equal((await log.read('0-0', 10, 0)).length, 1);
      } finally {
        await farReader.close();
        await proxy.close();
      }
    });
  });

function isAway(error: unknown): boolean {
  return error instanceof WeirError && error.code === 'redis_away';
}
