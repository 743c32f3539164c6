/** Publication: when a result has moved far enough to be told, and the decision that tells it. */

import type { Decision } from '../core/decision.ts';
import { sameValue } from '../core/same-value.ts';
import { toMicros } from '../core/units.ts';
import type { Frame } from '../rules/expression/expression.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import type { RulePlan } from '../rules/rule-plan.ts';
import type { Entity } from './entity.ts';
import type { Cause } from './evaluate.ts';
import { inputsNow, isMadeAgain } from './last-decision.ts';
import { isMuted, standing } from './mute.ts';
import type { PartitionState } from './partition-state.ts';
import type { Result } from './result.ts';
import { nameOf } from './shapes/pick.ts';

/** One rule about to run for one entity, and why. */
export interface RuleRun {
  readonly state: PartitionState;
  readonly entity: Entity;
  readonly node: RuleNode;
  readonly result: Result;
  readonly cause: Cause;
  /** The entity's own values at the current stream time. */
  readonly frame: Frame;
}

/** Whether the value is far enough from what was published last. */
export function isDue(rule: RulePlan, result: Result): boolean {
  const { value, published } = result;
  if (rule.shape.type === 'pick') return !sameNames(namesOf(value), (published ?? []) as string[]);
  if (value === undefined || value === null)
    return result.count > 0 && published !== null && published !== undefined;
  if (result.count === 0 || published === null || published === undefined) return true;
  const number = numberOf(value);
  const old = numberOf(published);
  if (number === undefined || old === undefined) return !sameValue(value, published);
  if (classOf(value) !== classOf(published)) return true;
  // compared in micros, so that a change of exactly `change_over` is never published for a rounding error
  return Math.abs(toMicros(number) - toMicros(old)) > toMicros(rule.publish.changeOver);
}

export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const inner = (value as { value?: unknown } | null | undefined)?.value;
  return typeof inner === 'number' ? inner : undefined;
}

export function classOf(value: unknown): string | undefined {
  const inner =
    typeof value === 'object' && value !== null ? (value as { class?: unknown }).class : undefined;
  return typeof inner === 'string' ? inner : undefined;
}

export function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(nameOf) : [];
}

function sameNames(names: readonly string[], others: readonly string[]): boolean {
  if (names.length !== others.length) return false;
  return names.every((name, i) => name === others[i]) || sameValue([...names].sort(), [...others].sort());
}

/** A decision without its reasons, which nothing in the step reads. */
export type Published = Omit<Decision, 'reasons'>;

/** Makes the decision: numbers it, writes it to the outbox and remembers it; `reasons` is a JSON list. */
export function publish({ state, entity, node, result, cause }: RuleRun, reasons: string): Published {
  const { rule } = node;
  const value = result.value ?? null;
  const old = result.count === 0 ? null : (result.published ?? null);
  const decision: Published = { ...header(state, entity, rule, cause), value, old };
  Object.assign(decision, comparison(rule, value, old));
  let rest = '';
  if (result.mutes !== undefined) result.mutes = standing(result.mutes, state.streamTime);
  if (result.mutes !== undefined && isMuted(result.mutes, decision)) {
    Object.assign(decision, { muted: true });
    rest = ',"muted":true';
  }
  if (cause.late) {
    const amends = result.decision === undefined ? {} : { amends: result.decision };
    Object.assign(decision, { late: true }, amends);
    rest += result.decision === undefined ? ',"late":true' : `,"late":true,"amends":"${result.decision}"`;
  }
  const told = `"value":${textOf(value)},"old":${textOf(old)}${comparisonText(decision)}${rest}`;
  const again = isMadeAgain(rule, reasons);
  state.publish(
    again ? null : `${entity.key}#${rule.name}`,
    `{${headerText(node, decision)},${told},"reasons":${reasons}}`,
  );
  result.inputs = again ? inputsNow(entity, node) : undefined;
  result.published = rule.shape.type === 'pick' ? namesOf(value) : value;
  result.count += 1;
  result.amends = cause.late ? (result.decision ?? '') : undefined;
  result.decision = decision.id;
  result.decidedAt = state.streamTime;
  return decision;
}

/** What is the same in all decisions of a rule, as text. */
const ruleTexts = new WeakMap<RuleNode, string>();

/** The fields of `header` as JSON text, written directly: that is faster than JSON.stringify by far. */
function headerText(node: RuleNode, decision: Published): string {
  const { id, rule, version, mode, rules, kind, entity, time, entry, cause, past } = decision;
  let ofRule = ruleTexts.get(node);
  if (ofRule === undefined) {
    ofRule = JSON.stringify({ rule, version, mode, rules, kind }).slice(1, -1);
    ruleTexts.set(node, ofRule);
  }
  const by =
    'event' in cause
      ? `"event":${JSON.stringify(cause.event)},"type":${JSON.stringify(cause.type)}`
      : `"timer":${cause.timer}`;
  return `"id":"${id}",${ofRule},"entity":${JSON.stringify(entity)},"time":${time},"entry":"${entry}","cause":{${by}}${past ? ',"past":true' : ''}`;
}

function textOf(value: unknown): string {
  return typeof value === 'number' ? numberText(value) : JSON.stringify(value);
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}

function comparisonText({ class: name, change, entered, left }: Published): string {
  let text = name === undefined ? '' : `,"class":${JSON.stringify(name)}`;
  if (change !== undefined) text += `,"change":${numberText(change)}`;
  if (entered !== undefined) text += `,"entered":${JSON.stringify(entered)},"left":${JSON.stringify(left)}`;
  return text;
}

/** A decision as an event of its entity, for features that count decisions. */
export function decisionFields(entity: Entity, decision: Published): Record<string, unknown> {
  const { value, old } = decision;
  const fields: Record<string, unknown> = {
    ...decision,
    value: numberOf(value) ?? value,
    old: numberOf(old) ?? old,
  };
  fields.new = fields.value;
  entity.kind.key.forEach((field, i) => {
    fields[field] = entity.slots[i];
  });
  return fields;
}

/** What every record of a rule's run says about itself; takes the next decision number. */
export function header(
  state: PartitionState,
  entity: { readonly kind: { readonly name: string }; readonly id: string },
  rule: Pick<RulePlan, 'name' | 'version' | 'mode'>,
  cause: Cause,
) {
  const { event } = cause;
  const id = `${state.partition}-${state.incarnation}-${state.seq}`;
  state.seq += 1;
  state.tally.add('weir_decisions_total', rule.name, rule.mode);
  return {
    id,
    rule: rule.name,
    version: rule.version,
    mode: rule.mode,
    rules: state.plan.hash,
    kind: entity.kind.name,
    entity: entity.id,
    time: state.streamTime,
    entry: cause.entry,
    cause: event ? { event: event.id, type: event.type } : { timer: state.streamTime },
    ...(state.isPast && { past: true as const }),
  };
}

function comparison(rule: RulePlan, value: unknown, old: unknown): Partial<Published> | undefined {
  if (rule.shape.type === 'pick') {
    const now = namesOf(value);
    const before = (old ?? []) as string[];
    return { entered: now.filter((n) => !before.includes(n)), left: before.filter((n) => !now.includes(n)) };
  }
  const number = numberOf(value);
  const oldNumber = numberOf(old);
  const change =
    number === undefined || oldNumber === undefined
      ? undefined
      : (toMicros(number) - toMicros(oldNumber)) / 1e6;
  const name = classOf(value);
  if (name !== undefined) return change === undefined ? { class: name } : { class: name, change };
  return change === undefined ? undefined : { change };
}
