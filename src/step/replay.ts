/** replay: the log of a deployment through one rule set, all partitions in memory; their mail comes back into it. */

import type { Entry, EntryId } from '../core/entry.ts';
import type { Plan } from '../rules/plan.ts';
import { decode, type Item } from './decode.ts';
import { PartitionState } from './partition-state.ts';
import { step } from './step.ts';

export class Replay {
  readonly partitions: readonly PartitionState[];
  /** Those that something was applied to since they were settled. */
  #open = new Set<number>();

  /**
   * @param others sets that the log may activate, beside the one it begins with
   * @param first which of them the log of a partition begins with, where that is another one
   */
  constructor(plan: Plan, others: Iterable<Plan> = [], first: (partition: number) => Plan = () => plan) {
    const plans = [...others];
    this.partitions = Array.from({ length: plan.settings.partitions }, (_, partition) => {
      const begins = first(partition);
      const state = new PartitionState(partition, begins, { incarnation: 1 });
      for (const other of plans) state.plans.set(other.hash, other);
      state.rules = begins.hash;
      return state;
    });
  }

  apply(partition: number, entry: Entry, item: Item): void {
    this.#open.add(partition);
    step(this.partitions[partition] as PartitionState, entry, item);
  }

  /** Time passes everywhere. */
  passTo(time: number, entry: EntryId): void {
    for (const { partition } of this.partitions) this.apply(partition, { id: entry }, { kind: 'tick', time });
  }

  /**
   * Ends a commit: mail is applied where it is meant for, and what comes of that, until there is none.
   * @returns the decisions since the last call, as the outboxes would have them, by partition
   */
  settle(entry: EntryId): Map<number, string[]> {
    const decisions = new Map<number, string[]>();
    while (this.#open.size > 0) {
      const settled = [...this.#open].sort((a, b) => a - b);
      this.#open = new Set();
      const posted = settled.flatMap((partition) => {
        const { out, mail } = (this.partitions[partition] as PartitionState).drain();
        if (out.length > 0) decisions.set(partition, [...(decisions.get(partition) ?? []), ...out]);
        return mail;
      });
      for (const [target, text] of posted) this.#deliver(target, { id: entry, d: text });
    }
    return decisions;
  }

  #deliver(target: number | '*', entry: Entry): void {
    const targets = target === '*' ? this.partitions.keys() : [target];
    const { plan } = this.partitions[0] as PartitionState;
    const items = decode(entry, plan.events, { clock: 'log' });
    for (const partition of targets) for (const item of items) this.apply(partition, entry, item);
  }
}
