/** One uninterrupted ownership: memory that is dropped as soon as anything about it is uncertain. */

import type { Entry } from '../core/entry.ts';
import type { Commit, Position } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { advance } from '../step/advance.ts';
import { decode, type Item } from '../step/decode.ts';
import type { PartitionState } from '../step/partition-state.ts';
import { itemTime, step } from '../step/step.ts';
import { GoBack } from './go-back.ts';
import type { Lease } from './lease.ts';
import { Measure } from './measure.ts';
import { type Batch, Preload } from './preload.ts';
import { refusedCommit } from './refused-commit.ts';
import { reportModels, reportTally } from './report-tally.ts';
import { admitResidents } from './start-state.ts';
import { Ticker } from './tick.ts';
import { breathe } from './turns.ts';
import type { WorkerOptions } from './worker-options.ts';

/** A commit carries at most this many events, if nothing else is said, or this many characters of entries. */
const EVENTS_PER_COMMIT = 2000;
const CHARACTERS_PER_COMMIT = 1024 * 1024;
const ENTRIES_PER_READ = 2000;
/** Between so many entries stepped through sockets are looked at. */
const STEPPED_AT_ONCE = 250;
const BLOCK: Millis = SECOND;
/** After fewer entries than this the next are gathered for so long: a commit for each event costs more than its event. */
const FEW_ENTRIES = 32;
const GATHER: Millis = 5;

export class Session {
  readonly lease: Lease;
  committed: Position;
  /** Where the work stands: committed, plus the commit in flight, plus what was stepped since. */
  private reached: Position;
  /** Decisions about actions that are committed. */
  acts = 0;
  private inFlight: Promise<void> = Promise.resolve();
  private readonly options: WorkerOptions;
  readonly state: PartitionState;
  private readonly ticker: Ticker;
  private readonly measure: Measure;
  private readonly goBack: GoBack;
  private readonly preload: Preload;
  private events = 0;
  private characters = 0;

  constructor(options: WorkerOptions, lease: Lease, position: Position, state: PartitionState) {
    this.options = options;
    this.lease = lease;
    this.committed = position;
    this.reached = position;
    this.state = state;
    this.measure = new Measure(options.meter, options.clock, state.seq);
    const { partition, logs = () => [options.log], rules, meter, onNotice } = options;
    const load = (hash: string) => rules.load(hash);
    this.goBack = new GoBack({ partition, logs, load, meter, onNotice });
    this.ticker = new Ticker(options.log, options.state);
    this.preload = new Preload(options, state);
  }

  get dedupWindow(): Millis {
    return this.state.dedup.effectiveWindow(this.state.streamTime);
  }

  async work(signal: AbortSignal): Promise<void> {
    const { log, clock } = this.options;
    let next = log.read(this.reached.entry, ENTRIES_PER_READ, 0);
    next.catch(() => undefined);
    let idledAt = clock.elapsed();
    while (!signal.aborted) {
      const waiting = next;
      // a commit that fails is heard of at once, also while there is nothing to read
      const entries = await Promise.race([waiting, this.inFlight.then(() => waiting)]);
      const last = entries.at(-1)?.id ?? this.reached.entry;
      const isTrickle = entries.length > 0 && entries.length < FEW_ENTRIES;
      if (isTrickle) {
        await this.process(entries, signal);
        await clock.sleep(GATHER, signal);
      }
      // the next read is under way while this one is worked on, and waits where there is nothing yet
      next = log.read(last, ENTRIES_PER_READ, BLOCK);
      next.catch(() => undefined);
      if (!isTrickle && entries.length > 0) await this.process(entries, signal);
      // events keep coming: what idling does is due all the same
      if (entries.length > 0 && clock.elapsed() - idledAt < BLOCK) continue;
      await this.idle();
      idledAt = clock.elapsed();
    }
    await this.flush();
    await this.settle();
  }

