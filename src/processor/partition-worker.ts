/** The worker of one partition: own → read → decode → step → commit, until stopped or fenced. */

import type { Entry } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { Commit, OwnerToken, Position } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { advance } from '../step/advance.ts';
import { decode, type Item } from '../step/decode.ts';
import type { PartitionState } from '../step/partition-state.ts';
import { itemTime, step } from '../step/step.ts';
import { takeStoredTimer } from '../step/stored-timer.ts';
import { timerKeys, touchedKeys } from '../step/touched-keys.ts';
import { askToResend } from './ask-to-resend.ts';
import { GoBack } from './go-back.ts';
import { loadReached } from './load-reached.ts';
import { Measure } from './measure.ts';
import { refusedCommit } from './refused-commit.ts';
import { reportModels, reportTally } from './report-tally.ts';
import { admitResidents, startState } from './start-state.ts';
import { Ticker } from './tick.ts';
import { breathe } from './turns.ts';
import type { WorkerOptions } from './worker-options.ts';

/** A commit carries at most this many events, if nothing else is said, or this many characters of entries. */
const EVENTS_PER_COMMIT = 2000;
const CHARACTERS_PER_COMMIT = 1024 * 1024;
const ENTRIES_PER_READ = 2000;
/** Between so many entities read from their records, and so many entries stepped through, sockets are looked at. */
const ADMITTED_AT_ONCE = 64;
const STEPPED_AT_ONCE = 250;
const BLOCK: Millis = SECOND;
/** After fewer entries than this the next are gathered for so long: a commit for each event costs more than its event. */
const FEW_ENTRIES = 32;
const GATHER: Millis = 5;
/** Timers are loaded this far ahead of the stream, and at most so many at once. */
const LOOK_AHEAD: Millis = 30 * SECOND;
const TIMERS_PER_LOAD = 2000;

export class PartitionWorker {
  private readonly options: WorkerOptions;
  private session: Session | undefined;
  /** The furthest position this process knows was committed, to notice when Redis went back behind it. */
  private seen: Position | undefined;
  /** The incarnation that began with the loss that was told of last. */
  private toldLoss: number | undefined;

  constructor(options: WorkerOptions) {
    this.options = options;
  }

  get partition(): number {
    return this.options.partition;
  }

  /** The token of the running session; undefined while another instance owns the partition. */
  get token(): OwnerToken | undefined {
    return this.session?.token;
  }

  /** Decisions about actions in the running session; undefined while one of them is not committed. */
  get acts(): number | undefined {
    return this.session?.acts === this.session?.state.acts ? this.session?.acts : undefined;
  }

  /** How far back repeats are recognised for certain; undefined while another instance owns the partition. */
  get dedupWindow(): Millis | undefined {
    return this.session?.dedupWindow;
  }

  /** The last committed position of the running session. */
  get position(): Position | undefined {
    return this.session?.committed;
  }

  /** Runs sessions until the signal; drains and commits what was read, then releases the partition. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, partition, onNotice } = this.options;
    let failures = 0;
    if (this.options.patience) await clock.sleep(this.options.patience, signal);
    while (!signal.aborted) {
      let wait: Millis = 0;
      try {
        wait = await this.ownAndWork(signal);
        failures = 0;
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        failures += 1;
        // fenced: the new owner keeps it; anything else: Redis is away or rolled back, ask again soon
        wait =
          error.code === 'fenced' ? this.options.ttl : Math.min(2 * SECOND, 100 * 2 ** Math.min(failures, 5));
        onNotice(error.message, { partition, code: error.code });
      } finally {
        this.seen = this.session?.committed ?? this.seen;
        this.session = undefined;
      }
      if (wait > 0 && !signal.aborted) await clock.sleep(wait, signal);
    }
  }

  /** @returns how long to wait before asking again, when another instance owns the partition. */
  private async ownAndWork(signal: AbortSignal): Promise<Millis> {
    const { state, instance, newNonce, ttl, partition, onNotice, meter } = this.options;
    const answer = await state.acquire(instance, newNonce(), ttl, this.seen);
    if (!answer.ok) {
      if (answer.tailLost) {
        meter.count('weir_tail_lost_total');
        onNotice('Redis lost what was committed here before another instance took over: it is gone', {
          partition,
          position: this.seen?.entry,
          incarnation: answer.incarnation,
        });
      }
      return Math.max(200, Math.min(ttl, answer.expires - answer.time + 50));
    }
    meter.count('weir_owner_changes_total');
    // whoever lost a tail may not have heard so: it stands in Redis until all was sent again
    if (answer.resendDue && answer.position.incarnation !== this.toldLoss) {
      this.toldLoss = answer.position.incarnation;
      meter.count('weir_tail_lost_total');
      onNotice('Redis lost the tail of this log: entries and state after the position shown are gone', {
        partition,
        position: answer.position.entry,
        incarnation: answer.position.incarnation,
      });
    }
    if (answer.resendDue) await this.options.onTailLost?.(answer.position.entry);
    const missing = await this.options.missingAfter(answer.position);
    if (missing > 0) {
      meter.count('weir_entries_lost_total', {}, missing);
      onNotice('unread entries were trimmed from this log by somebody else: they are lost', {
        partition,
        missing,
      });
    }
    const started = await this.start(answer.token, answer.position);
    if (answer.resendDue) await askToResend(this.options, answer.token, started.plan);
    const session = new Session(this.options, answer.token, answer.position, started);
    this.session = session;
    await session.work(signal);
    await state.release(answer.token);
    return 0;
  }

