/** What a subscription tells of one element of an outbox: the decision, what opened and what is over of anomalies, and events. */

import type { Decision } from '../core/decision.ts';
import { entityKey, keyValues } from '../core/entity-key.ts';
import type { Subscription } from '../core/subscription.ts';
import type { Plan } from '../rules/plan.ts';

export interface ToldDecision {
  readonly id: string;
  readonly rule: string;
  /** Its key, `lead:123`. */
  readonly entity: string;
  /**
   * JSON: the decision as it was published, with `opened` and `resolved` of anomalies, and `events` of lines that name
   * one; or an action.
   */
  readonly body: string;
  /** The same however often it is told; absent: the id. */
  readonly key?: string;
  /** Money moves by it: it is told only once it cannot be lost any more. */
  readonly binding?: true;
}

/** How `publish` begins: so most elements are passed over without being parsed. */
const RULE = /^\{"id":"[^"]+","rule":"([^"\\]+)"/;

/** Live decisions of the chosen rules; what was muted is not told, and neither are failures, shadows and the past. */
export function toldDecision(
  text: string,
  { rules, actions }: Subscription,
  plan: Plan,
): ToldDecision | 'muted' | undefined {
  const named = RULE.exec(text)?.[1];
  const mayAct = text.includes('"act":{');
  const isApproval = mayAct && text.includes('"status":"approved"');
  if (actions && isApproval) {
    const action = toldAction(text);
    if (action) return action;
  }
  if (named !== undefined && !rules.includes(named)) return undefined;
  const decision = JSON.parse(text) as Decision;
  const { id, rule, kind, entity, mode, error } = decision;
  if (!rules.includes(rule) || mode !== 'live' || error !== undefined || decision.past) return undefined;
  if (decision.muted) return 'muted';
  const news = newsOf(decision, plan);
  const body = news === undefined ? text : JSON.stringify({ ...decision, ...news });
  const told = { id, rule, entity: entityKey(kind, entity), body };
  return isApproval ? { ...told, binding: true } : told;
}

/** An action that just went out, as connectors read it; undefined for any other decision. */
function toldAction(text: string): ToldDecision | undefined {
  const { act, rule, version, kind, entity, mode, time, value, past } = JSON.parse(text) as Decision;
  const { status, ...shown } = value as { status?: string };
  if (!act || act.refused || mode !== 'live' || status !== 'approved' || past) return undefined;
  const { keys, id, ...news } = act;
  const told = { ...shown, ...news, id, ...keys, rule, version, kind, entity, approved_at: time };
  const key = act.idempotency_key;
  return { id, rule, entity: entityKey(kind, entity), body: JSON.stringify(told), key, binding: true };
}

interface Line {
  readonly name: string;
  readonly severity?: unknown;
  readonly event?: unknown;
}

/** What is told beside the decision itself; undefined where there is nothing more to say. */
function newsOf(decision: Decision, plan: Plan): object | undefined {
  const anomalies = anomalyNews(decision, plan);
  const events = eventsOf(decision, plan);
  return anomalies || events.length > 0 ? { ...anomalies, ...(events.length > 0 && { events }) } : undefined;
}

/** Of each line that came and has an `event`: an event of that type, with the entity's key and the line's fields. */
function eventsOf({ kind, entity, value, entered = [] }: Decision, plan: Plan): Record<string, unknown>[] {
  const key = plan.kindOf.get(kind)?.key ?? [];
  const values = keyValues(entity, key.length);
  const ids = Object.fromEntries(key.map((name, i) => [name, values[i]]));
  return ((Array.isArray(value) ? value : []) as Line[])
    .filter(({ name, event }) => typeof event === 'string' && entered.includes(name))
    .map(({ name: _, event, ...fields }) => ({ type: event, ...ids, ...fields }));
}

/** Undefined where no line of the rule has a severity: then it tells no anomalies. */
export function anomalyNews(
  { rule, value, entered = [], left = [] }: Decision,
  plan: Plan,
): { opened: readonly Line[]; resolved: readonly string[] } | undefined {
  const severe = severeNames(plan).get(rule);
  const lines = (Array.isArray(value) ? value : []) as Line[];
  const opened = lines.filter((line) => line.severity !== undefined && entered.includes(line.name));
  if (severe === undefined && opened.length === 0) return undefined;
  return { opened, resolved: left.filter((name) => severe?.get(name) !== false) };
}

const severeOf = new WeakMap<Plan, ReadonlyMap<string, ReadonlyMap<string, boolean>>>();

/** By rule, of those with any such line: whether its lines have a severity. */
function severeNames(plan: Plan): ReadonlyMap<string, ReadonlyMap<string, boolean>> {
  const known = severeOf.get(plan);
  if (known) return known;
  const found = new Map<string, ReadonlyMap<string, boolean>>();
  for (const node of plan.kinds.flatMap((kind) => kind.nodes)) {
    if (node.type !== 'rule' || node.rule.shape.type !== 'pick') continue;
    const lines = node.rule.shape.lines.map(({ name, fields }): [string, boolean] => [
      name,
      fields.some(({ key }) => key === 'severity'),
    ]);
    if (lines.some(([, severe]) => severe)) found.set(node.rule.name, new Map(lines));
  }
  severeOf.set(plan, found);
  return found;
}
