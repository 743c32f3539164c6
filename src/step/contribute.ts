/** contribute: what an entity gives to a shared one is taken out where it was, and put in where it belongs now. */

import { entityId } from '../core/entity-key.ts';
import { normalId } from '../core/id.ts';
import { sameValue } from '../core/same-value.ts';
import type { Frame } from '../rules/expression/expression.ts';
import type { KindPlan, Plan } from '../rules/plan.ts';
import type { ContributionNode, GatheredNode } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';
import { partChanged } from './outgoing.ts';
import type { PartitionState } from './partition-state.ts';
import type { Contributed } from './shared-states.ts';

/** Runs one contribution: both parts change in the same step, so nothing is ever counted twice or nowhere. */
export function contribute(
  state: PartitionState,
  entity: Entity,
  node: ContributionNode,
  frame: Frame,
): void {
  const into = gatheredOf(state.plan, node);
  const made = standing(state, entity, node);
  const from = made && state.entities.get(`${node.into.kind}:${made.id}`);
  if (made && from) into.accumulator.take(from.states[into.state], entity.id, made.put);
  const wanted = given(entity, node, frame);
  const to = wanted && state.resident(node.into.kind, wanted.id);
  const put = to && into.accumulator.put(to.states[into.state], entity.id, wanted.value);
  if (made && from === to && sameValue(made.put, put)) return;
  if (from) partChanged(state, from, node.into.node);
  if (to && put !== undefined) partChanged(state, to, node.into.node);
  const now =
    wanted && put !== undefined ? { id: wanted.id, put, epoch: state.epochOf(node.definition) } : undefined;
  if (now === undefined && entity.states[node.state] === undefined) return;
  entity.states[node.state] = now satisfies Contributed | undefined;
  entity.touchState(node.state);
}

/** Takes everything out that an entity has given: it is about to be removed. */
export function withdraw(state: PartitionState, entity: Entity): void {
  for (const node of entity.kind.nodes) {
    if (node.type !== 'contribution') continue;
    const made = standing(state, entity, node);
    const from = made && state.entities.get(`${node.into.kind}:${made.id}`);
    if (!made || !from) continue;
    const into = gatheredOf(state.plan, node);
    into.accumulator.take(from.states[into.state], entity.id, made.put);
    partChanged(state, from, node.into.node);
    entity.states[node.state] = undefined;
    entity.touchState(node.state);
  }
}

function gatheredOf(plan: Plan, { into }: ContributionNode): GatheredNode {
  return (plan.kindOf.get(into.kind) as KindPlan).nodes[into.node] as GatheredNode;
}

/** What is in a part at present: nothing when the part began afresh after it was put in. */
function standing(state: PartitionState, entity: Entity, node: ContributionNode): Contributed | undefined {
  const made = entity.states[node.state] as Contributed | undefined;
  return made?.epoch === state.epochOf(node.definition) ? made : undefined;
}

function given(
  entity: Entity,
  node: ContributionNode,
  frame: Frame,
): { readonly id: string; readonly value: unknown } | undefined {
  const key: string[] = [];
  for (const slot of node.by) {
    const value = normalId(entity.slots[slot]);
    if (value === undefined) return undefined;
    key.push(value);
  }
  const id = key.length === 0 ? node.into.kind.slice(0, -'.part'.length) : entityId(key);
  try {
    if (node.where !== undefined && node.where.evaluate(frame) !== true) return undefined;
    if (node.fields !== undefined) return { id, value: node.fields.map((slot) => entity.slots[slot]) };
    return { id, value: node.value === undefined ? true : node.value.evaluate(frame) };
  } catch {
    // what cannot be computed belongs nowhere; the rules that read the same show why
    return undefined;
  }
}
