/** currency-mix: amounts of two currencies are never added up; an event that brings another one is refused. */

import type { WeirEvent } from '../core/event.ts';
import type { KindPlan } from '../rules/plan.ts';
import type { PartitionState } from './partition-state.ts';
import { idFrom, usesOf } from './plan-index.ts';

/**
 * What is wrong with the event's currency, in one sentence; undefined when nothing is. Of an entity whose currency
 * nobody has told yet it is that of the settings, for all but those who tell it.
 */
export function currencyMix(state: PartitionState, event: WeirEvent): string | undefined {
  const { currency } = event.data;
  if (typeof currency !== 'string') return undefined;
  for (const { kind } of usesOf(state.plan, event)) {
    const id = kind.currencySlot < 0 ? undefined : idFrom(kind, event.data);
    if (id === undefined) continue;
    const known = state.alive(`${kind.name}:${id}`)?.slots[kind.currencySlot];
    if (known === currency) continue;
    if (typeof known === 'string')
      return `currency is ${currency}, and ${kind.name} ${id} has ${known}: amounts of two currencies are not added up; convert it, or begin another ${kind.name}`;
    const usual = state.plan.settings.currency;
    if (currency === usual || tellers(kind).has(event.type)) continue;
    return `currency is ${currency}, and nobody has told yet which one ${kind.name} ${id} has, so that it is ${usual}; send it again once that is told`;
  }
  return undefined;
}

const tellersOf = new WeakMap<KindPlan, ReadonlySet<string>>();

/** The event types that the currency of a kind is made of. */
function tellers(kind: KindPlan): ReadonlySet<string> {
  const found = tellersOf.get(kind) ?? findTellers(kind);
  tellersOf.set(kind, found);
  return found;
}

function findTellers({ nodes, feeds, currencySlot, slotOf }: KindPlan): Set<string> {
  const slots = new Set([currencySlot]);
  for (const slot of slots)
    for (const node of nodes)
      if (node.slot === slot && node.type === 'calc')
        for (const name of node.expression.reads) slots.add(slotOf.get(name) ?? -1);
  const fed = [...feeds].filter(([, list]) => list.some(({ node }) => slots.has(nodes[node]?.slot ?? -1)));
  return new Set(fed.map(([type]) => type));
}
