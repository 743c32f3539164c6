/** explain: why each result of an entity is what it is, then and now, and when it will change by itself. */

import type { Reason } from '../core/decision.ts';
import { entityKey } from '../core/entity-key.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { Frame } from '../rules/expression/expression.ts';
import { type Judged, judge } from '../rules/expression/judgement.ts';
import type { Node, RuleNode } from '../rules/plan-node.ts';
import type { OpenAction } from './actions/open-actions.ts';
import { isOffReason } from './breakers.ts';
import type { Entity } from './entity.ts';
import type { LastDecision } from './last-decision.ts';
import type { LearnedState } from './learned-states.ts';
import { sharedId } from './look-up.ts';
import { type Nearest, nearest } from './nearest.ts';
import { entityFrame } from './node-value.ts';
import { isDue, namesOf, numberOf } from './publication.ts';
import { type Result, resultDue } from './result.ts';
import { factorReasons } from './shapes/factors.ts';
import { inputsOf } from './shapes/reasons.ts';
import type { LookedUp } from './shared-states.ts';

/** A reason as it stood at the last decision and as it stands now. */
export interface ExplainedReason {
  readonly name: string;
  readonly points?: number;
  readonly points_at_decision?: number;
  readonly no_data?: true;
  /** For picks: whether the line holds now, and part by part why. */
  readonly holds?: boolean;
  readonly condition?: Judged;
  /** For picks: it does not hold any more, and stays until this does. */
  readonly stays_until?: Judged;
  readonly inputs: Readonly<Record<string, { readonly at_decision: unknown; readonly now: unknown }>>;
}

export interface ExplainedResult {
  readonly rule: string;
  readonly version: number;
  readonly mode: string;
  readonly description: string;
  readonly at: string;
  readonly value: unknown;
  readonly published_value: unknown;
  readonly published: number;
  readonly decided_at: string | null;
  readonly decision_id: string | null;
  /** A late event caused the last decision; `amends` is the one before it. */
  readonly late?: true;
  readonly amends?: string;
  readonly reasons: readonly ExplainedReason[];
  /** The rule's own condition, part by part; null where it has none. */
  readonly when: Judged | null;
  /** What would have to come true for the rule to say more than it does; null where nothing would. */
  readonly nearest: Nearest | null;
  /** Why the current value is not published; null when it is. */
  readonly not_published: string | null;
  readonly next_change: { readonly at: string; readonly because: string } | null;
  /** Features of shared entities, and models, that it depends on: as their owners told them last. */
  readonly looked_up: readonly {
    readonly name: string;
    readonly of: string | null;
    readonly as_of: string | null;
    readonly age_seconds: number | null;
  }[];
  readonly error: string | null;
  /** Of rules that propose actions: those that wait for a person or for the outside; the caller adds them. */
  readonly actions?: readonly OpenAction[];
}

/**
 * Explains every result of an entity at stream time `now`.
 * @param decided the last decision of each rule, by rule name
 */
export function explain(
  entity: Entity,
  now: Millis,
  decided: ReadonlyMap<string, LastDecision>,
): ExplainedResult[] {
  const frame = entityFrame(entity, now);
  return entity.kind.nodes
    .filter((node): node is RuleNode => node.type === 'rule')
    .map((node) => explainRule(entity, node, frame, decided.get(node.rule.name)));
}

function explainRule(
  entity: Entity,
  node: RuleNode,
  frame: Frame,
  last: LastDecision | undefined,
): ExplainedResult {
  const { rule } = node;
  const result = entity.states[node.state] as Result;
  const sources = sourcesOf(entity, node);
  const reasons = explainReasons(entity, node, frame, last);
  const when = rule.when === undefined ? null : judge(rule.when, frame);
  return {
    rule: rule.name,
    version: rule.version,
    mode: rule.mode,
    description: rule.description,
    at: rule.at,
    value: result.value ?? null,
    published_value: result.published ?? null,
    published: result.count,
    decided_at: result.decidedAt === undefined ? null : new Date(result.decidedAt).toISOString(),
    decision_id: result.decision ?? null,
    ...(result.amends === undefined ? {} : { late: true as const }),
    ...(result.amends ? { amends: result.amends } : {}),
    reasons,
    when,
    nearest: nearest(rule, result, when, reasons),
    not_published: whyNotPublished(node, result, when),
    next_change: nextChange(entity, node, sources),
    looked_up: lookedUp(entity, sources, frame.time),
    error: result.failing ?? null,
  };
}

