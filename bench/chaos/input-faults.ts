/** Faults of what producers write: things that are no events, huge ones, wrong clocks, a burst, a reader that does not read. */

import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR, type Millis, SECOND } from '../../src/core/units.ts';
import type { JsonEvent } from '../../test/oracle/generate.ts';
import { PARTITIONS } from './deployment.ts';
import type { Fault, Scene } from './fault.ts';
import { broken, logOf, published } from './message.ts';
import { passing } from './passing.ts';

export const NO_EVENTS: readonly string[] = [
  '',
  '{"type":',
  'null',
  '42',
  '"text"',
  '{}',
  '{"type":null}',
  '{"type":{"$gt":""},"id":1}',
  '{"type":"lead.created","data":{"lead_id":{"a":1}}}',
  '{"type":"content.opened","time":"yesterday","data":{"lead_id":7}}',
  '{"type":"lead.created","time":1e300,"data":{"lead_id":7}}',
  '{"__proto__":{"type":"tick"},"constructor":1}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `{"type":"lead.created","data":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}}`,
  '\u0000\u0001\u0002',
];

export const INPUT_FAULTS: readonly Fault[] = [
  {
    name: 'things that are no events',
    on: 'input',
    weight: 3,
    run: async ({ stage, random, producer }) => {
      const texts = Array.from({ length: random.whole(3, 12) }, () => random.pick(NO_EVENTS));
      const messages = texts.map((text) => broken(text, placeFor(text, random.whole(0, 2 * PARTITIONS))));
      for (const { identity } of messages.flatMap(({ arrivals }) => arrivals)) stage.hostile.add(identity);
      await producer.put(messages);
      return `${texts.length} texts`;
    },
  },
  {
    name: 'a huge event',
    on: 'input',
    weight: 2,
    run: async ({ stage, random, producer }) => {
      const size = random.whole(300_000, 2_000_000);
      const data = { lead_id: `huge-${random.whole(1, 1e9)}`, name: 'x'.repeat(size) };
      const text = JSON.stringify({
        id: `huge-${random.whole(1, 1e9)}`,
        type: 'lead.created',
        time: 1,
        data,
      });
      stage.hostile.add(text);
      await producer.put([broken(text, placeFor(text, random.whole(0, 2 * PARTITIONS)))]);
      return `${Math.round(size / 1_000)} kB`;
    },
  },
  {
    name: 'a producer whose clock is off',
    on: 'input',
    weight: 3,
    run: async (scene) => {
      const off = scene.random.pick([-HOUR, 3 * HOUR]);
      await scene.producer.put([published(newcomers(scene, 5, off), 'json')]);
      return `by ${off / HOUR} h`;
    },
  },
  {
    name: 'the same events three times',
    on: 'input',
    weight: 3,
    run: async (scene) => {
      const events = newcomers(scene, scene.random.whole(2, 8), 0);
      for (let times = 0; times < 3; times++)
        await scene.producer.put(events.map((event) => published([event], 'json')));
      return `${events.length} events`;
    },
  },
  passing('input', {
    name: 'ten times as many events',
    weight: 2,
    lasts: [SECOND, 3 * SECOND],
    begin: ({ producer }) => {
      producer.haste = 10;
    },
    end: ({ producer }) => {
      producer.haste = 1;
      return 'the producer';
    },
  }),
  {
    name: 'a reader that does not read',
    on: 'people',
    weight: 2,
    run: async ({ stage, random }) => {
      const url = random.pick(stage.instances.flatMap(({ url }) => (url ? [url] : []))) as string | undefined;
      if (url === undefined) return 'nobody';
      const socket = createConnection({ host: '127.0.0.1', port: Number(new URL(url).port) });
      socket.on('error', () => undefined).pause();
      for (let asked = 0; asked < 20; asked++)
        socket.write('GET /v1/decisions?limit=200 HTTP/1.1\r\nhost: localhost\r\n\r\n');
      socket.write('GET /v1/stream HTTP/1.1\r\nhost: localhost\r\n\r\n');
      await sleep(random.whole(SECOND, 4 * SECOND));
      socket.destroy();
      return url;
    },
  },
];

/** Any log, or the public stream; not for objects, which it packs together. */
function placeFor(text: string, number: number): string {
  const isPublic = number >= PARTITIONS && !text.startsWith('{');
  return isPublic ? published([], 'json').stream : logOf(number % PARTITIONS);
}

/** Leads that come into being. */
function newcomers({ random, producer }: Scene, count: number, off: Millis): JsonEvent[] {
  return Array.from({ length: count }, () => {
    const name = `new-${random.whole(1, 1e9)}`;
    const data = { lead_id: name, source: 'organic' };
    return { id: name, source: 'crm', type: 'lead.created', time: producer.time + off, data };
  });
}
