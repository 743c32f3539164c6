/** Outgoing mail: when a part or a broadcast is due, and what it says. */

import type { Millis } from '../core/units.ts';
import { SHARED_INTERVAL } from '../rules/plan.ts';
import type { BroadcastNode, SendNode } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';
import type { PartitionState } from './partition-state.ts';
import { mailChange, mailPart } from './send-mail.ts';
import type { BroadcastState, SendState } from './shared-states.ts';

/** When a part sends next; Infinity while nothing changed. */
export function sendDue({ at, changed }: SendState): Millis {
  if (changed.size === 0) return Number.POSITIVE_INFINITY;
  return at === undefined ? 0 : at + SHARED_INTERVAL;
}

/** Remembers that a node of a part changed; it is sent at the end of the step at the earliest. */
export function partChanged(state: PartitionState, part: Entity, node: number): void {
  const { changed } = sendStateOf(part);
  const { state: place } = part.kind.nodes[node] as { state: number };
  part.touchState(place);
  if (!changed.has(node)) {
    changed.add(node);
    part.touchState(part.states.length - 1);
  }
  state.openParts.add(part);
}

/** Everything the part knows is to be sent again. */
export function partUnsent(state: PartitionState, part: Entity): void {
  for (let node = 0; node < part.kind.nodes.length - 1; node++) partChanged(state, part, node);
}

/** At the end of a step: parts that changed are sent, or wait until their interval is over. */
export function sendParts(state: PartitionState): void {
  if (state.openParts.size === 0) return;
  for (const part of state.openParts) sendPart(state, part);
  state.openParts.clear();
}

export function sendPart(state: PartitionState, part: Entity): void {
  const send = part.kind.nodes.at(-1) as SendNode;
  const sent = sendStateOf(part);
  if (sendDue(sent) <= state.streamTime) {
    mailPart(state, part, sent.changed);
    sent.at = state.streamTime;
    sent.changed.clear();
    part.touchState(send.state);
  }
  part.next[send.state] = sendDue(sent);
  state.changed(part);
}

function sendStateOf(part: Entity): SendState {
  return part.states[part.states.length - 1] as SendState;
}

/** When a shared entity tells its readers next; Infinity while they know everything. */
export function broadcastDue(entity: Entity, node: BroadcastNode): Millis {
  const { at, told } = entity.states[node.state] as BroadcastState;
  if (told === JSON.stringify(toldValues(entity, node))) return Number.POSITIVE_INFINITY;
  return at === undefined ? 0 : at + SHARED_INTERVAL;
}

export function broadcast(state: PartitionState, entity: Entity, node: BroadcastNode): void {
  const sent = entity.states[node.state] as BroadcastState;
  if (broadcastDue(entity, node) <= state.streamTime) {
    const values = toldValues(entity, node);
    mailChange(state, entity, values);
    sent.at = state.streamTime;
    sent.told = JSON.stringify(values);
    entity.touchState(node.state);
  }
  entity.next[node.state] = broadcastDue(entity, node);
}

function toldValues(entity: Entity, node: BroadcastNode): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, slot } of node.fields) {
    const value = entity.slots[slot];
    if (value !== undefined && value !== null) values[name] = value;
  }
  return values;
}
