/** Preload: brings into memory what a batch of entries touches, before it is stepped through. */

import type { Entry } from '../core/entry.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { Item } from '../step/decode.ts';
import type { PartitionState } from '../step/partition-state.ts';
import { itemTime } from '../step/step.ts';
import { takeStoredTimer } from '../step/stored-timer.ts';
import { timerKeys, touchedKeys } from '../step/touched-keys.ts';
import { loadReached } from './load-reached.ts';
import { breathe } from './turns.ts';
import type { WorkerOptions } from './worker-options.ts';

/** Between so many entities read from their records sockets are looked at. */
const ADMITTED_AT_ONCE = 64;
/** Timers are loaded this far ahead of the stream, and at most so many at once. */
const LOOK_AHEAD: Millis = 30 * SECOND;
const TIMERS_PER_LOAD = 2000;

/** Entries with what they were decoded to. */
export type Batch = readonly { readonly entry: Entry; readonly items: readonly Item[] }[];

export class Preload {
  private readonly options: Pick<WorkerOptions, 'state' | 'rules' | 'limits'>;
  private readonly state: PartitionState;

  constructor(options: Pick<WorkerOptions, 'state' | 'rules' | 'limits'>, state: PartitionState) {
    this.options = options;
    this.state = state;
  }

  /** Loads what the batch touches: rule sets, entities, timers due until its latest time. */
  async prepare(batch: Batch): Promise<void> {
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
  async extendHorizon(until: Millis): Promise<void> {
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
}