  /** Reads the state in several steps: when another instance commits in between, they do not fit together. */
  private async start(token: OwnerToken, position: Position): Promise<PartitionState> {
    const { state, ttl, partition } = this.options;
    try {
      return await startState(partition, position, this.options);
    } catch (error) {
      if (error instanceof WeirError || (await state.renew(token, position.commit, ttl))) throw error;
      throw new WeirError('fenced', `starting partition ${partition}: another instance owns it by now`, {
        cause: error,
      });
    }
  }
}

/** One uninterrupted ownership: memory that is dropped as soon as anything about it is uncertain. */
class Session {
  readonly token: OwnerToken;
  committed: Position;
  /** Where the work stands: committed, plus the commit in flight, plus what was stepped since. */
  private reached: Position;
  /** Decisions about actions that are committed. */
  acts = 0;
  private inFlight: Promise<void> = Promise.resolve();
  private renewedAt: Millis;
  private readonly options: WorkerOptions;
  readonly state: PartitionState;
  private readonly ticker: Ticker;
  private readonly measure: Measure;
  private readonly goBack: GoBack;
  private events = 0;
  private characters = 0;

  constructor(options: WorkerOptions, token: OwnerToken, position: Position, state: PartitionState) {
    this.options = options;
    this.token = token;
    this.committed = position;
    this.reached = position;
    this.state = state;
    this.renewedAt = options.clock.elapsed();
    this.measure = new Measure(options.meter, options.clock, state.seq);
    const { partition, logs = () => [options.log], rules, meter, onNotice } = options;
    const load = (hash: string) => rules.load(hash);
    this.goBack = new GoBack({ partition, logs, load, meter, onNotice });
    this.ticker = new Ticker(options.log, options.state);
  }

  get dedupWindow(): Millis {
    return this.state.dedup.effectiveWindow(this.state.streamTime);
  }

