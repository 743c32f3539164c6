/** hear: entries about actions, what people said of them and what came of them outside, are judged here and nowhere else. */

import type { ActionRefusal, ActionStatus } from '../../core/action.ts';
import type { Entry } from '../../core/entry.ts';
import type { WeirEvent } from '../../core/event.ts';
import { sourceText } from '../decode.ts';
import type { Entity } from '../entity.ts';
import { type Cause, evaluate, parentsOf } from '../evaluate.ts';
import type { PartitionState } from '../partition-state.ts';
import { type Action, hear } from './action.ts';
import { hearOutcome } from './hear-outcome.ts';
import { actionsOf, homeAt, originOf, touch } from './home.ts';
import { approve, reject, revert } from './judge.ts';
import { giveGranted } from './take-budget.ts';
import { tellRefusal } from './tell-action.ts';

/** Everything a judgement needs. */
export interface Hearing {
  readonly state: PartitionState;
  readonly home: Entity;
  readonly action: Action;
  readonly event: WeirEvent;
  readonly cause: Cause;
}

/** What became of it; `revert`: the action that was proposed to take it back. */
export type Answer =
  | { readonly now: ActionStatus; readonly revert?: string }
  | { readonly refused: ActionRefusal };

const JUDGES: Readonly<Record<string, (hearing: Hearing) => Answer>> = {
  'action.approved': approve,
  'action.rejected': reject,
  'action.reverted': revert,
  'action.applied': hearOutcome,
  'action.failed': hearOutcome,
};

export function isAboutAction({ type }: Pick<WeirEvent, 'type'>): boolean {
  return Object.hasOwn(JUDGES, type);
}

/** @returns false when no such action is known here: its id is made up, or it is too long ago */
export function hearAction(state: PartitionState, entry: Entry, event: WeirEvent, index: number): boolean {
  const id = String(event.data.action_id);
  const place = state.places.get(id);
  const home = place === undefined ? undefined : homeAt(state, place);
  const action = home && actionsOf(home)?.actions.find((other) => other.id === id);
  if (!home || !action) {
    buryUnknown(state, entry, event, index, id);
    return false;
  }
  const late = event.time < state.streamTime;
  const cause: Cause = { entry: entry.id, event, late };
  const answer = (JUDGES[event.type] as (hearing: Hearing) => Answer)({ state, home, action, event, cause });
  const kept = actionsOf(home);
  if ('refused' in answer) {
    const standing = kept?.actions.find((other) => other.id === id) ?? action;
    refuse(state, standing, answer.refused, cause, event);
  }
  if (kept) {
    const told = 'refused' in answer ? { answer: answer.refused } : { answer: answer.now };
    const more = 'revert' in answer && answer.revert !== undefined ? { revert: answer.revert } : {};
    hear(kept, { event: event.id, id, ...told, ...more });
    touch(state, home);
  }
  settle(state, home, action, cause);
  giveGranted(state, home, entry.id);
  return true;
}

function refuse(
  state: PartitionState,
  action: Action,
  refused: ActionRefusal,
  cause: Cause,
  { data }: WeirEvent,
): void {
  const { by = null, hash = null, comment = null, problem = null, budgets = null } = data;
  const given = { by, hash, comment, problem, budgets };
  const inputs = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  tellRefusal(state, action, refused, cause, { name: refused, inputs });
}

/** The rule whose action it is, and what reads it, are brought up to date. */
function settle(state: PartitionState, home: Entity, action: Action, cause: Cause): void {
  const origin = originOf(state, action)?.entity;
  const entities = origin === undefined || origin === home ? [home] : [origin, home];
  for (const entity of entities) {
    evaluate(state, entity, cause);
    for (const parent of parentsOf(state, entity)) evaluate(state, parent, cause);
  }
}

function buryUnknown(
  state: PartitionState,
  entry: Entry,
  { type }: WeirEvent,
  index: number,
  id: string,
): void {
  const { raw, encoding } = sourceText(entry, index);
  const problem = `there is no action ${id}: ids are those of GET /v1/actions, and old ones are forgotten`;
  state.bury({ reason: 'unknown_action', problem, type, entry: entry.id, index, raw, encoding }, type);
}
