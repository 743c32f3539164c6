/** measure: what one partition's worker tells the Meter about entries, and about a sample of its events and rules. */

import type { Entry } from '../core/entry.ts';
import type { Clock, Meter } from '../core/ports.ts';
import type { Item } from '../step/decode.ts';
import type { PartitionState } from '../step/partition-state.ts';

/** One event in so many is timed: reading the clock for each would cost more than some of them. */
const SAMPLE = 64;

export class Measure {
  private readonly meter: Meter;
  private readonly clock: Clock;
  private turn = 0;
  /** Number of the next decision when the last entry was read. */
  private told: number;

  /** @param next number of the next decision of the partition */
  constructor(meter: Meter, clock: Clock, next: number) {
    this.told = next;
    this.meter = meter;
    this.clock = clock;
  }

  /** Counts what was read, told with the next commit; the age of events is told only where the wall clock means something to them. */
  received(state: PartitionState, entry: Entry, items: readonly Item[], live: boolean): void {
    const via = entry.m === undefined ? 'log' : 'intake';
    for (const item of items) {
      const type = item.kind === 'event' ? item.event.type : item.kind;
      state.tally.add('weir_events_received_total', type, via);
    }
    for (const item of items)
      if (live && item.kind === 'partial')
        this.meter.observe(
          'weir_shared_age_seconds',
          Math.max(0, this.clock.now() - item.partial.time) / 1000,
        );
    const last = items.at(-1);
    if (live && last?.kind === 'event') {
      const age = Math.max(0, this.clock.now() - last.event.time) / 1000;
      this.meter.observe('weir_event_age_seconds', age, {}, exemplar(state, this.told));
    }
    this.told = state.seq;
  }

  /** Runs one step, timed when it is its turn: the event, and each rule that runs because of it. */
  sampled(state: PartitionState, item: Item, run: () => void): void {
    this.turn += 1;
    if (this.turn % SAMPLE !== 0 || item.kind !== 'event') {
      run();
      return;
    }
    const { seq } = state;
    const begun = performance.now();
    state.timing = {
      now: () => performance.now(),
      rule: (rule, milliseconds) =>
        this.meter.observe('weir_rule_duration_seconds', milliseconds / 1000, { rule }),
    };
    run();
    state.timing = undefined;
    const { type } = item.event;
    const seconds = (performance.now() - begun) / 1000;
    this.meter.observe('weir_process_duration_seconds', seconds, { type }, exemplar(state, seq));
  }
}

/** The last decision made since the one of this number was the next; undefined where none was. */
function exemplar(
  { partition, incarnation, seq }: PartitionState,
  before: number,
): Readonly<Record<string, string>> | undefined {
  return seq > before ? { decision_id: `${partition}-${incarnation}-${seq - 1}` } : undefined;
}
