/** renew-proposals: what waits is made anew when the budgets it was made from are others, and goes out if only that held it. */

import type { RuleNode } from '../../rules/plan-node.ts';
import type { ThenPlan } from '../../rules/then-plan.ts';
import type { Entity } from '../entity.ts';
import type { Cause } from '../evaluate.ts';
import type { PartitionState } from '../partition-state.ts';
import { ShapeError } from '../shapes/reasons.ts';
import type { Action } from './action.ts';
import { countAutomatic, wayOf } from './autonomy.ts';
import { isUnderWay, standsAsShown } from './budgets-in-force.ts';
import { turn } from './end-action.ts';
import { actionsOf } from './home.ts';
import { type Moves, movesOf } from './pause.ts';
import { hashOf, sent, UNDER_WAY } from './propose.ts';
import { shownMoves } from './propose-lines.ts';

/**
 * The budgets that a waiting proposal was made from have changed: it is made again from those that are there now, with
 * another hash, so that what people see and approve is what will be done. What waited for another action alone, and
 * needs nobody, goes out.
 */
export function renewProposals(state: PartitionState, home: Entity, cause: Cause): void {
  for (const action of actionsOf(home)?.actions ?? []) {
    if (action.status !== 'pending' || action.line === undefined || action.reverts !== undefined) continue;
    const then = thenOf(state, action);
    if (then === undefined || action.budgets === undefined) continue;
    const stands = standsAsShown(state, home, action);
    if (stands && action.because !== UNDER_WAY) continue;
    const renewed = stands ? { action, total: totalOf(action) } : madeAgain(home, action, then);
    if (renewed === undefined) continue;
    const next = released(state, home, then, renewed.action, renewed.total);
    if (next !== action)
      turn(state, home, action, next, cause, stands ? 'no_other_under_way' : 'budgets_changed', {
        from: next.value.from,
      });
  }
}

function totalOf({ value }: Action): number {
  return typeof value.total === 'number' ? value.total : 0;
}

function madeAgain(
  home: Entity,
  action: Action,
  then: ThenPlan,
): { readonly action: Action; readonly total: number } | undefined {
  const { moved: _, total: __, to: ___, from: ____, impact, ...fields } = action.value;
  const moves = movesAgain(home, action, then, fields);
  if (moves?.budgets === undefined) return undefined;
  const { total, ...shown } = shownMoves(moves, impact === undefined ? fields : { ...fields, impact });
  const { reserve: _____, ...rest } = action;
  return { action: { ...rest, ...shown, hash: hashOf({ id: action.id, ...shown, total }) }, total };
}

/** Approved by itself where nothing but another action had held it back. */
function released(
  state: PartitionState,
  home: Entity,
  then: ThenPlan,
  action: Action,
  total: number,
): Action {
  if (action.because !== UNDER_WAY || isUnderWay(home, action)) return action;
  const move = { moved: action.moved, total };
  const way = wayOf(state, home, then, { rule: action.rule, isAllocation: false }, move);
  if (way.goes === 'out') countAutomatic(state, home, action.rule, move);
  return sent(action, way, state.streamTime);
}

/** undefined where it cannot be done any more: whoever approves it is told so. */
function movesAgain(
  home: Entity,
  { kind, entity }: Action,
  then: ThenPlan,
  fields: Readonly<Record<string, unknown>>,
): Moves | undefined {
  try {
    return movesOf(home, { kind, id: entity }, then, fields);
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

function thenOf({ plan }: PartitionState, { kind, rule }: Action): ThenPlan | undefined {
  const nodes = plan.kindOf.get(kind)?.nodes ?? [];
  return nodes.find((node): node is RuleNode => node.type === 'rule' && node.rule.name === rule)?.rule.acting;
}
