/** One run of one rule for one entity: its result, and the decision it publishes, if any. */

import type { Decision } from '../core/decision.ts';
import { nextTurn } from '../core/interval.ts';
import { ExpressionError, type Frame } from '../rules/expression/expression.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import { hasOpen, lastProposed, propose } from './actions/propose.ts';
import { actionOf } from './actions/propose-division.ts';
import { proposeLines } from './actions/propose-lines.ts';
import type { Entity } from './entity.ts';
import { header, isDue, namesOf, type Published, publish, type RuleRun } from './publication.ts';
import type { Result } from './result.ts';
import { allocate } from './shapes/allocate.ts';
import { factorReasonsText, factorsValue } from './shapes/factors.ts';
import { heldLines } from './shapes/held-lines.ts';
import { pickLines, pickReasons } from './shapes/pick.ts';
import { inputsOf, ShapeError } from './shapes/reasons.ts';

/**
 * Runs the rule at the current stream time.
 * @returns the decisions it published, those about actions of a pick or a value left out
 */
export function runRule(run: RuleRun): readonly Published[] {
  const { state, entity, node, result, frame } = run;
  const { rule } = node;
  const now = frame.time;
  if (
    rule.every !== undefined &&
    result.ranAt !== undefined &&
    now < nextTurn(rule.every, entity.zone(), result.ranAt)
  ) {
    result.waiting = true;
    return NONE;
  }
  result.waiting = false;
  const off = state.breakers.offReason(node.definition, now);
  if (off !== undefined) {
    state.tally.add('weir_rule_evaluations_total', rule.name, 'off');
    withdraw(node, result, off);
    return NONE;
  }
  try {
    if (rule.when !== undefined && rule.when.evaluate(frame) !== true) {
      if (rule.shape.type === 'allocate') {
        state.breakers.worked(node.definition);
        return NONE;
      }
      result.value = undefined;
      result.holds = undefined;
    } else {
      if (rule.every !== undefined) result.ranAt = now;
      if (rule.shape.type === 'allocate') return proposeDivision(run);
      result.value = shapeValue(entity, node, result, frame);
    }
    worked(run);
  } catch (error) {
    fail(run, error);
    return NONE;
  }
  const published = publishIfDue(run);
  if (rule.acting && published[0] !== undefined) act(run, published[0]);
  const verdict = published.length > 0 ? 'published' : isHeld(result) ? 'held' : 'unchanged';
  state.tally.add('weir_rule_evaluations_total', rule.name, verdict);
  return published;
}

const NONE: readonly Published[] = [];

function worked({ state, node, result }: RuleRun): readonly Published[] {
  state.breakers.worked(node.definition);
  result.failing = undefined;
  return NONE;
}

/** The value of a rule that keeps none, from the features as they are: what its last run gave. */
export function currentValue(entity: Entity, node: RuleNode, frame: Frame): unknown {
  const { when } = node.rule;
  const result = entity.states[node.state] as Result;
  // until it runs again, also where it was not run because it is switched off
  if (result.failing !== undefined) return undefined;
  try {
    if (when !== undefined && when.evaluate(frame) !== true) return undefined;
    return shapeValue(entity, node, result, frame);
  } catch {
    return undefined;
  }
}

function shapeValue(entity: Entity, node: RuleNode, result: Result, frame: Frame): unknown {
  const { shape } = node.rule;
  if (shape.type === 'factors') return factorsValue(shape, frame);
  if (shape.type === 'pick') {
    const lines = pickLines(shape, frame, result.value);
    return node.rule.hold === undefined ? lines : heldLines(shape, lines, result, node.rule.hold, frame.time);
  }
  if (shape.type === 'value') return shape.expression.evaluate(frame);
  throw new ShapeError(`shape ${shape.type} of ${entity.key} has no value`);
}

function isHeld(result: Result): boolean {
  return result.dueSince !== undefined || result.holds !== undefined;
}

/** What was told stays told where the action that it asks for cannot be proposed. */
function act(run: RuleRun, told: Published): void {
  try {
    proposeLines(run, told);
  } catch (error) {
    if (!(error instanceof ExpressionError || error instanceof ShapeError)) throw error;
    refuseAction(run, error.message);
  }
}

