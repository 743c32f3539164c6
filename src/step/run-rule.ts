/** One run of one rule for one entity: its result, and the decision it publishes, if any. */

import type { Decision, Reason } from '../core/decision.ts';
import { ExpressionError, type Frame } from '../rules/expression/expression.ts';
import type { RuleNode } from '../rules/plan.ts';
import type { Entity } from './entity.ts';
import type { Cause } from './evaluate.ts';
import type { PartitionState } from './partition-state.ts';
import { header, isDue, namesOf, type Published, publish } from './publication.ts';
import type { Result } from './result.ts';
import { allocate, type Proposal } from './shapes/allocate.ts';
import { factorReasons, factorsValue } from './shapes/factors.ts';
import { heldLines } from './shapes/held-lines.ts';
import { pickLines, pickReasons } from './shapes/pick.ts';
import { inputsOf, ShapeError } from './shapes/reasons.ts';

export function runRule(
  state: PartitionState,
  entity: Entity,
  node: RuleNode,
  result: Result,
  cause: Cause,
  frame: Frame,
): Published {
  const { rule } = node;
  const now = state.streamTime;
  if (result.expires !== undefined && result.expires <= now)
    return expire(state, entity, node, result, cause);
  if (rule.every !== undefined && result.ranAt !== undefined && now < result.ranAt + rule.every) {
    result.waiting = true;
    return undefined;
  }
  result.waiting = false;
  try {
    if (rule.when !== undefined && rule.when.evaluate(frame) !== true) {
      if (rule.shape.type === 'allocate') return undefined;
      result.value = undefined;
    } else {
      if (rule.every !== undefined) result.ranAt = now;
      if (rule.shape.type === 'allocate') return propose(state, entity, node, result, cause, frame);
      result.value = shapeValue(entity, node, result, frame);
    }
    result.failing = undefined;
  } catch (error) {
    return fail(state, entity, node, result, cause, error);
  }
  const published = publishIfDue(state, entity, node, result, cause, frame);
  state.tally.add(
    'weir_rule_evaluations_total',
    rule.name,
    published ? 'published' : isHeld(result) ? 'held' : 'unchanged',
  );
  return published;
}

function shapeValue(entity: Entity, node: RuleNode, result: Result, frame: Frame): unknown {
  const { shape } = node.rule;
  if (shape.type === 'factors') return factorsValue(shape, frame);
  if (shape.type === 'pick') {
    const lines = pickLines(shape, frame);
    return node.rule.hold === undefined ? lines : heldLines(shape, lines, result, node.rule.hold, frame.time);
  }
  if (shape.type === 'value') return shape.expression.evaluate(frame);
  throw new ShapeError(`shape ${shape.type} of ${entity.key} has no value`);
}

function isHeld(result: Result): boolean {
  return result.dueSince !== undefined || result.holds !== undefined;
}

/** Publishes when the publish condition holds, and has held for `hold` where the rule is not a pick. */
function publishIfDue(
  state: PartitionState,
  entity: Entity,
  node: RuleNode,
  result: Result,
  cause: Cause,
  frame: Frame,
): Published {
  const { rule } = node;
  if (!isDue(rule, result)) {
    result.dueSince = undefined;
    return undefined;
  }
  if (rule.hold !== undefined && rule.shape.type !== 'pick') {
    result.dueSince ??= frame.time;
    if (frame.time < result.dueSince + rule.hold) return undefined;
    result.dueSince = undefined;
  }
  return publish(state, entity, node, result, cause, reasonsOf(entity, node, result, frame));
}

function reasonsOf(entity: Entity, node: RuleNode, result: Result, frame: Frame): Reason[] {
  const { shape } = node.rule;
  if (result.value === undefined) return [{ name: 'when', inputs: inputsOf(entity, node.reads) }];
  if (shape.type === 'factors') return factorReasons(shape, entity, frame);
  if (shape.type === 'pick') return pickReasons(shape, entity, namesOf(result.value));
  return [{ name: node.name, inputs: inputsOf(entity, node.reads) }];
}

/** A failing or over-budget rule means no action; it is recorded once until it works again. */
function fail(
  state: PartitionState,
  entity: Entity,
  node: RuleNode,
  result: Result,
  cause: Cause,
  error: unknown,
): Published {
  if (!(error instanceof ExpressionError || error instanceof ShapeError)) throw error;
  const { rule } = node;
  state.tally.add('weir_rule_evaluations_total', rule.name, 'error');
  state.tally.add('weir_rule_errors_total', rule.name);
  const first = result.failing === undefined;
  result.failing = error.message;
  result.value = undefined;
  result.dueSince = undefined;
  if (!first) return undefined;
  const decision: Decision = {
    ...header(state, entity, rule, cause),
    value: null,
    old: result.published ?? null,
    reasons: [{ name: node.name, inputs: inputsOf(entity, node.reads) }],
    error: error.message,
  };
  state.record(JSON.stringify(decision));
  return undefined;
}

/** Allocation: a proposal worth moving is published as an action; there is at most one open at a time. */
function propose(
  state: PartitionState,
  entity: Entity,
  node: RuleNode,
  result: Result,
  cause: Cause,
  frame: Frame,
): Published {
  const { rule } = node;
  if (rule.shape.type !== 'allocate') return undefined;
  const proposal = allocate(rule.shape, entity, frame);
  result.failing = undefined;
  if (!proposal || result.expires !== undefined) {
    state.tally.add('weir_rule_evaluations_total', rule.name, 'unchanged');
    return undefined;
  }
  state.tally.add('weir_rule_evaluations_total', rule.name, 'published');
  const { approve } = rule.shape;
  const status = approve && !proposal.automatic ? 'pending' : 'auto';
  result.expires = status === 'pending' && approve ? frame.time + approve.expires : undefined;
  result.value = action(status, rule.shape.action, proposal, result.expires);
  return publish(state, entity, node, result, cause, proposal.reasons);
}

function action(status: string, name: string, proposal: Proposal, expires: number | undefined) {
  const { moved, total, to, from } = proposal;
  return {
    action: name,
    status,
    moved,
    total,
    to,
    from,
    ...(expires === undefined ? {} : { expires_at: expires }),
  };
}

/** Nobody approved in time: that counts as a refusal, and is a decision of its own. */
function expire(
  state: PartitionState,
  entity: Entity,
  node: RuleNode,
  result: Result,
  cause: Cause,
): Published {
  result.expires = undefined;
  result.value = { ...(result.value as object), status: 'expired' };
  return publish(state, entity, node, result, cause, [{ name: 'expired', inputs: {} }]);
}
