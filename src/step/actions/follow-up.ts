/** Follow-up: statements are kept until their time is over, and what came of them is told then. */

import { keyValues } from '../../core/entity-key.ts';
import type { Realised, Statement } from '../../core/statement.ts';
import type { Millis } from '../../core/units.ts';
import { chanceAbove, chanceWithin, type Hindsight } from '../../models/market/hindsight.ts';
import type { ImpactPlan, LaterPlan } from '../../rules/compile-impact.ts';
import { ExpressionError } from '../../rules/expression/expression.ts';
import type { RuleNode } from '../../rules/plan-node.ts';
import type { Entity } from '../entity.ts';
import type { Cause } from '../evaluate.ts';
import type { PartitionState } from '../partition-state.ts';
import { header } from '../publication.ts';
import type { Action, ActionsState } from './action.ts';
import { actionsOf, touch } from './home.ts';
import { impactFrame, numberOf } from './statement.ts';

/** A statement whose time is not over. */
export interface Followed {
  readonly id: string;
  readonly rule: string;
  readonly version: number;
  readonly kind: string;
  readonly entity: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly at: Millis;
  readonly due: Millis;
  readonly applied: boolean;
  readonly statement: Statement;
  /** What `realised` may read of the proposal. */
  readonly proposal: Readonly<Record<string, unknown>>;
}

/** Of each rule and entity: of more than that in `after` some are not followed, evenly over the time. */
const MOST_FOLLOWED = 8;

/** Takes the statement of a proposal up; another one that came shortly before stands for both. */
export function follow(actions: ActionsState, action: Action, { later }: ImpactPlan): void {
  if (later === undefined) return;
  const { after } = later;
  const { id, rule, version, mode, kind, entity, keys, requestedAt: at, value } = action;
  const statement = value.impact as Statement | undefined;
  if (statement === undefined || mode === 'shadow') return;
  const last = lastOf(actions, action);
  if (last !== undefined && isShortlyAfter(at, last, after)) return;
  if (actions.followed.filter((other) => isSame(other, action)).length >= MOST_FOLLOWED) return;
  // neither texts nor the hours of every row are needed again
  const { impact: _, hours, message: __, ...rest } = value;
  const proposal = Array.isArray(hours) ? { ...rest, hours } : rest;
  const followed = { id, rule, version, kind, entity, keys, at, due: at + after, applied: false };
  actions.followed = [...actions.followed, { ...followed, statement, proposal }];
}

/** It was carried out: its time begins anew, and it goes before one that was not. */
export function followApplied(state: PartitionState, home: Entity, action: Action): void {
  const { id, kind, rule, requestedAt } = action;
  const actions = actionsOf(home);
  const impact = impactPlan(state, kind, rule);
  if (actions === undefined || impact?.later === undefined) return;
  const { after } = impact.later;
  if (!actions.followed.some((other) => other.id === id)) {
    const last = lastOf(actions, action);
    if (last !== undefined && !last.applied && isShortlyAfter(requestedAt, last, after))
      actions.followed = actions.followed.filter((other) => other !== last);
    follow(actions, action, impact);
  }
  const due = state.streamTime + after;
  actions.followed = actions.followed.map((other) =>
    other.id === id ? { ...other, applied: true, due } : other,
  );
  touch(state, home);
}

function lastOf({ followed }: ActionsState, action: Action): Followed | undefined {
  return followed.findLast((other) => isSame(other, action));
}

function isSame(one: Pick<Followed, 'rule' | 'entity'>, { rule, entity }: Action): boolean {
  return one.rule === rule && one.entity === entity;
}

function isShortlyAfter(at: Millis, last: Followed, after: Millis): boolean {
  return at < last.at + after / MOST_FOLLOWED;
}

/** Tells what came of the statements whose time is over; to be called once the features are up to date. */
export function realise(state: PartitionState, home: Entity, cause: Cause): void {
  const actions = actionsOf(home);
  if (actions === undefined) return;
  const now = state.streamTime;
  const over = actions.followed.filter(({ due }) => due <= now);
  if (over.length === 0) return;
  actions.followed = actions.followed.filter(({ due }) => due > now);
  for (const one of over) tell(state, home, one, cause);
  touch(state, home);
}

function tell(state: PartitionState, home: Entity, one: Followed, cause: Cause): void {
  const { id, rule, version, kind, entity, keys, at, applied, statement, proposal } = one;
  const asked = impactPlan(state, kind, rule)?.later;
  const later =
    asked &&
    hindsightOf(asked, home, state.streamTime, {
      ...namesOf(state, kind, entity),
      ...proposal,
      applied,
    });
  const value = later?.value ?? null;
  const because = asked === undefined ? 'rule_gone' : (later && asked.by) || 'no_data';
  const chance = later ? chanceAbove(later) : null;
  const { low, high } = statement;
  const within = later && low !== null && high !== null ? rounded(chanceWithin(low, high, later)) : null;
  const realised: Realised = {
    ...{ id, keys, statement, stated_at: at, applied },
    ...{ value, chance, within, because },
  };
  const head = header(
    state,
    { kind: { name: kind }, id: entity },
    { name: rule, version, mode: 'live' },
    cause,
  );
  const inputs = { stated: statement.value, low, high, realised: value, chance, applied };
  const reasons = [{ name: because, inputs }];
  const outcome = value === null ? 'unknown' : value > 0 ? 'more' : 'less';
  state.tally.add('weir_statements_realised_total', rule, outcome);
  state.publish(null, JSON.stringify({ ...head, value, old: null, realised, reasons }));
}

/** The key fields of what the action is about. */
function namesOf({ plan }: PartitionState, kind: string, entity: string): Readonly<Record<string, string>> {
  const key = plan.kindOf.get(kind)?.key ?? [];
  const values = keyValues(entity, key.length);
  return Object.fromEntries(key.map((name, i) => [name, values[i] as string]));
}

/** A number, or an object as `stated` gives it. */
function hindsightOf(
  { realised }: LaterPlan,
  home: Entity,
  now: Millis,
  proposal: Readonly<Record<string, unknown>>,
): Hindsight | undefined {
  try {
    const came = realised.evaluate(impactFrame(home, now, proposal));
    const given = (typeof came === 'object' && came !== null ? came : { value: came }) as Record<
      string,
      unknown
    >;
    const value = numberOf(given.value);
    if (value === null) return undefined;
    const [low, high] = [numberOf(given.low), numberOf(given.high)];
    return { value: Math.round(value * 10) / 10 + 0, low, high, confidence: numberOf(given.confidence) };
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

function rounded(chance: number): number {
  return Math.round(chance * 1e4) / 1e4;
}

function impactPlan({ plan }: PartitionState, kind: string, rule: string): ImpactPlan | undefined {
  const nodes = plan.kindOf.get(kind)?.nodes ?? [];
  return nodes.find((node): node is RuleNode => node.type === 'rule' && node.rule.name === rule)?.rule.acting
    ?.impact;
}
