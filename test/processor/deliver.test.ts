/** deliver: whatever fails and whatever Redis loses, the rows that stand are the outbox, once and in order. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compareEntryIds, type EntryId } from '../../src/core/entry.ts';
import type { HistoryStream, Meter, Place, Sink, SteadyClock } from '../../src/core/ports.ts';
import { Deliver } from '../../src/processor/deliver.ts';
import type { Source, SourceEntry } from '../../src/processor/source.ts';
import { madeDecision } from '../simulation/made-decision.ts';
import { SimulatedSink } from '../simulation/simulated-sink.ts';

const PARTITION = 3;

/** A stream in memory that can lose its end and be trimmed; now and then an entry holds nothing to keep. */
class MemoryStream implements Source {
  entries: SourceEntry[] = [];
  added = 0;
  last: EntryId = '0-0';
  readonly stream: HistoryStream;
  private ms = 1000;

  constructor(stream: HistoryStream = 'out') {
    this.stream = stream;
  }

  /** What is for the history. */
  get rows() {
    return this.entries.flatMap(({ row }) => row ?? []);
  }

  add(seq: number, incarnation: number): void {
    // several entries share a millisecond, as those of one commit do
    if (this.added % 3 === 0) this.ms += 1;
    const id = `${this.ms}-${this.added}`;
    this.entries.push({ id, ...this.rowOf(id, seq, incarnation) });
    this.added += 1;
    this.last = id;
  }

  private rowOf(id: EntryId, seq: number, incarnation: number): Pick<SourceEntry, 'row'> {
    const decision = madeDecision(PARTITION, incarnation, seq);
    if (this.stream === 'out') return seq % 11 === 10 ? {} : { row: { id, text: JSON.stringify(decision) } };
    const event = {
      item: 0,
      time: decision.time,
      type: 'content.opened',
      source: '',
      kind: null,
      entity: null,
    };
    const events = seq % 11 === 9 ? [] : [{ ...event, id: decision.id, data: {} }];
    return { row: { id, incarnation, events, rules: 'r' } };
  }

  /** The last `count` entries never happened; time goes on. */
  lose(count: number): number {
    const lost = this.entries.splice(Math.max(0, this.entries.length - count)).length;
    this.added -= lost;
    this.last = this.entries.at(-1)?.id ?? '0-0';
    this.ms += 5;
    return lost;
  }

  trim(minId: EntryId): void {
    this.entries = this.entries.filter(({ id }) => compareEntryIds(id, minId) >= 0);
  }

  async read(from: EntryId, count: number) {
    const entries = this.entries.filter(({ id }) => compareEntryIds(id, from) >= 0).slice(0, count);
    return { entries, full: entries.length === count };
  }

  async readBack(until: EntryId, count: number) {
    return this.entries
      .filter(({ id }) => compareEntryIds(id, until) < 0)
      .reverse()
      .slice(0, count);
  }

  async size() {
    return { added: this.added, length: this.entries.length, last: this.last };
  }

  async mark() {
    return { at: this.last, count: this.added };
  }
}

function openDeliver(sink: Sink, ...streams: readonly MemoryStream[]) {
  const counts = new Map<string, number>();
  const notices: string[] = [];
  const meter: Meter = {
    count: (name, _labels, amount = 1) => counts.set(name, (counts.get(name) ?? 0) + amount),
    observe: () => undefined,
    gauge: () => undefined,
  };
  let rest = () => {};
  // it sleeps when nothing is left or something failed: then this round is over
  const clock: SteadyClock = { now: () => 0, elapsed: () => 0, sleep: async () => rest() };
  const deliver = new Deliver({
    sink,
    partitions: PARTITION + 1,
    source: (asked) => streams.find(({ stream }) => stream === asked),
    session: (partition) => (partition === PARTITION ? 'ours' : undefined),
    clock,
    meter,
    onNotice: (notice) => notices.push(notice),
  });
  const settle = async () => {
    const controller = new AbortController();
    rest = () => controller.abort();
    await deliver.run(controller.signal);
  };
  return { deliver, settle, counts, notices };
}

const at = (stream: HistoryStream): Place => ({ stream, partition: PARTITION });
const standing = (sink: SimulatedSink, stream: HistoryStream = 'out') =>
  sink.standing(at(stream)).map(({ row }) => row);

