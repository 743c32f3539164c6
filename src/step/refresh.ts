/** refresh: an entity that was loaded gets its values back, at the current stream time. */

import type { Millis } from '../core/units.ts';
import type { ScreenState } from '../models/screen.ts';
import { type ActionsState, actionsDue } from './actions/action.ts';
import { type Detecting, detectorDue, detectorValue } from './detect.ts';
import type { Entity } from './entity.ts';
import { examplesDue } from './learn-examples.ts';
import type { ExamplesState, LearnedState } from './learned-states.ts';
import { calcValue, entityFrame, groupValue } from './node-value.ts';
import { broadcastDue, sendDue } from './outgoing.ts';
import { changeAfter, valueAt } from './own-clock.ts';
import { planIndex } from './plan-index.ts';
import { outcomeDue } from './predict-outcome.ts';
import { type Responding, responseDue, responseValue } from './respond.ts';
import { keepsValue, type Result, resultDue } from './result.ts';
import { currentValue } from './run-rule.ts';
import { type LookedUp, type MergedState, mergedState, type SendState } from './shared-states.ts';

/** Brings slots and next changes to stream time `now`: values are functions of the states, in dependency order. */
export function refresh(entity: Entity, now: Millis): void {
  const { kind, slots, states, next } = entity;
  const blanks = planIndex(entity.plan).blanks[kind.index] ?? [];
  let frame = entityFrame(entity, now);
  for (const node of kind.nodes) {
    // what clocks show, and in which currency, is known as soon as these are
    if (entity.zone() !== frame.zone || entity.currency() !== frame.currency)
      frame = entityFrame(entity, now);
    if (node.type === 'aggregate') {
      const state = states[node.state];
      if (state === undefined) slots[node.slot] = blanks[node.state]?.value;
      else {
        slots[node.slot] = valueAt(node, state, entity, now) ?? node.default;
        next[node.state] = changeAfter(node, state, entity, now);
      }
    } else if (node.type === 'calc') {
      slots[node.slot] = calcValue(node, frame);
    } else if (node.type === 'group') {
      slots[node.slot] = groupValue(node, states[node.state] as Map<string, unknown[]>);
    } else if (node.type === 'merged') {
      const merged = mergedState(node.keeper, states[node.state] as MergedState);
      slots[node.slot] = node.keeper.value(merged, now) ?? node.default;
      next[node.state] = node.keeper.nextChange(merged, now);
    } else if (node.type === 'screen') {
      slots[node.slot] = (states[node.state] as ScreenState).flagged;
    } else if (node.type === 'lookup') {
      slots[node.slot] = (states[node.state] as LookedUp).value ?? node.default;
    } else if (node.type === 'learned') {
      const learned = states[node.state] as LearnedState;
      slots[node.slot] = learned.value;
      next[node.state] = outcomeDue(learned, node);
    } else if (node.type === 'detector') {
      const kept = states[node.state] as Detecting | undefined;
      slots[node.slot] = detectorValue(node, kept);
      next[node.state] = detectorDue(entity, node);
    } else if (node.type === 'examples') {
      next[node.state] = examplesDue(states[node.state] as ExamplesState);
    } else if (node.type === 'broadcast') {
      next[node.state] = broadcastDue(entity, node);
    } else if (node.type === 'send') {
      next[node.state] = sendDue(states[node.state] as SendState);
    } else if (node.type === 'response') {
      const kept = states[node.state] as Responding | undefined;
      slots[node.slot] = responseValue(kept);
      next[node.state] = responseDue(kept);
    } else if (node.type === 'actions') {
      next[node.state] = actionsDue(states[node.state] as ActionsState);
    } else if (node.type === 'rule') {
      const result = states[node.state] as Result;
      if (!keepsValue(node.rule)) result.value = currentValue(entity, node, frame);
      slots[node.slot] = result.value;
      next[node.state] = resultDue(result, node.rule, entity.zone());
    }
  }
  entity.settleDue();
}
