/** History on real servers: what stands in Postgres is the outbox, once and in order, whatever happened on the way. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Decision } from '../../src/core/decision.ts';
import type { EntryId } from '../../src/core/entry.ts';
import { WeirError } from '../../src/core/errors.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import type { Batch, HistoryStream, Meter, OutboxRow, Place, Sink } from '../../src/core/ports.ts';
import { Deliver } from '../../src/processor/deliver.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { RedisOutbox } from '../../src/processor/outbox.ts';
import { systemClock } from '../../src/processor/processor.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { PostgresHistory } from '../../src/store/postgres-history.ts';
import { PostgresSink } from '../../src/store/postgres-sink.ts';
import { madeDecision } from '../simulation/made-decision.ts';
import { SimulatedSink } from '../simulation/simulated-sink.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';
import { startTemporaryRedis } from './temporary-redis.ts';
import { until } from './until.ts';

const silent: Meter = { count: () => undefined, observe: () => undefined, gauge: () => undefined };

let redis: EmbeddedRedis;
let postgres: TemporaryPostgres;
let connection: RedisConnection;
let database: Database;
let partitions = 0;
/** Ends what a test that failed left running. */
const left: (() => Promise<void>)[] = [];

before(async () => {
  [redis, postgres] = await Promise.all([startTemporaryRedis(), startTemporaryPostgres()]);
  connection = connect(redis.target);
  database = openDatabase(postgres.url);
});
after(async () => {
  await Promise.all(left.map((stop) => stop()));
  await database.close();
  await connection.close();
  await Promise.all([redis.stop(), postgres.stop()]);
});

/** A partition that no other test uses: its outbox, and what delivers it. */
function newSubject() {
  const partition = partitions++;
  const { out } = partitionKeys(partition, 64);
  const sink = new PostgresSink(database);
  let made = 0;
  const add = async (count: number, more: Partial<Decision> = {}, incarnation = 1) => {
    const texts = Array.from({ length: count }, () =>
      JSON.stringify(madeDecision(partition, incarnation, made++, more)),
    );
    await connection.ask('filling an outbox', (client) =>
      Promise.all(texts.map((text) => client.xadd(out, '*', 'd', text))),
    );
  };
  const deliver = (through: Sink = sink) => {
    const stopping = new AbortController();
    const notices: string[] = [];
    const delivery = new Deliver({
      sink: through,
      partitions: partition + 1,
      source: (stream) => (stream === 'out' ? new RedisOutbox(connection, out) : undefined),
      session: (asked) => (asked === partition ? 'ours' : undefined),
      clock: systemClock,
      meter: silent,
      onNotice: (notice) => notices.push(notice),
    });
    const running = delivery.run(stopping.signal);
    const stop = async () => {
      stopping.abort();
      await running;
    };
    left.push(stop);
    return { delivery, notices, stop };
  };
  return { partition, out, sink, add, deliver };
}

async function outboxOf(out: string): Promise<OutboxRow[]> {
  const { entries } = await new RedisOutbox(connection, out).read('-', 1_000_000);
  return entries.flatMap(({ row }) => (row as OutboxRow | undefined) ?? []);
}

async function rowsOf(partition: number, orphaned = false, from = database): Promise<OutboxRow[]> {
  return from.ask('testing', async (db) => {
    const { rows } = await sql<OutboxRow>`
      select outbox_ms || '-' || outbox_seq as id, decision::text as text from decisions
      where partition = ${partition} and orphaned = ${orphaned} order by outbox_ms, outbox_seq`.execute(db);
    return rows;
  });
}

async function untilEqual(partition: number, out: string): Promise<void> {
  const expected = await outboxOf(out);
  await until('every row arrives', async () => (await rowsOf(partition)).length >= expected.length);
  assert.deepEqual(await rowsOf(partition), expected);
}