describe('deliver', () => {
  it('takes a long outbox in several transactions', async () => {
    const [sink, outbox] = [new SimulatedSink(), new MemoryStream()];
    for (let seq = 0; seq < 1203; seq++) outbox.add(seq, 1);
    const { settle, deliver, counts } = openDeliver(sink, outbox);
    assert.equal(await deliver.lag(), 1203);
    await settle();
    assert.deepEqual(standing(sink), outbox.rows);
    assert.equal(counts.get('weir_history_rows_total'), outbox.rows.length);
    assert.equal(await deliver.lag(), 0);
    assert.equal(deliver.delivered('out', PARTITION, 'ours'), outbox.last);
    assert.equal(deliver.delivered('out', 0, 'ours'), undefined, 'not ours');
  });

  it('counts what waits while the sink is away, also after entries were trimmed', async () => {
    const [sink, outbox] = [new SimulatedSink(), new MemoryStream()];
    for (let seq = 0; seq < 10; seq++) outbox.add(seq, 1);
    const { settle, deliver, notices } = openDeliver(sink, outbox);
    await settle();
    outbox.trim(outbox.last);
    assert.equal(await deliver.lag(), 0);
    for (let seq = 10; seq < 14; seq++) outbox.add(seq, 1);
    sink.fault = 'before';
    await settle();
    assert.equal(await deliver.lag(), 4);
    assert.equal(
      deliver.delivered('out', PARTITION, 'ours'),
      undefined,
      'nothing may be trimmed while the place is unknown',
    );
    await settle();
    assert.equal(await deliver.lag(), 0);
    assert.deepEqual(notices, ['the request was lost']);
  });

  it('marks what Redis lost as orphaned, and takes other decisions under the same ids', async () => {
    const [sink, outbox] = [new SimulatedSink(), new MemoryStream()];
    for (let seq = 0; seq < 8; seq++) outbox.add(seq, 1);
    const { settle, counts, notices } = openDeliver(sink, outbox);
    await settle();
    const lost = outbox.rows.slice(5);
    outbox.lose(3);
    // nobody noticed the loss in time: the same numbers are given again
    for (let seq = 5; seq < 9; seq++) outbox.add(seq, 1);
    await settle();
    assert.deepEqual(standing(sink), outbox.rows);
    assert.deepEqual(
      sink.rows.filter((row) => row.loss === 1).map((row) => row.id),
      lost.map((row) => row.id),
    );
    assert.equal(counts.get('weir_history_orphaned_total'), 3);
    assert.match(notices.join(), /Redis lost what the history has/);
  });

  it('says so when entries were trimmed before they were taken, and goes on', async () => {
    const [sink, outbox] = [new SimulatedSink(), new MemoryStream()];
    for (let seq = 0; seq < 4; seq++) outbox.add(seq, 1);
    await openDeliver(sink, outbox).settle();
    for (let seq = 4; seq < 9; seq++) outbox.add(seq, 1);
    outbox.trim(outbox.rows[6]?.id as EntryId);
    const { settle, notices, counts } = openDeliver(sink, outbox);
    await settle();
    assert.equal(standing(sink).length, 4 + 3);
    assert.equal(counts.get('weir_history_orphaned_total'), undefined);
    assert.match(notices.join(), /trimmed past what the history has/);
  });

  it('orphans everything when Redis came back empty', async () => {
    const [sink, outbox] = [new SimulatedSink(), new MemoryStream()];
    for (let seq = 0; seq < 4; seq++) outbox.add(seq, 1);
    const { settle } = openDeliver(sink, outbox);
    await settle();
    outbox.lose(4);
    await settle();
    assert.deepEqual(standing(sink), []);
    outbox.add(0, 1);
    await settle();
    assert.deepEqual(standing(sink), outbox.rows);
  });

  it('keeps what it has where the log has only refused entries left before what was lost', async () => {
    const [sink, log] = [new SimulatedSink(), new MemoryStream('in')];
    for (const seq of [0, 1, 2, 9, 20, 31]) log.add(seq, 1);
    const { settle, counts } = openDeliver(sink, log);
    await settle();
    log.trim(log.entries[3]?.id as EntryId);
    log.lose(1);
    log.add(40, 2);
    await settle();
    assert.equal(counts.get('weir_history_orphaned_total') ?? 0, 0);
    assert.deepEqual(
      standing(sink, 'in').flatMap((row) => ('events' in row ? row.events.map(({ id }) => id) : [])),
      [0, 1, 2].map((seq) => madeDecision(PARTITION, 1, seq).id).concat(madeDecision(PARTITION, 2, 40).id),
    );
  });

  it('takes back what lies beyond a lost tail it was told of, but nothing that another owner wrote since', async () => {
    const [sink, log] = [new SimulatedSink(), new MemoryStream('in')];
    for (let seq = 0; seq < 20; seq++) log.add(seq, 1);
    await openDeliver(sink, log).settle();
    const told = openDeliver(sink, log);
    const end = log.entries[10]?.id as EntryId;
    log.lose(9);
    await told.deliver.tailLost(PARTITION, end);
    // it lost the partition before it did anything, and another instance went on
    for (let seq = 20; seq < 30; seq++) log.add(seq, 2);
    await openDeliver(sink, log).settle();
    log.trim(log.last);
    told.deliver.othersWrote(PARTITION);
    await told.settle();
    assert.equal(standing(sink, 'in').length, 21);
    assert.equal(sink.rows.length, 30);

    const last = openDeliver(sink, log);
    await last.deliver.tailLost(PARTITION, end);
    await last.settle();
    assert.equal(standing(sink, 'in').length, 12, 'its eleven, and what the log still has');
  });

  it('takes nothing for lost where a log is told to begin before anything was committed', async () => {
    const [sink, log] = [new SimulatedSink(), new MemoryStream('in')];
    const { settle, notices } = openDeliver(sink, log);
    const read = log.read.bind(log);
    // as a log does whose partition has committed nothing yet
    log.read = async (from) => ({ entries: [{ id: from }], full: false });
    await settle();
    log.read = read;
    for (let seq = 0; seq < 4; seq++) log.add(seq, 1);
    await settle();
    assert.deepEqual(standing(sink, 'in'), log.rows);
    assert.deepEqual(notices, []);
  });

  it('lets nothing be trimmed by a place that was not compared with the stream', async () => {
    const [sink, log] = [new SimulatedSink(), new MemoryStream('in')];
    for (let seq = 0; seq < 8; seq++) log.add(seq, 1);
    await openDeliver(sink, log).settle();
    log.lose(3);
    for (let seq = 5; seq < 9; seq++) log.add(seq, 1);
    // somebody who knows nothing of the loss takes over
    const ignorant = openDeliver(sink, log);
    const before: unknown[] = [];
    const read = log.read.bind(log);
    log.read = async (from, count) => {
      before.push(ignorant.deliver.delivered('in', PARTITION, 'ours'));
      return await read(from, count);
    };
    await ignorant.settle();
    assert.equal(before[0], undefined);
    assert.equal(ignorant.deliver.delivered('in', PARTITION, 'later'), undefined, 'of an earlier session');
    assert.equal(ignorant.deliver.delivered('in', PARTITION, 'ours'), log.last);
    assert.deepEqual(standing(sink, 'in'), log.rows);
  });

  it('keeps rows and streams equal under any sequence of faults, losses, restarts and rivals', async () => {
    const action = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('add' as const), count: fc.integer({ min: 1, max: 5 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('lose' as const), count: fc.integer({ min: 1, max: 6 }) }),
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), who: fc.nat(1) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('before' as const, 'after' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), who: fc.nat(1) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('both' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), fc.boolean(), async (actions, noticed) => {
        const [sink, outbox, log] = [new SimulatedSink(), new MemoryStream(), new MemoryStream('in')];
        const open = () => openDeliver(sink, outbox, log);
        const delivers = [open(), open()];
        const rival = (who: number) => delivers[who] as (typeof delivers)[0];
        const next = { out: 0, in: 0 };
        let incarnation = 1;
        for (const action of actions) {
          if (action.do === 'add') {
            for (let i = 0; i < action.count; i++) outbox.add(next.out++, incarnation);
            log.add(next.in++, incarnation);
          } else if (action.do === 'lose') {
            next.out -= outbox.lose(action.count);
            next.in -= log.lose(Math.ceil(action.count / 3));
            // with or without the loss noticed when the partition was acquired
            if (noticed) incarnation += 1;
          } else if (action.do === 'settle') await rival(action.who).settle();
          else if (action.do === 'restart') delivers[action.who] = open();
          else if (action.do === 'both') await Promise.all(delivers.map((deliver) => deliver.settle()));
          else sink.fault = action.do;
        }
        sink.fault = undefined;
        for (const deliver of delivers) await deliver.settle();
        assert.deepEqual(standing(sink), outbox.rows);
        assert.deepEqual(standing(sink, 'in'), log.rows);
        for (const { deliver } of delivers) assert.equal(await deliver.lag(), 0);
      }),
      { numRuns: 300 },
    );
  });
});
