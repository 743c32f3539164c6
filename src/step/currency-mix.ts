/** currency-mix: amounts of two currencies are never added up; an event that brings another one is refused. */

import type { WeirEvent } from '../core/event.ts';
import type { PartitionState } from './partition-state.ts';
import { idFrom, usesOf } from './plan-index.ts';

/** What is wrong with the event's currency, in one sentence; undefined when nothing is, or none is known yet. */
export function currencyMix(state: PartitionState, event: WeirEvent): string | undefined {
  const { currency } = event.data;
  if (typeof currency !== 'string') return undefined;
  for (const { kind } of usesOf(state.plan, event)) {
    const id = kind.currencySlot < 0 ? undefined : idFrom(kind, event.data);
    const known = id === undefined ? undefined : state.alive(`${kind.name}:${id}`)?.slots[kind.currencySlot];
    if (typeof known !== 'string' || known === currency) continue;
    return `currency is ${currency}, and ${kind.name} ${id} has ${known}: amounts of two currencies are not added up; convert it, or begin another ${kind.name}`;
  }
  return undefined;
}
