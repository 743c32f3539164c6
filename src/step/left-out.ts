/** left-out: an event that lists parts of something is about all of its parts, also those that it does not list. */

import { keyValues } from '../core/entity-key.ts';
import type { WeirEvent } from '../core/event.ts';
import type { KindPlan } from '../rules/plan.ts';
import type { GroupNode } from '../rules/plan-node.ts';
import { LEFT_OUT } from '../rules/scope.ts';
import type { PartitionState } from './partition-state.ts';
import { elementsOf, idFrom } from './plan-index.ts';

/** An entity that an event reaches without naming it, and the fields with which it does. */
export interface LeftOut {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * The entities of `kind` that the event's parent knows and that its list does not name: they get the event's own
 * fields, and `left_out` where there is a list at all. The parent must be in memory.
 */
export function leftOut(state: PartitionState, kind: KindPlan, event: WeirEvent, field: string): LeftOut[] {
  // what became of an action is about the rows that it names, and about no other
  if (event.type.startsWith('action.')) return [];
  const known = knownParts(state, kind, event);
  if (known === undefined || known.size === 0) return [];
  const named = new Set(elementsOf(event, field).map((element) => idFrom(kind, element)));
  const gone = Array.isArray(event.data[field]) ? { [LEFT_OUT]: true } : undefined;
  return [...known.keys()]
    .filter((id) => !named.has(id))
    .sort()
    .map((id) => {
      const values = keyValues(id, kind.key.length);
      const key = Object.fromEntries(kind.key.map((name, i) => [name, values[i]]));
      return { id, fields: { ...event.data, ...key, ...gone } };
    });
}

/** The rows of the parent that the event names, if there is one that has a row for every entity of `kind`. */
export function knownParts(
  state: PartitionState,
  kind: KindPlan,
  event: WeirEvent,
): ReadonlyMap<string, unknown> | undefined {
  for (const group of kind.groups) {
    const parent = state.plan.kinds[group.kind] as KindPlan;
    const node = parent.nodes[group.node] as GroupNode;
    const id = idFrom(parent, event.data);
    if (node.where !== undefined || id === undefined) continue;
    if (!state.alive(`${parent.name}:${id}`)) return undefined;
    return state.entity(parent.name, id).states[node.state] as Map<string, unknown>;
  }
  return undefined;
}
