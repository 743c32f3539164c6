/** refresh: an entity that was loaded gets its values back, at the current stream time. */

import type { Millis } from '../core/units.ts';
import type { Entity } from './entity.ts';
import { calcValue, entityFrame, groupValue } from './node-value.ts';
import { keepsValue, type Result, resultDue } from './result.ts';
import { currentValue } from './run-rule.ts';

/** Brings slots and next changes to stream time `now`: values are functions of the states, in dependency order. */
export function refresh(entity: Entity, now: Millis): void {
  const { kind, slots, states, next } = entity;
  for (const node of kind.nodes) {
    if (node.type === 'aggregate') {
      const state = states[node.state];
      slots[node.slot] = node.aggregate.value(state, now) ?? node.default;
      next[node.state] = node.aggregate.nextChange(state, now);
    } else if (node.type === 'calc') {
      slots[node.slot] = calcValue(node, entityFrame(entity, now));
    } else if (node.type === 'group') {
      slots[node.slot] = groupValue(node, states[node.state] as Map<string, unknown[]>);
    } else {
      const result = states[node.state] as Result;
      if (!keepsValue(node.rule)) result.value = currentValue(entity, node, entityFrame(entity, now));
      slots[node.slot] = result.value;
      next[node.state] = resultDue(result, node.rule);
    }
  }
  entity.settleDue();
}
