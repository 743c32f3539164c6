/** renew-proposals: what waits for a person is made anew when the budgets it was made from are others by now. */

import type { RuleNode } from '../../rules/plan.ts';
import type { ThenPlan } from '../../rules/then-plan.ts';
import type { Entity } from '../entity.ts';
import type { Cause } from '../evaluate.ts';
import type { PartitionState } from '../partition-state.ts';
import { ShapeError } from '../shapes/reasons.ts';
import type { Action } from './action.ts';
import { standsAsShown } from './budgets-in-force.ts';
import { turn } from './end-action.ts';
import { actionsOf } from './home.ts';
import { type Moves, movesOf } from './pause.ts';
import { hashOf } from './propose.ts';
import { shownMoves } from './propose-lines.ts';

/**
 * The budgets that a waiting proposal was made from have changed: it is made again from those that are there now, with
 * another hash, so that what people see and approve is what will be done.
 */
export function renewProposals(state: PartitionState, home: Entity, cause: Cause): void {
  for (const action of actionsOf(home)?.actions ?? []) {
    if (action.status !== 'pending' || action.line === undefined || action.reverts !== undefined) continue;
    const then = thenOf(state, action);
    if (then === undefined || action.budgets === undefined || standsAsShown(state, home, action)) continue;
    const { moved: _, total: __, to: ___, from: ____, impact, ...fields } = action.value;
    const moves = movesAgain(home, action, then, fields);
    if (moves?.budgets === undefined) continue;
    const { total, ...shown } = shownMoves(moves, impact === undefined ? fields : { ...fields, impact });
    const { reserve: _____, ...rest } = action;
    const renewed: Action = { ...rest, ...shown, hash: hashOf({ id: action.id, ...shown, total }) };
    turn(state, home, action, renewed, cause, 'budgets_changed', { from: shown.value.from });
  }
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
