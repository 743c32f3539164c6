/** subscribe: decisions of chosen rules go to whoever subscribed, each partition's by its owner, at least once and in order. */

import { compareEntryIds, type EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { Meter, OwnerToken, Rng, SteadyClock } from '../core/ports.ts';
import { ACTIONS, type Subscription } from '../core/subscription.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { Plan } from '../rules/plan.ts';
import { Courier, type Receiver } from './courier.ts';
import type { SourceEntry } from './source.ts';
import type { SubscriptionPlace } from './subscription-place.ts';

export interface SubscribeOptions {
  readonly partitions: number;
  /** At most a page of the outbox after an entry. */
  readonly read: (
    partition: number,
    after: EntryId,
  ) => Promise<{ entries: readonly SourceEntry[]; full: boolean }>;
  readonly place: (partition: number, name: string) => SubscriptionPlace;
  readonly receiver: (subscription: Subscription) => Receiver;
  /** The rules in force in a partition of ours; undefined while that is not known. */
  readonly plan: (partition: number) => Promise<Plan | undefined>;
  readonly token: (partition: number) => OwnerToken | undefined;
  readonly commit: (partition: number) => unknown;
  /** Decisions about actions that this owner committed; undefined while one of them is under way. */
  readonly acts?: (partition: number) => number | undefined;
  readonly durable?: (partition: number, entry: EntryId) => Promise<boolean>;
  readonly close?: () => Promise<void>;
  readonly clock: SteadyClock;
  readonly rng: Rng;
  readonly meter: Meter;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

interface Running {
  readonly courier: Courier;
  readonly name: string;
  readonly stopping: AbortController;
  readonly done: Promise<void>;
}

/** How soon a partition that was acquired, and a change of the subscriptions, is noticed. */
const LOOK_EVERY: Millis = SECOND / 2;

export class Subscribe {
  private readonly options: SubscribeOptions;
  /** By partition: its couriers by what they were told to do. */
  private readonly running = new Map<number, Map<string, Running>>();
  private readonly plans = new Map<number, Plan>();
  /** The last page read of a partition: those who stand at the same place share it. */
  private readonly pages = new Map<number, Page>();
  /** By definition: given up in every partition. */
  private readonly gone = new Map<string, { at: boolean }>();
  private failed: (error: unknown) => void = () => {};
  private readonly names = new Set<string>();

  constructor(options: SubscribeOptions) {
    this.options = options;
  }

  /** Tells until the signal; what is being told then is told again by the next owner. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, onNotice } = this.options;
    let unforeseen: unknown;
    const stopping = new AbortController();
    const stop = () => stopping.abort();
    signal.addEventListener('abort', stop, { once: true });
    this.failed = (error) => {
      unforeseen ??= error;
      stop();
    };
    while (!stopping.signal.aborted) {
      try {
        for (let partition = 0; partition < this.options.partitions; partition++) await this.look(partition);
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        onNotice(error.message, { subscriptions: true, code: error.code });
      }
      await clock.sleep(LOOK_EVERY, stopping.signal);
    }
    await Promise.all([...this.running.keys()].map((partition) => this.end(partition, () => true)));
    signal.removeEventListener('abort', stop);
    await this.options.close?.();
    if (unforeseen !== undefined) throw unforeseen;
  }

  /** Starts what the rules in force ask for and ends what they do not. */
  private async look(partition: number): Promise<void> {
    const { token, plan } = this.options;
    const rules = token(partition) === undefined ? undefined : await plan(partition);
    if (rules) this.plans.set(partition, rules);
    else if (token(partition) !== undefined) return;
    const wanted = new Map((rules ? subscriptionsOf(rules) : []).map((one) => [JSON.stringify(one), one]));
    await this.end(partition, (definition) => !wanted.has(definition));
    if (rules === undefined) {
      this.running.delete(partition);
      return;
    }
    const running = this.running.get(partition) ?? new Map<string, Running>();
    this.running.set(partition, running);
    for (const [definition, subscription] of wanted)
      if (!running.has(definition)) running.set(definition, this.start(partition, definition, subscription));
  }

  private start(partition: number, definition: string, subscription: Subscription): Running {
    const { place, receiver, token, commit, acts, durable, clock, rng, meter, onNotice } = this.options;
    const stopping = new AbortController();
    const gone = this.gone.get(definition) ?? { at: false };
    this.gone.set(definition, gone);
    this.names.add(subscription.name);
    const courier = new Courier({
      subscription,
      partition,
      receiver: receiver(subscription),
      place: place(partition, subscription.name),
      read: (after) => this.page(partition, after),
      token: () => token(partition),
      commit: () => commit(partition),
      plan: () => this.plans.get(partition) as Plan,
      ...(isOfActions(subscription) && acts && { acts: () => acts(partition) }),
      ...(durable && { durable: (entry: EntryId) => durable(partition, entry) }),
      gone,
      clock,
      rng,
      meter,
      onNotice,
    });
    const done = courier.run(stopping.signal).catch((error: unknown) => this.failed(error));
    return { courier, name: subscription.name, stopping, done };
  }

  /** Waits for those it ends: the next one of the same name stands where they stood. */
  private async end(partition: number, ends: (definition: string) => boolean): Promise<void> {
    const running = this.running.get(partition);
    for (const [definition, { stopping, done }] of running ?? []) {
      if (!ends(definition)) continue;
      stopping.abort();
      await done;
      running?.delete(definition);
    }
  }

  private page(partition: number, after: EntryId): Page['found'] {
    const { commit, read } = this.options;
    const committed = commit(partition);
    const known = this.pages.get(partition);
    if (known && known.after === after && known.committed === committed) return known.found;
    const found = read(partition, after);
    this.pages.set(partition, { after, committed, found });
    // a page that failed is not kept
    found.catch(() => this.pages.delete(partition));
    return found;
  }

  /** The outbox of a partition of ours must not be trimmed beyond; undefined where nobody waits for it. */
  position(partition: number, token: OwnerToken): EntryId | undefined {
    const running = this.running.get(partition);
    if (running === undefined) return '0-0';
    let least: EntryId | undefined;
    for (const { courier } of running.values()) {
      const at = courier.positionUnder(token) ?? '0-0';
      if (least === undefined || compareEntryIds(at, least) < 0) least = at;
    }
    return least;
  }

  /** By name, also of those that have ended: entries that wait in our partitions. */
  async lag(): Promise<ReadonlyMap<string, number>> {
    const sums = new Map([...this.names].map((name) => [name, 0]));
    const all = [...this.running.values()].flatMap((running) => [...running.values()]);
    await Promise.all(
      all.map(async ({ courier, name }) => {
        const waiting = await courier.lag();
        sums.set(name, (sums.get(name) ?? 0) + waiting);
      }),
    );
    return sums;
  }
}

/** Those of weir.yaml, and the stream of actions where rules act. */
export function subscriptionsOf({ settings, kinds }: Plan): readonly Subscription[] {
  const acting = kinds.some(({ nodes }) => nodes.some((node) => node.type === 'actions'));
  return acting ? [...settings.subscriptions, ACTIONS] : settings.subscriptions;
}

function isOfActions({ rules, actions }: Subscription): boolean {
  return actions === true && rules.length === 0;
}

interface Page {
  readonly after: EntryId;
  readonly committed: unknown;
  readonly found: Promise<{ entries: readonly SourceEntry[]; full: boolean }>;
}
