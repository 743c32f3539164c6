/** A log folded in memory, a thousand events a commit that nobody stores: what events cost without Redis. */

import type { Entry } from '../../src/core/entry.ts';
import type { Plan } from '../../src/rules/plan.ts';
import { decode } from '../../src/step/decode.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { step } from '../../src/step/step.ts';

const EVENTS_PER_COMMIT = 1000;

export interface Folded {
  readonly state: PartitionState;
  readonly microsPerEvent: number;
  /** Runs of rules. */
  readonly evaluations: number;
  /** Events that were measured, and all that were applied. */
  readonly measured: number;
  readonly applied: number;
}

/** The first tenth of the log warms up, and lets every entity run each of its rules the first time: it does not count. */
export function fold(plan: Plan, texts: readonly string[]): Folded {
  const state = new PartitionState(0, plan, { incarnation: 1 });
  const warm = Math.floor(texts.length / 10);
  let begun = process.cpuUsage();
  let evaluations = 0;
  let applied = 0;
  const count = () => {
    for (const { metric, amount } of state.tally.take()) {
      if (metric === 'weir_rule_evaluations_total') evaluations += amount;
      if (metric === 'weir_events_applied_total') applied += amount;
    }
  };
  for (let n = 0; n < texts.length; n++) {
    if (n === warm) {
      count();
      evaluations = 0;
      begun = process.cpuUsage();
    }
    const entry: Entry = { id: `${n + 1}-0`, d: texts[n] as string };
    for (const item of decode(entry, plan.events, { clock: 'log' })) step(state, entry, item);
    if (n % EVENTS_PER_COMMIT < EVENTS_PER_COMMIT - 1 && n < texts.length - 1) continue;
    state.collect();
    state.dedup.takeChanges();
    count();
  }
  const { user, system } = process.cpuUsage(begun);
  return {
    state,
    microsPerEvent: (user + system) / (texts.length - warm),
    evaluations,
    measured: texts.length - warm,
    applied,
  };
}
