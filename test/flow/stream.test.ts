/** The live feed of a real house: events as they come and decisions as they are published, gone on with after a break, and ended with the house. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openHouse } from '../../src/cli/house.ts';
import { type ServerEvent, serverEvents } from '../../src/cli/server-events.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import { root } from '../document-blocks.ts';
import { passableFolder } from './temporary-postgres.ts';
import { until } from './until.ts';

test('who watches sees events and each decision once, over a break, until the house closes', async () => {
  const data = await passableFolder();
  const house = await openHouse({
    environment: {
      redisUrl: undefined,
      host: '127.0.0.1',
      port: 0,
      config: join(root, 'config'),
      data,
      instance: 'a',
    },
    clockMode: 'log',
    onNotice: () => undefined,
  });
  const post = async (lead: number, day: number, more: object = {}) => {
    const time = new Date(Date.UTC(2026, 0, day)).toISOString();
    const event = {
      type: 'lead.created',
      time,
      data: { lead_id: lead, status: 'nurturing', base_score: day, ...more },
    };
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${house.url}/v1/events`, {
      method: 'POST',
      headers,
      body: JSON.stringify(event),
    });
    assert.equal(answer.status, 202);
  };
  const watch = async (place?: string, query = 'topics=decisions&rule=engagement_score') => {
    const headers: Record<string, string> = place === undefined ? {} : { 'last-event-id': place };
    const answer = await fetch(`${house.url}/v1/stream?${query}`, { headers });
    return serverEvents(answer.body ?? [])[Symbol.asyncIterator]();
  };
  const entityOf = (event: ServerEvent | undefined) =>
    (event?.data as { entity: string } | undefined)?.entity;
  const next = async (events: AsyncIterator<ServerEvent>) => {
    for (;;) {
      const { value, done } = await events.next();
      if (done || value.data !== undefined) return value as ServerEvent | undefined;
    }
  };
  let closed = false;
  try {
    await until('every partition is owned', () => house.processor.owned === house.processor.workers.length);
    // events: as they come, before what they cause, and without what is personal
    const live = await watch(undefined, 'topics=events,decisions&entity=lead:3');
    await live.next();
    await post(3, 7, { email: 'ada@example.com', name: 'Ada' });
    const event = await next(live);
    assert.deepEqual(
      [event?.name, (event?.data as { type?: string } | undefined)?.type],
      ['event', 'lead.created'],
    );
    assert.doesNotMatch(JSON.stringify(event?.data), /ada/i);
    const caused = await next(live);
    assert.deepEqual([caused?.name, entityOf(caused)], ['decision', '3']);
    await live.return?.(undefined);
    await tailed(house.url, async (lines) => {
      // until it watches, which it tells nobody
      for (let day = 8; !(lines.some(isEvent) && lines.some(isDecision)) && day < 300; day++) {
        await post(4, day);
        await sleep(200);
      }
      assert.deepEqual(lines.filter(isEvent).map(({ type, entity }) => [type, entity])[0], [
        'lead.created',
        '4',
      ]);
      assert.ok(
        lines.some((line) => isDecision(line) && line.entity === '4'),
        JSON.stringify(lines),
      );
    });
    await until('it is applied', () => house.processor.drained());
    const first = await watch();
    await first.next();
    await post(1, 5);
    const seen = await next(first);
    assert.equal(entityOf(seen), '1');
    await first.return?.(undefined);
    await post(2, 6);
    await until('it is applied', () => house.processor.drained());
    const second = await watch(seen?.id);
    const told = await next(second);
    assert.equal(told?.name, 'decision');
    assert.equal(entityOf(told), '2');
    // what is trimmed cannot be gone on with
    for (const { partition } of house.processor.workers) {
      const { out } = partitionKeys(partition, house.processor.workers.length);
      await house.connection.ask('trimming', (redis) => redis.xtrim(out, 'MAXLEN', 0));
    }
    const third = await watch(String(seen?.id).replace(/:\d+-/g, ':1-'));
    assert.equal((await next(third))?.name, 'reset');
    const over = next(second);
    closed = true;
    await house.close();
    assert.equal(await over, undefined);
  } finally {
    if (!closed) await house.close();
    await rm(data, { recursive: true, force: true });
  }
});

type Line = Record<string, unknown>;

const isEvent = ({ type }: Line) => type !== undefined;
const isDecision = ({ decision_id: id }: Line) => id !== undefined;

/** `weir tail` as a pipe has it, with the lines that it has written so far. */
async function tailed(url: string, use: (lines: readonly Line[]) => Promise<void>): Promise<void> {
  const args = [join(root, 'bin/weir'), 'tail', '--url', url, '--entity', 'lead:4'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Line[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line));
  const ended = once(child, 'exit');
  try {
    await use(lines);
  } finally {
    child.kill('SIGINT');
    const [code] = await ended;
    assert.equal(code, 130, 'as whoever is interrupted ends');
  }
}