function explainReasons(
  entity: Entity,
  node: RuleNode,
  frame: Frame,
  last: LastDecision | undefined,
): ExplainedReason[] {
  const { shape } = node.rule;
  const then = new Map((last?.reasons ?? []).map((reason) => [reason.name, reason]));
  if (shape.type === 'factors') {
    return safely(() => factorReasons(shape, entity, frame), []).map((reason) => ({
      name: reason.name,
      ...(reason.points === undefined ? {} : { points: reason.points }),
      ...pointsAtDecision(then.get(reason.name)),
      ...(reason.no_data ? { no_data: true as const } : {}),
      inputs: both(reason.inputs, then.get(reason.name)),
    }));
  }
  if (shape.type === 'pick') {
    const listed = namesOf((entity.states[node.state] as Result).value);
    return shape.lines.map((line) => {
      const condition = judge(line.when, frame);
      const stays = !condition.holds && line.until !== undefined && listed.includes(line.name);
      return {
        name: line.name,
        holds: condition.holds,
        condition,
        ...(stays && line.until && { stays_until: judge(line.until, frame) }),
        inputs: both(inputsOf(entity, line.reads), then.get(line.name)),
      };
    });
  }
  return [{ name: node.name, inputs: both(inputsOf(entity, node.reads), last?.reasons[0]) }];
}

function pointsAtDecision(reason: Reason | undefined) {
  return reason?.points === undefined ? {} : { points_at_decision: reason.points };
}

function both(now: Readonly<Record<string, unknown>>, then: Reason | undefined) {
  return Object.fromEntries(
    Object.entries(now).map(([name, value]) => [
      name,
      { at_decision: then?.inputs[name] ?? null, now: value },
    ]),
  );
}

function safely<T>(compute: () => T, otherwise: T): T {
  try {
    return compute();
  } catch {
    return otherwise;
  }
}

function whyNotPublished(node: RuleNode, result: Result, when: Judged | null): string | null {
  const { rule } = node;
  if (result.failing !== undefined)
    return isOffReason(result.failing)
      ? `the rule is ${result.failing}`
      : `the rule fails: ${result.failing}`;
  if (result.waiting && rule.every !== undefined) return 'the rule runs again at the end of its interval';
  if (result.dueSince !== undefined || result.holds !== undefined)
    return 'the change has to stand for the rule’s hold time first';
  if (result.value === undefined && result.count === 0) {
    if (when?.holds === false) return 'the rule has no result: its condition does not hold';
    return rule.shape.type === 'allocate'
      ? 'there is nothing to move: no division is better by more than the smallest move'
      : 'the rule has no result: what it is made of is not known';
  }
  if (isDue(rule, result)) return 'the change is told with the next run of the rule';
  const value = numberOf(result.value);
  const published = numberOf(result.published);
  if (value === undefined || published === undefined || value === published) return null;
  const difference = Math.round(Math.abs(value - published) * 1e6) / 1e6;
  return `it differs from the published value by ${difference}; it is told when the change exceeds ${rule.publish.changeOver}`;
}

const CHANGING: readonly Node['type'][] = ['aggregate', 'merged', 'response', 'detector'];

/** The earliest time at which something this rule depends on changes by itself, and what that is. */
function nextChange(
  entity: Entity,
  node: RuleNode,
  sources: readonly Node[],
): ExplainedResult['next_change'] {
  let at = resultDue(entity.states[node.state] as Result, node.rule, entity.zone());
  let because = node.name;
  for (const source of sources) {
    if (!CHANGING.includes(source.type)) continue;
    const next = entity.next[source.state] as Millis;
    if (next >= at) continue;
    at = next;
    because = source.name;
  }
  return at === Number.POSITIVE_INFINITY ? null : { at: new Date(at).toISOString(), because };
}

/** What it read of shared entities, of which this partition knows only what their owners told. */
function lookedUp(entity: Entity, sources: readonly Node[], now: Millis): ExplainedResult['looked_up'] {
  return sources
    .filter((source) => source.type === 'lookup' || source.type === 'learned')
    .map((source) => {
      const { time } = entity.states[source.state] as LookedUp | LearnedState;
      const id = source.type === 'lookup' ? sharedId(entity, source) : source.model;
      return {
        name: source.name,
        of: id === undefined ? null : source.type === 'lookup' ? entityKey(source.of, id) : id,
        as_of: time === undefined ? null : new Date(time).toISOString(),
        age_seconds: time === undefined ? null : Math.max(0, now - time) / SECOND,
      };
    });
}

/** The nodes that a rule depends on, directly or through others. */
function sourcesOf(entity: Entity, node: RuleNode): Node[] {
  const bySlot = new Map<number, Node>(entity.kind.nodes.map((other) => [other.slot, other]));
  const sources = new Set<Node>();
  const open = [...node.reads];
  for (let slot = open.pop(); slot !== undefined; slot = open.pop()) {
    const source = slot < 0 ? undefined : bySlot.get(slot);
    if (!source || sources.has(source)) continue;
    sources.add(source);
    if (source.type === 'calc')
      for (const name of source.expression.reads) open.push(entity.kind.slotOf.get(name) ?? -1);
    else if (source.type === 'learned') open.push(...source.inputs.map(({ slot }) => slot));
    else if (source.type === 'rule') open.push(...source.reads);
  }
  return [...sources];
}
