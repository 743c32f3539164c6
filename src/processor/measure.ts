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

  constructor(meter: Meter, clock: Clock) {
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
    if (live && last?.kind === 'event')
      this.meter.observe('weir_event_age_seconds', Math.max(0, this.clock.now() - last.event.time) / 1000);
  }

  /** Runs one step, timed when it is its turn: the event, and each rule that runs because of it. */
  sampled(state: PartitionState, item: Item, run: () => void): void {
    this.turn += 1;
    if (this.turn % SAMPLE !== 0 || item.kind !== 'event') {
      run();
      return;
    }
    const begun = performance.now();
    state.timing = {
      now: () => performance.now(),
      rule: (rule, milliseconds) =>
        this.meter.observe('weir_rule_duration_seconds', milliseconds / 1000, { rule }),
    };
    run();
    state.timing = undefined;
    const { type } = item.event;
    this.meter.observe('weir_process_duration_seconds', (performance.now() - begun) / 1000, { type });
  }
}
