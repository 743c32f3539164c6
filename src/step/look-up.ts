/** look-up: what a local entity reads of a shared one, from the copy that this partition heard last. */

import { entityId } from '../core/entity-key.ts';
import { normalId } from '../core/id.ts';
import { sameValue } from '../core/same-value.ts';
import type { LookupNode } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';
import type { PartitionState } from './partition-state.ts';
import type { Heard, LookedUp } from './shared-states.ts';

/** Reads the copy again; the value stays as it was read until the next evaluation, also over a restart. */
export function lookUp(state: PartitionState, entity: Entity, node: LookupNode): unknown {
  const id = sharedId(entity, node);
  const copy = id === undefined ? undefined : state.entities.get(`${node.of}.copy:${id}`);
  const heard = copy?.states[0] as Heard | undefined;
  const value = heard && Object.hasOwn(heard.values, node.field) ? heard.values[node.field] : undefined;
  const before = entity.states[node.state] as LookedUp;
  const now: LookedUp = { value, time: heard?.time };
  if (before.time !== now.time || !sameValue(before.value, value)) {
    entity.states[node.state] = now;
    entity.touchState(node.state);
  }
  return value ?? node.default;
}

/** The id of the shared entity that the reader's own features name. */
export function sharedId(entity: Entity, node: LookupNode): string | undefined {
  if (node.by.length === 0) return node.of;
  const key: string[] = [];
  for (const slot of node.by) {
    const value = normalId(entity.slots[slot]);
    if (value === undefined) return undefined;
    key.push(value);
  }
  return entityId(key);
}
