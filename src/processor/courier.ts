/** One subscription in one partition: reads its outbox from where it stands, tells, and only then moves on. */

import { compareEntryIds, type EntryId, entryMillis } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { Meter, OutboxRow, OwnerToken, Rng, SteadyClock } from '../core/ports.ts';
import type { Subscription } from '../core/subscription.ts';
import { DAY, MINUTE, type Millis, SECOND } from '../core/units.ts';
import type { Plan } from '../rules/plan.ts';
import type { SourceEntry } from './source.ts';
import type { Standing, SubscriptionPlace } from './subscription-place.ts';
import { type ToldDecision, toldDecision } from './told-decision.ts';

/** done: told; gone: nobody wants to hear it there any more; otherwise why it must be tried again. */
export type Outcome = 'done' | 'gone' | { readonly problem: string };

export interface Receiver {
  /** How many decisions are told together. */
  readonly atOnce: number;
  /** What is not told within a day is given up. */
  readonly forgets?: true;
  tell(decisions: readonly ToldDecision[], signal: AbortSignal): Promise<Outcome>;
}

export interface CourierOptions {
  readonly subscription: Subscription;
  readonly partition: number;
  readonly receiver: Receiver;
  readonly place: SubscriptionPlace;
  /** The next entries of the outbox; `full`: there may be more. */
  readonly read: (after: EntryId) => Promise<{ entries: readonly SourceEntry[]; full: boolean }>;
  /** Proves that this process owns the partition, while it does. */
  readonly token: () => OwnerToken | undefined;
  /** Another one after each commit of the partition. */
  readonly commit: () => unknown;
  readonly plan: () => Plan;
  /** Decisions about actions in the outbox: where no more are, others need not be read. Undefined: all are read. */
  readonly acts?: (() => number | undefined) | undefined;
  /** Whether an entry of the outbox cannot be lost any more. Absent: it never can. */
  readonly durable?: ((entry: EntryId) => Promise<boolean>) | undefined;
  /** Given up in all partitions: what comes is passed over. */
  readonly gone: { at: boolean };
  readonly clock: SteadyClock;
  readonly rng: Rng;
  readonly meter: Meter;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

const POLL: Millis = 100;
/** A place that only passed over entries is written so often. */
const PLACE_EVERY: Millis = SECOND;
const DURABLE_EVERY: Millis = SECOND / 4;
const LONGEST_PAUSE: Millis = 5 * MINUTE;

/** Part of a page: decisions that are told together, perhaps none, and where the subscription stands then. */
interface Portion {
  readonly decisions: readonly ToldDecision[];
  readonly to: Standing;
}

export class Courier {
  private readonly options: CourierOptions;
  private token: OwnerToken | undefined;
  /** Redis knows a later owner than this one. */
  private fenced: OwnerToken | undefined;
  /** As Redis has it; undefined while that is not known. */
  private stored: Standing | undefined;
  /** Entries up to here were told or passed over. */
  private reached: Standing = { entry: '0-0', count: 0 };
  private movedAt: Millis = 0;
  /** The commit after which there was nothing left to read. */
  private drained: unknown;
  private expired = 0;
  /** What `acts` was when everything up to then was read. */
  private actsRead: number | undefined;

  constructor(options: CourierOptions) {
    this.options = options;
  }

