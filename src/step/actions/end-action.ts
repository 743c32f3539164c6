/** What ends by itself: a pending action that nobody judged, an approved one that nobody reported, a line that is over. */

import type { Millis } from '../../core/units.ts';
import type { Entity } from '../entity.ts';
import type { Cause } from '../evaluate.ts';
import type { PartitionState } from '../partition-state.ts';
import type { RuleRun } from '../publication.ts';
import { mailBudget } from '../send-mail.ts';
import { type Action, isOpen } from './action.ts';
import { isOnItsWay } from './budgets-in-force.ts';
import { actionsOf, homeOf, store } from './home.ts';
import { followAction, tellAction } from './tell-action.ts';

/** To be called when the home's own time has come: silence counts as a refusal, and is a decision. */
export function expireActions(state: PartitionState, home: Entity, cause: Cause, now: Millis): void {
  const actions = actionsOf(home);
  if (actions === undefined) return;
  for (const action of actions.actions) {
    if (!isOpen(action) || action.deadline === undefined || now < action.deadline) continue;
    const { deadline: _, ...rest } = action;
    if (action.status === 'pending')
      turn(state, home, action, { ...rest, status: 'expired' }, cause, 'expired');
    else {
      const problem = 'nobody reported in time whether it was carried out';
      turn(state, home, action, { ...rest, status: 'failed', problem }, cause, 'no_report');
    }
  }
  // what its client gave it waits for nothing any more; told by mail, since its channels need not be in memory now
  const { granted } = actions;
  if (granted !== undefined && !isOnItsWay(home)) mailBudget(state, granted);
}

/** A line of a pick that went takes its proposal with it; what was approved stays on its way. */
export function withdrawLine({ state, entity, node, cause }: RuleRun, line: string): void {
  const home = homeOf(state, entity, node.rule.acting?.home ?? entity.kind.name);
  for (const action of actionsOf(home)?.actions ?? []) {
    if (action.status !== 'pending' || action.line !== line || action.rule !== node.rule.name) continue;
    if (action.entity !== entity.id || action.reverts !== undefined) continue;
    const { deadline: _, ...rest } = action;
    turn(state, home, action, { ...rest, status: 'expired' }, cause, 'no_longer_holds');
  }
}

/** Tells the change of an action and writes it down. */
export function turn(
  state: PartitionState,
  home: Entity,
  before: Action,
  after: Action,
  cause: Cause,
  reason: string,
  inputs: Readonly<Record<string, unknown>> = {},
): void {
  const decision = tellAction(state, after, before, cause, JSON.stringify([{ name: reason, inputs }]));
  store(state, home, after);
  followAction(state, after, decision);
}
