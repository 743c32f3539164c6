/** propose: a decision that would change the outside becomes an action, which waits for a person or goes out by itself. */

import type { ActionBudget } from '../../core/action.ts';
import { DAY, type Millis } from '../../core/units.ts';
import { canonicalHash } from '../../rules/canonical.ts';
import type { ThenPlan } from '../../rules/then-plan.ts';
import type { Entity } from '../entity.ts';
import type { Published, RuleRun } from '../publication.ts';
import { type Action, type ActionsState, isOpen } from './action.ts';
import { countAutomatic, type Move, type Way, wayOf } from './autonomy.ts';
import { isUnderWay } from './budgets-in-force.ts';
import { follow } from './follow-up.ts';
import { actionsOf, homeOf, store, touch } from './home.ts';
import { statementOf } from './statement.ts';
import { showIn, tellAction } from './tell-action.ts';

/** What is to be done, and what it is shown with. */
export interface Proposed extends Move {
  readonly value: Readonly<Record<string, unknown>>;
  readonly budgets?: readonly ActionBudget[];
  readonly reserve?: NonNullable<Action['reserve']>;
  /** The line of a pick. */
  readonly line?: string;
  /** JSON list. */
  readonly reasons: string;
}

/** Whether an action of the rule (and of a line of it) about this entity waits for an answer. */
export function hasOpen({ state, entity, node }: RuleRun, line?: string): boolean {
  const then = node.rule.acting as ThenPlan;
  const { actions = [] } = actionsOf(homeOf(state, entity, then.home)) ?? {};
  const { name } = node.rule;
  return actions.some(
    (action) =>
      action.rule === name &&
      action.kind === entity.kind.name &&
      action.entity === entity.id &&
      action.line === line &&
      isOpen(action),
  );
}

/** When the rule proposed last of this entity, reverts left out. */
export function lastProposed({ state, entity, node }: RuleRun): Millis {
  const then = node.rule.acting as ThenPlan;
  const { actions = [] } = actionsOf(homeOf(state, entity, then.home)) ?? {};
  const last = actions.findLast(
    ({ rule, kind, entity: of, reverts }) =>
      rule === node.rule.name && kind === entity.kind.name && of === entity.id && reverts === undefined,
  );
  return last?.requestedAt ?? Number.NEGATIVE_INFINITY;
}

/** @returns the decision that proposes it; undefined where the campaign wants no proposals, and in an imported past */
export function propose(run: RuleRun, proposed: Proposed): Published | undefined {
  const { state, entity, node, result, cause } = run;
  if (state.isPast) return undefined;
  const { rule } = node;
  const then = rule.acting as ThenPlan;
  const home = homeOf(state, entity, then.home);
  const isAllocation = rule.shape.type === 'allocate';
  const way = wayOf(state, home, then, { rule: rule.name, isAllocation }, proposed);
  if (way.goes === 'nowhere') return undefined;
  const draft = draftOf(run, home, stated(run, then, proposed));
  // an allocation runs again soon, and from what is in force by then
  if (isAllocation && way.goes === 'out' && isUnderWay(home, draft)) return undefined;
  const action = sent(draft, unlessUnderWay(way, home, draft), state.streamTime);
  const decision = tellAction(state, action, undefined, cause, proposed.reasons);
  const kept = { ...action, id: decision.id };
  if (kept.automatic) countAutomatic(state, home, rule.name, proposed);
  store(state, home, kept);
  if (then.impact) follow(actionsOf(home) as ActionsState, kept, then.impact);
  if (then.impact) touch(state, home);
  if (isAllocation) showIn(state, entity, node, result, kept, decision);
  return decision;
}

/** With what it is said to bring. */
function stated({ state, entity }: RuleRun, { impact }: ThenPlan, proposed: Proposed): Proposed {
  const statement = impact && statementOf(impact, entity, state.streamTime, proposed.value);
  return statement ? { ...proposed, value: { ...proposed.value, impact: statement } } : proposed;
}

/** Why a proposal that would go out by itself waits: it goes once the other is reported, unless a person was faster. */
export const UNDER_WAY = 'another action that moves money here is under way';

/** What is already on its way may be answered with other budgets: a person looks at both. */
function unlessUnderWay(way: Way, home: Entity, draft: Action): Way {
  if (way.goes !== 'out' || !isUnderWay(home, draft)) return way;
  return { goes: 'to_a_person', because: UNDER_WAY };
}

/** @param draft a proposal that is not decided yet */
export function sent(draft: Action, way: Way, now: number): Action {
  const because = way.goes === 'nowhere' || way.because === undefined ? {} : { because: way.because };
  const deadline = now + draft.lasts;
  if (way.goes !== 'out') return { ...draft, deadline, ...because };
  return { ...draft, deadline, ...because, status: 'approved', automatic: true };
}

function draftOf({ state, entity, node }: RuleRun, home: Entity, proposed: Proposed): Action {
  const { rule } = node;
  const then = rule.acting as ThenPlan;
  const { value, budgets, reserve, line, moved } = proposed;
  const [key] = home.kind.key;
  const keys = key === undefined ? {} : { [key]: home.id };
  const shown = { rule: rule.name, version: rule.version, kind: entity.kind.name, entity: entity.id };
  return {
    id: '',
    ...shown,
    mode: rule.mode,
    keys,
    word: then.action,
    ...(line === undefined ? {} : { line }),
    value,
    ...(budgets && { budgets }),
    ...(reserve && { reserve }),
    moved,
    hash: hashOf({ ...shown, action: then.action, value, budgets, reserve, at: state.streamTime }),
    status: 'pending',
    requestedBy: rule.owner === '' ? rule.name : rule.owner,
    requestedAt: state.streamTime,
    notByRequester: then.approve?.notBy === 'requester',
    lasts: then.approve?.expires ?? DAY,
  };
}

/** SHA-256 (hex, first 16) of all that is shown of a proposal. */
export function hashOf(shown: Readonly<Record<string, unknown>>): string {
  return canonicalHash(shown, 16);
}
