/** Tells what happened to an action: a decision of the rule that proposed it, with who, why and what came of it. */

import type { ActionRefusal } from '../../core/action.ts';
import type { Decision, Reason } from '../../core/decision.ts';
import type { RuleNode } from '../../rules/plan-node.ts';
import type { Entity } from '../entity.ts';
import type { Cause } from '../evaluate.ts';
import { feedDecision } from '../feed-decision.ts';
import type { PartitionState } from '../partition-state.ts';
import { CHANGED, planIndex } from '../plan-index.ts';
import { header, type Published } from '../publication.ts';
import type { Result } from '../result.ts';
import { type Action, newsOf, shownValue } from './action.ts';
import { mark, originOf } from './home.ts';

/** Publishes the action as it stands; the metric counts how many came to each status. */
export function tellAction(
  state: PartitionState,
  action: Action,
  before: Action | undefined,
  cause: Cause,
  reasons: string,
): Published {
  const decision = compose(state, action, before, cause);
  if (before?.status !== action.status)
    state.tally.add('weir_action_changes_total', action.rule, action.status);
  write(state, action, decision, reasons);
  return decision;
}

/** The rule of an allocation shows its action as its value; features may read it and count its decisions. */
export function followAction(state: PartitionState, action: Action, decision: Published): void {
  const origin = originOf(state, action);
  if (origin?.node.rule.shape.type !== 'allocate') return;
  const { entity, node } = origin;
  const result = entity.states[node.state] as Result;
  showIn(state, entity, node, result, action, decision);
  entity.slots[node.slot] = result.value;
  mark(state, entity, node.slot, CHANGED);
  if (node.rule.mode === 'live')
    feedDecision(state, entity, decision, planIndex(state.plan).pending[entity.kind.index] as Uint8Array);
}

/** Makes the action the value of its rule, and the decision its last one. */
export function showIn(
  state: PartitionState,
  entity: Entity,
  node: RuleNode,
  result: Result,
  action: Action,
  decision: Published,
): void {
  // what takes an action back is told, and is not what the rule would have
  if (action.reverts !== undefined) return;
  result.value = shownValue(action);
  result.published = result.value;
  result.count += 1;
  result.inputs = undefined;
  result.decision = decision.id;
  result.decidedAt = state.streamTime;
  result.amends = decision.late ? (decision.amends ?? '') : undefined;
  entity.touchState(node.state);
  state.changed(entity);
}

/** An entry about an action that changes nothing: told all the same, with the reason. */
export function tellRefusal(
  state: PartitionState,
  action: Action,
  refused: ActionRefusal,
  cause: Cause,
  reason: Reason,
): Published {
  const decision = compose(state, action, action, cause, refused);
  state.tally.add('weir_actions_refused_total', action.rule, refused);
  write(state, action, decision, JSON.stringify([reason]), false);
  return decision;
}

function compose(
  state: PartitionState,
  action: Action,
  before: Action | undefined,
  cause: Cause,
  refused?: ActionRefusal,
): Published {
  const { rule: name, version, mode, kind, entity } = action;
  const news = newsOf(action);
  const head = header(state, { kind: { name: kind }, id: entity }, { name, version, mode }, cause);
  const id = action.id === '' ? head.id : action.id;
  const standing = lastOf(state, action);
  const amends = standing?.decision === undefined ? {} : { amends: standing.decision };
  return {
    ...head,
    value: shownValue(action),
    old: (standing === undefined ? before && shownValue(before) : standing.published) ?? null,
    act: { ...news, id, idempotency_key: `${id}-${action.hash}`, ...(refused && { refused }) },
    ...(cause.late && !refused ? { late: true as const, ...amends } : {}),
  };
}

/** What the rule of an allocation told last, which this decision replaces. */
function lastOf(state: PartitionState, action: Action): Result | undefined {
  const origin = action.reverts === undefined ? originOf(state, action) : undefined;
  if (origin?.node.rule.shape.type !== 'allocate') return undefined;
  return origin.entity.states[origin.node.state] as Result;
}

function write(
  state: PartitionState,
  { kind, entity, rule, reverts }: Action,
  decision: Published,
  reasons: string,
  isLast = reverts === undefined,
): void {
  const text = `${JSON.stringify(decision satisfies Omit<Decision, 'reasons'>).slice(0, -1)},"reasons":${reasons}}`;
  const { nodes = [] } = state.plan.kindOf.get(kind) ?? {};
  const isShown =
    isLast && nodes.some((node) => node.type === 'rule' && node.rule.name === rule && isAllocation(node));
  state.acts += 1;
  state.publish(isShown ? `${kind}:${entity}#${rule}` : null, text);
}

function isAllocation({ rule }: RuleNode): boolean {
  return rule.shape.type === 'allocate';
}
