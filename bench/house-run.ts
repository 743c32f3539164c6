/** A house that works something off: what it counted, and when it is done. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { House } from '../src/cli/house.ts';
import { SECOND } from '../src/core/units.ts';

/** Without any progress for so long the run is given up. */
const PATIENCE = 20 * SECOND;
const COUNTERS = {
  applied: 'weir_events_applied_total',
  duplicate: 'weir_events_duplicate_total',
  dead: 'weir_events_dead_total',
  late: 'weir_events_late_total',
  decisions: 'weir_decisions_total',
  evaluations: 'weir_rule_evaluations_total',
};

export type HouseCounts = Readonly<Record<keyof typeof COUNTERS, number>>;

export async function countsOf(house: House): Promise<HouseCounts> {
  const counts: Record<string, number> = {};
  for (const [name, metric] of Object.entries(COUNTERS)) counts[name] = await total(house, metric);
  return counts as HouseCounts;
}

/** Waits until as many events are committed, whatever became of them. */
export async function drained(house: House, events: number): Promise<void> {
  let before = -1;
  let since = performance.now();
  for (;;) {
    const { applied, duplicate, dead } = COUNTERS;
    const done = (await total(house, applied)) + (await total(house, duplicate)) + (await total(house, dead));
    if (done >= events && (await house.processor.drained())) return;
    if (done > before) {
      before = done;
      since = performance.now();
    } else if (performance.now() - since > PATIENCE)
      throw new Error(`${done} of ${events} events were committed, and then no more`);
    await sleep(10);
  }
}

async function total(house: House, metric: string): Promise<number> {
  const found = await house.meter.registry.getSingleMetric(metric)?.get();
  return (found?.values ?? []).reduce((sum, { value }) => sum + value, 0);
}
