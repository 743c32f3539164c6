/** Shared kinds over real processes and a real Redis: exact after SIGKILL, healed after a partition lost its tail. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from '../../src/core/entry.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import type { Millis } from '../../src/core/units.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { root } from '../document-blocks.ts';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { Random } from '../oracle/random.ts';
import {
  PARTITIONS,
  plainCount,
  SHARED_FILES,
  START,
  type StoryEvent,
  story,
  ticksAfter,
} from '../simulation/shared-story.ts';
import { startTemporaryRedis } from './temporary-redis.ts';
import { until } from './until.ts';

const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partitionKeys(partition, PARTITIONS));

describe('shared kinds of real processes', () => {
  let server: EmbeddedRedis;
  let connection: RedisConnection;
  let folder: string;
  let child: ChildProcess | undefined;
  let url = '';

  before(async () => {
    server = await startTemporaryRedis();
    connection = connect(server.target);
    folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
    for (const { path, text } of SHARED_FILES) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  });

  after(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await connection?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const { path } = server.target as { path: string };
    const env = {
      ...process.env,
      REDIS_URL: `unix:${path}`,
      PORT: '0',
      WEIR_DATA: folder,
      WEIR_INSTANCE: 'a',
    };
    const args = [join(root, 'src/main.ts'), 'run', '--clock', 'log', '--config', join(folder, 'config')];
    const started = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    child = started;
    let out = '';
    started.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    await until('the address is told', () => /http:\S+/.test(out));
    url = /http:\S+/.exec(out)?.[0] as string;
  }

  async function kill(): Promise<void> {
    child?.kill('SIGKILL');
    await once(child as ChildProcess, 'exit');
  }

  function append(partition: number, entry: Omit<Entry, 'id'>): Promise<unknown> {
    return connection.ask('testing', (redis) =>
      redis.xadd(ALL[partition]?.in as string, '*', 'd', entry.d as string),
    );
  }

  async function send(events: readonly StoryEvent[]): Promise<void> {
    await Promise.all(events.map(({ partition, entry }) => append(partition, entry)));
  }

  /** Everything in the logs is applied, and all mail is in them. */
  async function quiet(what: string): Promise<void> {
    const look = async () => {
      const seen: string[] = [];
      for (const keys of ALL) {
        const [entry, mail, posted] = await connection.ask('testing', (redis) =>
          redis.hmget(keys.position, 'entry', 'mail', 'posted'),
        );
        const last = await connection.ask('testing', (redis) =>
          redis.xrevrange(keys.in, '+', '-', 'COUNT', 1),
        );
        if ((last[0]?.[0] ?? '0-0') !== (entry ?? '0-0')) return undefined;
        if (mail && (await mailAfter(keys.out, posted ?? '0-0'))) return undefined;
        seen.push(entry ?? '0-0');
      }
      return seen.join(' ');
    };
    // what was posted into a log that was looked at already shows at the second look
    await until(what, async () => {
      const first = await look();
      return first !== undefined && first === (await look());
    });
  }

  async function mailAfter(out: string, posted: string): Promise<boolean> {
    const rows = await connection.ask('testing', (redis) => redis.xrange(out, `(${posted}`, '+'));
    return rows.some(([, [name]]) => name === 't');
  }

  async function settle(time: Millis): Promise<Millis> {
    let last = time;
    for (last of ticksAfter(time)) {
      const tick = { d: JSON.stringify({ type: 'tick', time: last }) };
      await Promise.all(ALL.map((_, partition) => append(partition, tick)));
      await quiet('the tick arrives everywhere');
    }
    return last;
  }

  async function logs(): Promise<Entry[][]> {
    return Promise.all(
      ALL.map(async (keys) => {
        const rows = await connection.ask('testing', (redis) => redis.xrange(keys.in, '-', '+'));
        return rows.map(([id, [, d]]) => ({ id, d: d as string }));
      }),
    );
  }

  /** Over HTTP every shared entity shows what a plain count of the logs gives. */
  async function assertLikePlain(now: Millis): Promise<void> {
    const expected = plainCount(await logs(), now);
    assert.ok(Object.keys(expected).length > 3);
    for (const [key, values] of Object.entries(expected)) {
      const path = key === 'all:all' ? '/v1/all' : `/v1/sources/${key.slice('source:'.length)}`;
      const answer = (await (await fetch(`${url}${path}`)).json()) as { features: Record<string, unknown> };
      const { sources: _, ...features } = answer.features;
      assert.deepEqual(features, values, key);
    }
  }

  it('are exact after a process was killed while it worked and posted', async () => {
    const events = story('first', new Random(DRAWN_SEED), 3_000, START, 200);
    for (const [from, wait] of [
      [0, 30],
      [1_000, 120],
    ] as const) {
      await start();
      await send(events.slice(from, from + 1_000));
      await sleep(wait);
      await kill();
    }
    await start();
    await send(events.slice(2_000));
    await quiet('all events are applied');
    await assertLikePlain(await settle((events.at(-1) as StoryEvent).time));
    for (const path of ['/v1/sources/nobody', '/v1/source.part/linkedin', '/v1/all/linkedin'])
      assert.equal((await fetch(`${url}${path}`)).status, 404, path);
    const explained = await fetch(`${url}/v1/all/explain`);
    assert.equal(explained.status, 200);
  });

  it('are healed after a failover of one partition', async () => {
    const from = START + 400 * 86_400_000;
    const random = new Random(DRAWN_SEED);
    const [keys] = ALL as [(typeof ALL)[0]];
    const names = await connection.ask('testing', (redis) => redis.keys(keys.in.replace(/in$/, '*')));
    const dumps = await connection.ask('testing', (redis) =>
      Promise.all(names.map((name) => redis.dumpBuffer(name))),
    );
    const lost = story('lost', random, 400, from, 400);
    await send(lost);
    await quiet('what will be lost is applied');
    await connection.ask('testing', (redis) => {
      const failover = redis.multi();
      failover.del(...names);
      for (const [i, name] of names.entries()) failover.restore(name, 0, dumps[i] as Buffer);
      return failover.exec();
    });
    const more = story('more', random, 200, (lost.at(-1) as StoryEvent).time, 400);
    await send(more);
    await until('the loss is noticed', async () => {
      const incarnation = await connection.ask('testing', (redis) =>
        redis.hget(keys.position, 'incarnation'),
      );
      return Number(incarnation) > 1;
    });
    await quiet('all that is left is applied');
    await assertLikePlain(await settle((more.at(-1) as StoryEvent).time));
  });
});