  /** What is not begun when the signal comes is left to the next owner. */
  private async process(entries: readonly Entry[], signal: AbortSignal): Promise<void> {
    let from = 0;
    while (from < entries.length && !signal.aborted) {
      const batch: { entry: Entry; items: Item[] }[] = [];
      const options = { clock: this.options.clockMode() };
      let to = from;
      for (; to < entries.length && !this.isFull(); to++) {
        const entry = entries[to] as Entry;
        const items = decode(entry, this.state.plan.events, options);
        this.events += items.length;
        this.characters += (entry.d ?? entry.f ?? entry.b ?? '').length;
        batch.push({ entry, items });
        // an activation changes how what follows is decoded
        if (items.some((item) => item.kind === 'activated')) {
          to += 1;
          break;
        }
      }
      await this.apply(batch, signal);
      await this.flush();
      if (this.state.predecessor.wanted) {
        await this.settle();
        await this.goBack.afterCommit(this.state);
      }
      from = to;
    }
  }

  private isFull(): boolean {
    return (
      this.events >= (this.options.limits?.events ?? EVENTS_PER_COMMIT) ||
      this.characters >= CHARACTERS_PER_COMMIT
    );
  }

  private async apply(batch: Batch, signal: AbortSignal): Promise<void> {
    const { state } = this;
    // only here: what a batch was promised stays in memory until its end
    state.evict(this.options.cacheLimit);
    await this.preload.prepare(batch);
    const { plan } = state;
    await this.options.turns.take(() => this.stepThrough(batch, signal));
    if (state.plan !== plan) await admitResidents(state, this.options.state, plan);
  }

  private async stepThrough(batch: Batch, signal: AbortSignal): Promise<void> {
    const { state } = this;
    let stepped = 0;
    for (const { entry, items } of batch) {
      stepped += items.length;
      if (stepped >= STEPPED_AT_ONCE) {
        stepped = 0;
        await breathe();
      }
      for (let i = state.begun; i < items.length; i++) {
        const item = items[i] as Item;
        const time = itemTime(item);
        while (time !== undefined && time > state.horizon) {
          // more timers than were loaded are due before this item: move there in steps, each one durable
          state.begun = i;
          advance(state, entry.id, state.horizon);
          await this.flush();
          if (signal.aborted) return;
          await this.preload.extendHorizon(time);
        }
        this.measure.sampled(state, item, () => step(state, entry, item));
      }
      state.begun = 0;
      this.reached = { ...this.reached, entry: entry.id, entries: this.reached.entries + 1 };
      this.measure.received(state, entry, items, this.options.clockMode() === 'live');
    }
  }

  /** Hands the changes so far to one commit; waits for the one before it first. */
  private async flush(): Promise<void> {
    await this.settle();
    const { state } = this;
    const changes = state.collect();
    const ids = state.dedup.takeChanges();
    const lists = [changes.states, changes.out, changes.mail, changes.dead, changes.late, ids.appended];
    const changed = lists.some((list) => list.length > 0);
    if (this.reached.entry === this.committed.entry && !changed) return;
    const to: Position = { ...this.reached, commit: this.committed.commit + 1, head: state.head() };
    const commit: Commit = {
      from: this.committed,
      to,
      ...changes,
      changed: this.options.tellsChanged ? changes.changed : [],
      ids: ids.appended,
      dropIds: ids.dropped,
    };
    this.reached = to;
    this.events = 0;
    this.characters = 0;
    this.inFlight = this.commit(commit, state.acts);
    // its failure is heard by whoever settles next
    this.inFlight.catch(() => undefined);
  }

  private async commit(commit: Commit, acts: number): Promise<void> {
    const { lease } = this;
    const { state, clock, meter, ttl, partition, onMail } = this.options;
    const begun = clock.elapsed();
    lease.committing();
    const answer = await state.commit(lease.token, commit, ttl);
    if (!answer.ok) throw refusedCommit(partition, answer.reason);
    this.committed = commit.to;
    this.acts = acts;
    lease.committed(commit.to.commit);
    if (commit.mail.length > 0) onMail?.();
    meter.observe('weir_commit_duration_seconds', (clock.elapsed() - begun) / 1000);
    reportTally(this.state.tally, meter);
    reportModels(this.state, meter);
  }

  private async settle(): Promise<void> {
    await this.inFlight;
    this.lease.check();
  }

  /** Nothing to read: let time pass. */
  private async idle(): Promise<void> {
    await this.settle();
    await this.goBack.afterCommit(this.state);
    const { state, clockMode } = this.options;
    if (clockMode() === 'live') {
      const dueBy = async (until: Millis) =>
        this.state.timers.peekDue() <= until || (await state.dueTimers(until, 1)).length > 0;
      await this.ticker.tick(this.state.streamTime, dueBy);
    }
  }
}