  async work(signal: AbortSignal): Promise<void> {
    const { log } = this.options;
    const { clock } = this.options;
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
        await this.process(entries);
        await clock.sleep(GATHER, signal);
      }
      // the next read is under way while this one is worked on, and waits where there is nothing yet
      next = log.read(last, ENTRIES_PER_READ, BLOCK);
      next.catch(() => undefined);
      if (!isTrickle && entries.length > 0) await this.process(entries);
      // events keep coming: what idling does is due all the same
      if (entries.length > 0 && clock.elapsed() - idledAt < BLOCK) continue;
      await this.idle();
      idledAt = clock.elapsed();
    }
    await this.flush();
    await this.settle();
  }

  private async process(entries: readonly Entry[]): Promise<void> {
    let from = 0;
    while (from < entries.length) {
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
      await this.apply(batch);
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

  private async apply(batch: readonly { entry: Entry; items: readonly Item[] }[]): Promise<void> {
    const { state } = this;
    // only here: what a batch was promised stays in memory until its end
    state.evict(this.options.cacheLimit);
    await this.prepare(batch);
    const { plan } = state;
    await this.options.turns.take(() => this.stepThrough(batch));
    if (state.plan !== plan) await admitResidents(state, this.options.state, plan);
  }

  private async stepThrough(batch: readonly { entry: Entry; items: readonly Item[] }[]): Promise<void> {
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
          await this.extendHorizon(time);
        }
        this.measure.sampled(state, item, () => step(state, entry, item));
      }
      state.begun = 0;
      this.reached = { ...this.reached, entry: entry.id, entries: this.reached.entries + 1 };
      this.measure.received(state, entry, items, this.options.clockMode() === 'live');
    }
  }

  /** Loads what the batch touches: rule sets, entities, timers due until its latest time. */
  private async prepare(batch: readonly { entry: Entry; items: readonly Item[] }[]): Promise<void> {
    const { state } = this;
    const keys = new Set<string>();
    let latest = 0;
    for (const { items } of batch) {
      for (const item of items) {
        if (item.kind === 'activated') await this.loadRules(item.hash);
        touchedKeys(state.plan, item, keys);
        latest = Math.max(latest, itemTime(item) ?? 0);
      }
    }
    await this.loadEntities(keys);
    await loadReached(state, batch, (wanted) => this.loadEntities(wanted));
    if (latest > state.horizon) await this.extendHorizon(latest);
  }

  private async loadRules(hash: string): Promise<void> {
    if (this.state.plans.has(hash)) return;
    const plan = await this.options.rules.load(hash);
    if (plan) this.state.plans.set(hash, plan);
  }

  private async loadEntities(keys: Iterable<string>): Promise<void> {
    const missing = [...keys].filter((key) => !this.state.has(key));
    if (missing.length === 0) return;
    const records = await this.options.state.load(missing);
    for (let i = 0; i < missing.length; i++) {
      if (i % ADMITTED_AT_ONCE === ADMITTED_AT_ONCE - 1) await breathe();
      this.state.admit(missing[i] as string, records[i]);
    }
  }

  /** Brings every entity with a timer due until `until` into memory, or as far as one load goes. */
  private async extendHorizon(until: Millis): Promise<void> {
    const { state } = this;
    let reach = until + LOOK_AHEAD;
    for (let limit = this.options.limits?.timers ?? TIMERS_PER_LOAD; ; limit *= 2) {
      const due = await this.options.state.dueTimers(reach, limit);
      if (due.length < limit) {
        await this.loadTimers(due);
        break;
      }
      // timers that share the last due time may have been cut off: stop just before it
      reach = (due.at(-1) as readonly [string, Millis])[1] - 1;
      const whole = due.filter(([, at]) => at <= reach);
      if (whole.length === 0 || reach <= state.streamTime) {
        reach = until + LOOK_AHEAD;
        continue;
      }
      await this.loadTimers(whole);
      break;
    }
    state.horizon = reach;
  }

  private async loadTimers(due: readonly (readonly [key: string, due: Millis])[]): Promise<void> {
    const { state } = this;
    await this.loadEntities(due.flatMap(([key]) => timerKeys(state.plan, key)));
    for (const [key, at] of due) takeStoredTimer(state, key, at);
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
    const { state, clock, meter, ttl, partition, onMail } = this.options;
    const begun = clock.elapsed();
    const answer = await state.commit(this.token, commit, ttl);
    if (!answer.ok) throw refusedCommit(partition, answer.reason);
    this.committed = commit.to;
    this.acts = acts;
    this.renewedAt = clock.elapsed();
    if (commit.mail.length > 0) onMail?.();
    meter.observe('weir_commit_duration_seconds', (clock.elapsed() - begun) / 1000);
    reportTally(this.state.tally, meter);
    reportModels(this.state, meter);
  }

  private async settle(): Promise<void> {
    await this.inFlight;
  }

  /** Nothing to read: keep the lease, let time pass. */
  private async idle(): Promise<void> {
    await this.settle();
    await this.goBack.afterCommit(this.state);
    const { clock, ttl, state, clockMode } = this.options;
    if (clock.elapsed() - this.renewedAt >= ttl / 3) {
      if (!(await state.renew(this.token, this.committed.commit, ttl)))
        throw new WeirError(
          'fenced',
          `renewing partition ${this.options.partition}: another instance owns it`,
        );
      this.renewedAt = clock.elapsed();
    }
    if (clockMode() === 'live') {
      const dueBy = async (until: Millis) =>
        this.state.timers.peekDue() <= until || (await state.dueTimers(until, 1)).length > 0;
      await this.ticker.tick(this.state.streamTime, dueBy);
    }
  }
}