describe('history', () => {
  it('takes every decision once, in order and to the letter', async () => {
    const { partition, out, add, deliver } = newSubject();
    await add(1_300);
    // what jsonb and text refuse, and what a careless list of values would break on
    await add(3, {
      error: 'a \0 b \ud800 c',
      value: ['"', '\\', "{},'", null, '\u0000', '\ud83d'],
      late: true,
    });
    const { stop } = deliver();
    await untilEqual(partition, out);
    await stop();
  });

  it('goes on after a deliverer that died between the transaction and its bookkeeping', async () => {
    const { partition, out, sink, add, deliver } = newSubject();
    await add(20);
    let committed = false;
    const never = Promise.withResolvers<void>();
    const dead = deliver({
      ...bound(sink),
      apply: async (...call) => {
        await sink.apply(...call);
        committed = true;
        return never.promise;
      },
    });
    await until('the transaction is committed', () => committed);
    await add(5);
    const next = deliver();
    await untilEqual(partition, out);
    assert.equal(dead.delivery.delivered('out', partition, 'ours'), '0-0', 'it never learnt of its commit');
    await next.stop();
    const stopped = dead.stop();
    never.resolve();
    await stopped;
  });

  it('asks where it stands when the answer to a commit is lost', async () => {
    const { partition, out, sink, add, deliver } = newSubject();
    await add(20);
    let lost = 0;
    const { stop } = deliver({
      ...bound(sink),
      apply: async (...call) => {
        await sink.apply(...call);
        if (lost++ < 3) throw new WeirError('history_away', 'the answer was lost');
      },
    });
    await untilEqual(partition, out);
    await add(5);
    await until('the fault was met', () => lost > 1);
    await untilEqual(partition, out);
    await stop();
  });

  it('writes nothing twice when two deliver the same outbox', async () => {
    const { partition, out, add, deliver } = newSubject();
    const rivals = [deliver(), deliver(), deliver()];
    for (let round = 0; round < 10; round++) await add(30);
    await untilEqual(partition, out);
    await Promise.all(rivals.map((rival) => rival.stop()));
    assert.deepEqual(
      rivals.flatMap((rival) => rival.notices),
      [],
    );
  });

  it('waits while Postgres is away, says so once, and catches up', async () => {
    const { partition, out, add, deliver } = newSubject();
    await add(10);
    const { stop, delivery, notices } = deliver();
    await untilEqual(partition, out);
    await postgres.kill();
    await add(1_200);
    await until('it is noticed', () => notices.length > 0);
    assert.equal(await delivery.lag(), 1_200);
    const asked = new PostgresHistory(database).decisionsOf('lead', '1', { limit: 1 });
    await assert.rejects(
      asked,
      (error: unknown) => error instanceof WeirError && error.code === 'history_away',
    );
    await sleep(500);
    await postgres.start();
    await untilEqual(partition, out);
    await until('the lag is gone', async () => (await delivery.lag()) === 0);
    await stop();
    assert.match(
      notices.join('\n'),
      /^[^\n]+trying again when Postgres answers\nthe history is written again$/,
    );
  });

  it('marks what Redis lost as orphaned, and keeps both decisions of one id', async () => {
    const { partition, out, add, deliver } = newSubject();
    await add(10);
    const { stop, notices } = deliver();
    await untilEqual(partition, out);
    const all = await outboxOf(out);
    const kept = all.slice(0, 6);
    // a stream as it was before the last four entries, with another tail under the same numbers
    await connection.ask('losing a tail', async (client) => {
      const transaction = client.multi().del(out);
      for (const { id, text } of kept) transaction.xadd(out, id, 'd', text);
      for (const seq of [6, 7])
        transaction.xadd(out, '*', 'd', JSON.stringify(madeDecision(partition, 1, seq, { value: 'new' })));
      await transaction.exec();
    });
    await until('the loss is noticed', () => notices.length > 0);
    await untilEqual(partition, out);
    assert.deepEqual(await rowsOf(partition, true), all.slice(6));
    assert.match(notices.join(), /Redis lost what the history has/);
    const history = new PostgresHistory(database);
    const kept7 = await history.decision({ partition, incarnation: 1, seq: 7 });
    assert.deepEqual([kept7?.decision.value, kept7?.orphaned], ['new', false]);
    const lost9 = await history.decision({ partition, incarnation: 1, seq: 9 });
    assert.deepEqual([lost9?.decision.value, lost9?.orphaned], [4.5, true]);
    await stop();
  });

  it('follows anomalies from opening to end, and makes them again when Redis lost what it told of them', async () => {
    const { partition, out, add, deliver } = newSubject();
    const entity = `a${partition}`;
    const line = (message: string) => ({ name: 'drop', severity: 'high', message });
    const told = (lines: ReturnType<typeof line>[], entered: string[], left: string[]) =>
      add(1, { rule: 'spikes', kind: 'channel', entity, value: lines, entered, left });
    const anomalies = async () => {
      const query = { rule: 'spikes', entity, limit: 10 };
      const { rows } = await new PostgresHistory(database).anomalies(query);
      return rows.map(({ severity, line: { message }, resolved }) => [severity, message, resolved !== null]);
    };
    await told([line('first')], ['drop'], []);
    await told([line('worse')], [], []);
    await told([], [], ['drop']);
    await told([line('again')], ['drop'], []);
    const { stop, notices } = deliver();
    await untilEqual(partition, out);
    assert.deepEqual(await anomalies(), [
      ['high', 'again', false],
      ['high', 'worse', true],
    ]);
    const all = await outboxOf(out);
    // the end of the first and the second were lost
    await connection.ask('losing a tail', (client) =>
      Promise.all(all.slice(2).map(({ id }) => client.xdel(out, id))),
    );
    await until('the loss is noticed', () => notices.length > 0);
    assert.deepEqual(await anomalies(), [['high', 'worse', false]]);
    const open = await new PostgresHistory(database).anomalies({
      active: true,
      rule: 'spikes',
      entity,
      limit: 1,
    });
    assert.equal(open.rows.length, 1);
    await stop();
  });

  it('follows actions, and takes them back to where they stood when Redis lost what came of them', async () => {
    const { partition, out, add, deliver } = newSubject();
    const home = { rule: 'rebalance', kind: 'campaign', entity: `c${partition}` };
    const tell = async (seq: number, status: string, of = seq) => {
      const id = `${partition}-1-${of}`;
      const keys = { campaign_id: home.entity };
      const act = { id, hash: 'h', idempotency_key: `${id}-h`, requested_by: 'r', requested_at: 1, keys };
      await add(1, { ...home, value: { action: 'channel_reallocation', status }, act, reasons: [] });
    };
    const actions = async () => {
      const { rows } = await new PostgresHistory(database).actions({ campaign: home.entity, limit: 10 });
      return rows
        .map(({ id, status, history }) => [id, status, history.map((step) => step.status)])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    };
    const [first, second] = [`${partition}-1-0`, `${partition}-1-3`];
    await tell(0, 'pending');
    await tell(1, 'approved', 0);
    await tell(2, 'applied', 0);
    await tell(3, 'pending');
    const { stop, notices } = deliver();
    await untilEqual(partition, out);
    assert.deepEqual(await actions(), [
      [first, 'applied', ['pending', 'approved', 'applied']],
      [second, 'pending', ['pending']],
    ]);
    // what was applied, and the second as a whole
    const all = await outboxOf(out);
    await connection.ask('losing a tail', (client) =>
      Promise.all(all.slice(2).map(({ id }) => client.xdel(out, id))),
    );
    await until('the loss is noticed', () => notices.length > 0);
    assert.deepEqual(await actions(), [[first, 'approved', ['pending', 'approved']]]);
    // the log that is left goes on with it
    await tell(4, 'failed', 0);
    await until('it is written', async () => (await actions())[0]?.[1] === 'failed');
    assert.deepEqual(await actions(), [[first, 'failed', ['pending', 'approved', 'failed']]]);
    await stop();
  });

  it('answers as the simulated sink does', async () => {
    const call = fc.record({
      method: fc.constantFrom('apply' as const, 'apply' as const, 'newest' as const, 'rewind' as const),
      from: fc.option(fc.nat(12), { freq: 2 }),
      to: fc.nat(12),
      count: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { maxLength: 12 }),
        fc.constantFrom('in', 'out'),
        async (calls, stream) => {
          const partition = partitions++;
          const sinks: Sink[] = [new PostgresSink(database), new SimulatedSink()];
          const place: Place = { stream, partition };
          let seq = 0;
          for (const { method, from, to, count } of calls) {
            const [standing] = await (sinks[0] as Sink).positions([place]);
            const [start, end] = [from === null ? standing?.position : `${from}-0`, `${to}-0`] as [
              EntryId,
              EntryId,
            ];
            const numbers =
              method === 'apply' ? Array.from({ length: count }, () => seq++) : [0, 1, 2, 3, 4, 5, 6];
            const rows = numbers.map((number) => rowOf(stream, partition, number));
            const batch = { ...place, from: start, to: end, rows } as Batch;
            const answers = await Promise.all(
              sinks.map(async (sink) => {
                const asked: Promise<unknown> =
                  method === 'apply'
                    ? sink.apply([batch])
                    : method === 'newest'
                      ? sink.newest(place, batch.rows)
                      : sink.rewind(place, start, end);
                const answer = await asked.catch((error: WeirError) => error.code);
                return [answer, await sink.positions([place])];
              }),
            );
            assert.deepEqual(answers[0], answers[1], `${method} from ${start} to ${end}`);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

/** The methods of a sink, to put others in their place. */
function bound(sink: Sink): Sink {
  return {
    positions: (...call) => sink.positions(...call),
    apply: (...call) => sink.apply(...call),
    newest: (...call) => sink.newest(...call),
    rewind: (...call) => sink.rewind(...call),
  };
}

/** Ids that do not follow the numbers, as after losses. */
function rowOf(stream: HistoryStream, partition: number, number: number): Batch['rows'][number] {
  const id = `${(number * 7) % 13}-${number}`;
  const decision = madeDecision(partition, 1, number);
  if (stream !== 'in') return { id, text: JSON.stringify(decision) };
  const campaign = number % 2 === 0;
  const event = {
    item: 0,
    time: decision.time,
    type: campaign ? 'campaign.click' : 'content.opened',
    source: 'crm',
    id: decision.id,
    kind: campaign ? 'campaign' : 'lead',
    entity: '1',
    data: campaign ? { campaign_id: '1', channel: 'jooble', cost: 0.25 } : { lead_id: '1' },
  };
  return { id, incarnation: 1, events: [event], rules: 'r' };
}