/** Publishes when the publish condition holds, and has held for `hold` where the rule is not a pick. */
function publishIfDue(run: RuleRun): readonly Published[] {
  const { entity, node, result, frame } = run;
  const { rule } = node;
  if (!isDue(rule, result)) {
    result.dueSince = undefined;
    return NONE;
  }
  if (rule.hold !== undefined && rule.shape.type !== 'pick') {
    result.dueSince ??= frame.time;
    if (frame.time < result.dueSince + rule.hold) return NONE;
    result.dueSince = undefined;
  }
  return [publish(run, reasonsOf(entity, node, result, frame))];
}

/** The reasons as JSON text. */
function reasonsOf(entity: Entity, node: RuleNode, result: Result, frame: Frame): string {
  const { shape } = node.rule;
  const whole = (name: string) => JSON.stringify([{ name, inputs: inputsOf(entity, node.reads) }]);
  if (result.value === undefined) return whole('when');
  if (shape.type === 'factors') return factorReasonsText(shape, entity, frame);
  const names = namesOf(result.value);
  // on no line: then why not is what the rule read
  if (shape.type === 'pick' && names.length > 0) return JSON.stringify(pickReasons(shape, entity, names));
  return whole(node.name);
}

/** A failing or over-budget rule means no action; it is recorded once until it works again. */
function fail(run: RuleRun, error: unknown): void {
  const { state, entity, node, result, cause } = run;
  if (!(error instanceof ExpressionError || error instanceof ShapeError)) throw error;
  const { rule } = node;
  state.tally.add('weir_rule_evaluations_total', rule.name, 'error');
  state.tally.add('weir_rule_errors_total', rule.name);
  const first = result.failing === undefined;
  const now = run.frame.time;
  const opened = state.breakers.failed(node.definition, error.message, now);
  const reason = opened ? (state.breakers.offReason(node.definition, now) as string) : error.message;
  if (opened) {
    state.tally.add('weir_rule_breakers_opened_total', rule.name);
    if (rule.mode === 'live') state.predecessor.switchedOff(rule.name, node.definition, error.message);
  }
  withdraw(node, result, reason);
  if (!first && !opened) return;
  const decision: Decision = {
    ...header(state, entity, rule, cause),
    value: null,
    old: result.published ?? null,
    reasons: [{ name: node.name, inputs: inputsOf(entity, node.reads) }],
    error: reason,
  };
  // recorded, but it does not replace the last decision
  state.publish(null, JSON.stringify(decision));
}

/** A record of its own: the rule itself works. */
function refuseAction({ state, entity, node, result, cause }: RuleRun, problem: string): void {
  const { rule } = node;
  state.tally.add('weir_rule_errors_total', rule.name);
  const decision: Decision = {
    ...header(state, entity, rule, cause),
    value: null,
    old: result.published ?? null,
    reasons: [{ name: node.name, inputs: inputsOf(entity, node.reads) }],
    error: `no action: ${problem}`,
  };
  state.publish(null, JSON.stringify(decision));
}

function withdraw({ rule }: RuleNode, result: Result, failing: string): void {
  result.failing = failing;
  // an action that is open stands until somebody judges it or its time is over
  if (rule.shape.type !== 'allocate') result.value = undefined;
  result.dueSince = undefined;
  result.holds = undefined;
}

/** Allocation: a proposal worth moving becomes an action; there is at most one open at a time. */
function proposeDivision(run: RuleRun): readonly Published[] {
  const { state, entity, node, frame } = run;
  const { rule } = node;
  if (rule.shape.type !== 'allocate') return NONE;
  const { coolDown = 0 } = rule.shape.limits;
  const isCooling = coolDown > 0 && frame.time < lastProposed(run) + coolDown;
  const proposal = isCooling ? undefined : allocate(rule.shape, entity, frame);
  worked(run);
  const decision =
    proposal && !hasOpen(run)
      ? propose(run, { ...actionOf(proposal, rule.shape.rowKey), reasons: JSON.stringify(proposal.reasons) })
      : undefined;
  state.tally.add('weir_rule_evaluations_total', rule.name, decision ? 'published' : 'unchanged');
  return decision ? [decision] : NONE;
}
