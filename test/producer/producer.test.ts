/** Producers: batches in order, the same ids at every try, refusals told to whom they belong, and nothing lost on the way. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { WeirError } from '../../src/core/errors.ts';
import { weir } from '../../src/producer/weir.ts';

interface Asked {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly events: readonly { readonly id: string | number; readonly type: string; readonly time: string }[];
}
type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>] | Error;

/** Answers of a weir, one after the other; behind the last one everything is taken. */
function fakeWeir(answers: readonly Answer[] = []) {
  const asked: Asked[] = [];
  const ask = async (url: unknown, init: RequestInit = {}) => {
    const events = String(init.body)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    asked.push({ url: String(url), headers: init.headers as Record<string, string>, events });
    const answer = answers[asked.length - 1] ?? [202, { accepted: events.length, rejected: [] }];
    if (answer instanceof Error) throw answer;
    const [status, body, headers = {}] = answer;
    return new Response(JSON.stringify(body), { status, headers });
  };
  return { asked, fetch: ask as typeof fetch };
}

const code = (expected: string) => (error: WeirError) => {
  assert.equal(error.code, expected, error.message);
  return true;
};
const lead = (id: number) => ({ lead_id: id, content_id: 'a' });

test('an event gets an id, a time and a source, and resolves once it is taken', async () => {
  const { asked, fetch } = fakeWeir();
  const w = weir({ url: 'http://weir:8080', token: 't', source: 'crm', within: 1, fetch });
  const { id } = await w.send('content.completed', lead(123));
  assert.match(String(id), /^evt_[0-9A-HJKMNP-TV-Z]{26}$/);
  const [{ url, headers, events } = assert.fail()] = asked;
  assert.equal(url, 'http://weir:8080/v1/events');
  assert.equal(headers.authorization, 'Bearer t');
  const [event] = events;
  assert.ok(Math.abs(Date.parse(String(event?.time)) - Date.now()) < 60_000);
  assert.deepEqual(
    { ...event, time: '' },
    { id, source: 'crm', type: 'content.completed', time: '', data: lead(123) },
  );
  const own = await w.send('lead.created', { lead_id: 1 }, { id: 'mine', time: new Date(0) });
  assert.equal(own.id, 'mine');
  assert.equal(asked[1]?.events[0]?.time, '1970-01-01T00:00:00.000Z');
  await w.close();
});

test('events that come together go together, at most so many, in their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 9 }), async (count, most) => {
      const { asked, fetch } = fakeWeir();
      const w = weir({ url: 'http://w', most, within: 5, fetch });
      const sent = Array.from({ length: count }, (_, i) => w.send('content.opened', lead(i), { id: i }));
      await w.close();
      await Promise.all(sent);
      assert.deepEqual(
        asked.flatMap(({ events }) => events.map(({ id }) => id)),
        sent.map((_, i) => i),
      );
      assert.ok(asked.every(({ events }) => events.length <= most));
      assert.equal(asked.length, Math.ceil(count / most));
    }),
    { numRuns: 20 },
  );
});

test('what is not answered goes again with the same ids, what waits behind it keeps its place', async () => {
  const full = [429, { title: 'The logs are full' }, { 'retry-after': '0' }] as const;
  const { asked, fetch } = fakeWeir([new TypeError('fetch failed'), full]);
  const w = weir({ url: 'http://w', most: 1, within: 1, fetch });
  await Promise.all([w.send('content.opened', lead(1)), w.send('content.opened', lead(2))]);
  const ids = asked.map(({ events }) => events[0]?.id);
  assert.equal(asked.length, 4);
  assert.deepEqual(new Set(ids.slice(0, 3)).size, 1);
  assert.notEqual(ids[3], ids[0]);
  await w.close();
});

test('a refused event is told to whoever sent it, and the others are taken', async () => {
  const rejected = [
    { index: 1, id: 'b', reason: 'bad_field', problem: 'content_id is missing' },
    { index: 2, id: 'a', reason: 'duplicate_in_request', problem: 'event a is in this request already' },
  ];
  const { fetch } = fakeWeir([[202, { accepted: 1, rejected }]]);
  const w = weir({ url: 'http://w', within: 1, fetch });
  const [first, second, third] = await Promise.allSettled([
    w.send('content.opened', lead(1), { id: 'a' }),
    w.send('content.opened', lead(2), { id: 'b' }),
    w.send('content.opened', lead(1), { id: 'a' }),
  ]);
  assert.deepEqual([first.status, second.status, third.status], ['fulfilled', 'rejected', 'fulfilled']);
  const { reason } = second as PromiseRejectedResult;
  assert.ok(code('event_refused')(reason));
  assert.equal(reason.message, 'sending event b: content_id is missing');
  assert.equal(reason.context.reason, 'bad_field');
  await w.close();
});

test('a wrong token ends at once; one who never answers ends with patience', async () => {
  const denied = fakeWeir([[403, { title: 'The role of this token does not allow it' }]]);
  const w = weir({ url: 'http://w', within: 1, fetch: denied.fetch });
  await assert.rejects(w.send('content.opened', lead(1)), code('not_allowed'));
  assert.equal(denied.asked.length, 1);
  await w.close();
  const away = fakeWeir(Array.from({ length: 50 }, () => new TypeError('fetch failed')));
  const patient = weir({ url: 'http://w', within: 1, patience: 400, fetch: away.fetch });
  await assert.rejects(patient.send('content.opened', lead(1)), code('no_answer'));
  assert.ok(away.asked.length >= 2);
  await patient.close();
});

test('too many that wait are refused at once, and after the end nothing is taken', async () => {
  const { asked, fetch } = fakeWeir();
  const w = weir({ url: 'http://w', within: 5, mostWaiting: 2, fetch });
  const sent = [1, 2].map((id) => w.send('content.opened', lead(id)));
  await assert.rejects(w.send('content.opened', lead(3)), code('wrong_usage'));
  await w.close();
  await Promise.all(sent);
  assert.equal(asked.flatMap(({ events }) => events).length, 2);
  await assert.rejects(w.send('content.opened', lead(4)), code('wrong_usage'));
  assert.throws(() => weir({ url: 'nowhere' }), TypeError);
});

test('large events go in requests of their own', async () => {
  const { asked, fetch } = fakeWeir();
  const w = weir({ url: 'http://w', within: 1, fetch });
  const note = 'x'.repeat(400_000);
  await Promise.all([1, 2, 3].map((id) => w.send('content.opened', { ...lead(id), note })));
  assert.deepEqual(
    asked.map(({ events }) => events.length),
    [2, 1],
  );
  await w.close();
});

test('types and their data are checked where they are written', () => {
  const w = weir({ url: 'http://w' });
  const neverRun = () => {
    // @ts-expect-error no such type
    void w.send('content.complete', lead(1));
    // @ts-expect-error content_id is missing
    void w.send('content.completed', { lead_id: 1 });
    // @ts-expect-error no such status
    void w.send('lead.status_changed', { lead_id: 1, status: 'gone' });
    void weir<{ 'interview.held': { lead_id: string } }>({ url: 'http://w' }).send('interview.held', {
      lead_id: '1',
    });
  };
  assert.equal(typeof neverRun, 'function');
});
