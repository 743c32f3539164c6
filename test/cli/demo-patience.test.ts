/** A demo on a busy machine: reads that time out end nothing, and every action that goes out is reported once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecisionLines } from '../../src/cli/demo/decision-lines.ts';
import { patiently } from '../../src/cli/demo/patiently.ts';
import { standInConnector } from '../../src/cli/demo/stand-in-connector.ts';
import { WeirError } from '../../src/core/errors.ts';
import type { RedisConnection } from '../../src/processor/redis-connection.ts';

const away = () => new WeirError('redis_away', 'reading: no answer within 5 s');

type Entry = [id: string, fields: string[]];

/** Streams in memory; every third question times out, half of those after it was carried out. */
function shakyRedis(streams: Record<string, Entry[]>) {
  let asked = 0;
  const redis = {
    xread: async (...words: (string | number)[]) => {
      const names = words.slice(words.indexOf('STREAMS') + 1) as string[];
      const keys = names.slice(0, names.length / 2);
      const found = keys.map((key, i) => {
        const after = Number((names[keys.length + i] as string).split('-')[0]);
        return [key, (streams[key] ?? []).filter(([id]) => Number(id.split('-')[0]) > after)] as const;
      });
      const some = found.filter(([, entries]) => entries.length > 0);
      return some.length === 0 ? null : some;
    },
    xrevrange: async () => [],
    xadd: async (key: string, _id: string, ...fields: string[]) => {
      streams[key] ??= [];
      streams[key].push([`${streams[key].length + 1}-0`, fields]);
    },
  };
  const connection = {
    another: () => connection,
    close: async () => undefined,
    ask: async (_what: string, question: (client: typeof redis) => Promise<unknown>) => {
      asked += 1;
      if (asked % 6 === 3) throw away();
      const answer = await question(redis);
      if (asked % 6 === 0) throw away();
      return answer;
    },
  };
  return connection as unknown as RedisConnection;
}

test('asks again while Redis is away, and only then', async () => {
  const { signal } = new AbortController();
  let tries = 0;
  const answer = await patiently(
    signal,
    async () => {
      tries += 1;
      if (tries < 4) throw away();
      return 'here';
    },
    1,
  );
  assert.deepEqual([answer, tries], ['here', 4]);
  const wrong = async () => {
    throw new WeirError('wrong_usage', 'no');
  };
  await assert.rejects(patiently(signal, wrong, 1), /no/);
  const never = async () => {
    throw away();
  };
  await assert.rejects(patiently(AbortSignal.abort(), never, 1), /no answer/);
});

test('the stand-in connector reports every action, under the same id when it does so again', async () => {
  const actions = Array.from({ length: 7 }, (_, i): Entry => {
    const action = { id: `0-1-${i}`, idempotency_key: `0-1-${i}-abc`, approved_at: 1_767_571_200_000 + i };
    return [`${i + 1}-0`, ['id', action.id, 'd', JSON.stringify(action)]];
  });
  const streams: Record<string, Entry[]> = { 'weir:actions': actions };
  const stop = new AbortController();
  const running = standInConnector(shakyRedis(streams), stop.signal);
  const events = () => (streams['weir:events'] ?? []).map(([, [, text]]) => JSON.parse(text as string));
  for (let waited = 0; waited < 400 && new Set(events().map(({ id }) => id)).size < 7; waited++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort();
  assert.equal(await running, 7);
  const byId = new Map(events().map((event) => [event.id, event]));
  assert.deepEqual(
    [...byId.values()].map(({ action_id }) => action_id).sort(),
    actions.map(([, [, id]]) => id),
  );
  for (const event of byId.values()) {
    assert.equal(event.type, 'action.applied');
    assert.ok(event.time < 1_767_571_200_010, 'of the time of the approval');
  }
});

test('decisions are followed over reads that time out', async () => {
  const out: Entry[] = Array.from({ length: 9 }, (_, i) => {
    const decision = {
      rule: 'score',
      kind: 'lead',
      entity: String(i),
      time: i,
      value: i,
      old: null,
      reasons: [],
    };
    return [`${i + 1}-0`, ['d', JSON.stringify(decision)]];
  });
  const printed: string[] = [];
  const stop = new AbortController();
  const keys: Record<string, Entry[]> = new Proxy(
    {},
    { get: (_, name) => (String(name).includes('out') ? out : []) },
  );
  const lines = new DecisionLines(shakyRedis(keys), 1, (line) => printed.push(line));
  lines.everything = true;
  const running = lines.watch(stop.signal);
  for (let waited = 0; waited < 400 && printed.length < 9; waited++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort();
  await running;
  assert.equal(lines.count, 9);
  assert.match(printed[8] as string, /score lead:8/);
});
