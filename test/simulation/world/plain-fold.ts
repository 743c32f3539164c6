/** One partition's log folded from its beginning in one go, by one thread that nothing happens to. */

import type { Decision } from '../../../src/core/decision.ts';
import type { Entry } from '../../../src/core/entry.ts';
import type { Millis } from '../../../src/core/units.ts';
import { decode } from '../../../src/step/decode.ts';
import { PartitionState } from '../../../src/step/partition-state.ts';
import { step } from '../../../src/step/step.ts';
import type { SmallRules } from './rules.ts';

export interface PlainFold {
  /** What a commit of it all would keep, by entity key. */
  readonly records: Map<string, string>;
  readonly decisions: string[];
  readonly dead: string[];
  readonly late: string[];
  readonly timers: Map<string, Millis>;
  /** The last decision of each rule, by `lead:1#score`. */
  readonly decided: Map<string, string>;
}

/** @param told the decisions to compare with: they say which incarnation numbered which of them */
export function plainFold(
  partition: number,
  { versions }: SmallRules,
  log: readonly Entry[],
  told: readonly Decision[],
  clock: 'live' | 'log',
): PlainFold {
  const [first] = versions;
  if (!first) throw new Error('there are no rules');
  const state = new PartitionState(partition, first.plan, { incarnation: 1 });
  for (const { plan } of versions) state.plans.set(plan.hash, plan);
  state.rules = first.plan.hash;
  numberAs(state, told);
  const fold: PlainFold = {
    records: new Map(),
    decisions: [],
    dead: [],
    late: [],
    timers: new Map(),
    decided: new Map(),
  };
  for (const entry of log) {
    for (const item of decode(entry, state.plan.events, { clock })) step(state, entry, item);
    const { states, out, dead, late, timers, undecided } = state.collect();
    for (const [text, key] of out) {
      fold.decisions.push(text);
      if (key !== null) fold.decided.set(key, text);
    }
    for (const [key, record] of states) {
      if (record === null) fold.records.delete(key);
      else fold.records.set(key, record);
    }
    fold.dead.push(...dead);
    fold.late.push(...late);
    for (const [key, due] of timers) {
      if (due === null) fold.timers.delete(key);
      else fold.timers.set(key, due);
    }
    for (const key of undecided) fold.decided.delete(key);
  }
  return fold;
}

/** An incarnation begins where a tail was lost: no log tells that, only the numbers themselves. */
function numberAs(state: PartitionState, told: readonly Decision[]): void {
  const incarnations = new Map<number, number>();
  for (const { id } of told) {
    const [, incarnation, seq] = id.split('-').map(Number) as [number, number, number];
    if (!incarnations.has(seq)) incarnations.set(seq, incarnation);
  }
  let last = 1;
  Object.defineProperty(state, 'incarnation', {
    get: () => {
      last = incarnations.get(state.seq) ?? last;
      return last;
    },
  });
}