  /** The outbox must not be trimmed beyond; undefined while that is not known under this token. */
  positionUnder(token: OwnerToken): EntryId | undefined {
    return this.token === token ? this.stored?.entry : undefined;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const more = await this.round(signal);
        failures = 0;
        if (!more) await clock.sleep(POLL, signal);
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        this.stored = undefined;
        failures += 1;
        if (failures === 1) this.notice(error.message, { code: error.code });
        await clock.sleep(Math.min(2 * SECOND, POLL * 2 ** Math.min(failures - 1, 5)), signal);
      }
    }
  }

  /** Entries that wait; 0 while this process does not own the partition. */
  async lag(): Promise<number> {
    if (this.stored === undefined) return 0;
    return Math.max(0, (await this.options.place.added()) - this.reached.count);
  }

  /** One page of the outbox; true when there may be more at once. */
  private async round(signal: AbortSignal): Promise<boolean> {
    const { token, commit, read, clock } = this.options;
    const mine = token();
    if (mine !== this.token) this.stored = undefined;
    this.token = mine;
    if (mine === undefined || mine === this.fenced) return false;
    if (this.stored === undefined) await this.resume();
    const acts = this.options.acts?.();
    if (acts !== undefined && acts === this.actsRead) {
      if (clock.elapsed() - this.movedAt >= PLACE_EVERY) await this.passOver(acts);
      return false;
    }
    const committed = commit();
    if (committed === this.drained) {
      if (clock.elapsed() - this.movedAt >= PLACE_EVERY) await this.move();
      return false;
    }
    const { entries, full } = await read(this.reached.entry);
    for (const portion of this.portions(this.reached, entries)) {
      if (!(await this.tell(portion, signal))) return false;
      this.reached = portion.to;
      if (portion.decisions.length > 0 || clock.elapsed() - this.movedAt >= PLACE_EVERY)
        if (!(await this.move())) return false;
    }
    if (!full) {
      this.drained = committed;
      this.actsRead = acts;
    }
    return full;
  }

  /** Nothing up to the end is for this subscription: that is counted before anything is committed. */
  private async passOver(acts: number): Promise<void> {
    const end = await this.options.place.end();
    if (this.options.acts?.() !== acts || this.options.token() !== this.token) return;
    if (compareEntryIds(end.entry, this.reached.entry) > 0) this.reached = end;
    await this.move();
  }

  private async resume(): Promise<void> {
    const { entry, count, missed } = await this.options.place.find();
    this.stored = { entry, count };
    this.reached = { entry, count: count + missed };
    this.drained = undefined;
    this.actsRead = undefined;
    if (missed === 0) return;
    this.count('missed', missed);
    this.notice('an outbox was trimmed past where a subscription stood: entries in between were not told', {
      missed,
      after: entry,
    });
  }

  private *portions(from: Standing, entries: readonly SourceEntry[]): Generator<Portion> {
    const { subscription, plan, receiver } = this.options;
    let decisions: ToldDecision[] = [];
    let to = from;
    for (const { id, row } of entries) {
      to = { entry: id, count: to.count + 1 };
      // mail between partitions has no row
      const told = row && toldDecision((row as OutboxRow).text, subscription, plan());
      if (told === 'muted') this.count('muted');
      else if (told) decisions.push(told);
      if (decisions.length < receiver.atOnce) continue;
      yield { decisions, to };
      decisions = [];
    }
    if (to !== from) yield { decisions, to };
  }

  /** Until it is told or given up; false when this process may not tell it any more. */
  private async tell({ decisions, to }: Portion, signal: AbortSignal): Promise<boolean> {
    const { receiver, gone, clock, rng, token } = this.options;
    if (decisions.length === 0) return true;
    if (!(await this.untilDurable(decisions, to.entry, signal))) return false;
    for (let failures = 0; ; failures++) {
      if (signal.aborted || token() !== this.token) return false;
      if (gone.at) {
        this.count('gone', decisions.length);
        return true;
      }
      if (receiver.forgets && entryMillis(to.entry) < clock.now() - DAY) {
        this.expire(decisions);
        return true;
      }
      const outcome = await receiver.tell(decisions, signal);
      if (outcome === 'done') {
        this.told(decisions.length, failures);
        return true;
      }
      if (signal.aborted) return false;
      if (outcome === 'gone') this.giveUp();
      else {
        this.count('retried');
        if (failures === 0) this.notice(`a subscription is not heard: ${outcome.problem}`, {});
        const pause = Math.min(LONGEST_PAUSE, SECOND * 2 ** Math.min(failures, 20));
        await clock.sleep(pause * (0.5 + rng() / 2), signal);
      }
    }
  }

  /** What moves money waits until its commit is safe; false when this process may not tell it any more. */
  private async untilDurable(
    decisions: readonly ToldDecision[],
    entry: EntryId,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { durable, clock, token } = this.options;
    if (durable === undefined || !decisions.some(({ binding }) => binding)) return true;
    while (!(await durable(entry))) {
      await clock.sleep(DURABLE_EVERY, signal);
      if (signal.aborted || token() !== this.token) return false;
    }
    return true;
  }

  private told(decisions: number, failures: number): void {
    this.count('delivered', decisions);
    if (failures > 0) this.notice('a subscription is heard again', { failures });
    this.expired = 0;
  }

  private giveUp(): void {
    this.options.gone.at = true;
    this.notice('a subscription is given up, since its receiver answered 410: decisions are passed over', {});
  }

  /** Said for the first one and then each time they are ten times as many. */
  private expire(decisions: readonly ToldDecision[]): void {
    for (const { id } of decisions) {
      this.expired += 1;
      this.count('expired');
      if (/^10*$/.test(String(this.expired)))
        this.notice('a decision could not be told within a day and is given up', {
          decision: id,
          given_up: this.expired,
        });
    }
  }

  /** False when somebody else has the partition by now. */
  private async move(): Promise<boolean> {
    const { place, clock, partition } = this.options;
    const { stored, reached, token } = this;
    this.movedAt = clock.elapsed();
    if (stored === undefined || token === undefined || stored.entry === reached.entry) return true;
    const answer = await place.move(token, stored, reached);
    if (answer === 'STALE')
      throw new WeirError(
        'stale_position',
        `telling decisions of partition ${partition}: the place of a subscription is not ${stored.entry}; it is read again`,
      );
    if (answer === 'FENCED') {
      this.fenced = token;
      this.stored = undefined;
      return false;
    }
    this.stored = reached;
    return true;
  }

  private count(result: string, amount = 1): void {
    const { meter, subscription } = this.options;
    meter.count('weir_subscription_delivered_total', { subscription: subscription.name, result }, amount);
  }

  private notice(notice: string, context: Record<string, unknown>): void {
    const { onNotice, subscription, partition } = this.options;
    onNotice(notice, { subscription: subscription.name, partition, ...context });
  }
}
