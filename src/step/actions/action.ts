/** An action as its home keeps it: what was proposed, where it stands, and when its time is over. */

import type {
  ActionBudget,
  ActionDifference,
  ActionNews,
  ActionRefusal,
  ActionStatus,
  ActionWord,
} from '../../core/action.ts';
import type { SharedBudget } from '../../core/mail.ts';
import type { Millis } from '../../core/units.ts';
import type { Followed } from './follow-up.ts';

export interface Action {
  readonly id: string;
  readonly rule: string;
  readonly version: number;
  readonly mode: 'live' | 'shadow';
  /** What the rule was about, which is its home or one of those below. */
  readonly kind: string;
  readonly entity: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly word: ActionWord;
  /** The line of a pick that proposed it. */
  readonly line?: string;
  /** What was shown, without the status. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly budgets?: readonly ActionBudget[];
  /** Money that no channel has, before and after. */
  readonly reserve?: { readonly from: number; readonly to: number };
  /** Money that changes its row, in currency units. */
  readonly moved: number;
  readonly hash: string;
  readonly status: ActionStatus;
  readonly requestedBy: string;
  readonly requestedAt: Millis;
  /** Whoever asked for it may not approve it. */
  readonly notByRequester: boolean;
  /** How long an answer is waited for: first a person's, then the outside's. */
  readonly lasts: Millis;
  readonly deadline?: Millis;
  /** It went out without a person. */
  readonly automatic?: true;
  readonly because?: string;
  readonly by?: string;
  readonly comment?: string;
  readonly reverts?: string;
  readonly differences?: readonly ActionDifference[];
  readonly problem?: string;
}

/** What became of an entry about an action: so who asked over HTTP learns it. */
export interface Heard {
  readonly event: string;
  readonly id: string;
  readonly answer: ActionStatus | ActionRefusal;
  /** The action that a revert proposed. */
  readonly revert?: string;
}

/** By rule, what went out without a person: when last, and how much moved on that day of the zone. */
export type Automatic = Readonly<
  Record<string, { readonly day: number; readonly moved: number; readonly at: Millis }>
>;

export interface ActionsState {
  actions: readonly Action[];
  heard: readonly Heard[];
  automatic: Automatic;
  /** What was stated of them, until what came of it is told; in the order in which it was stated. */
  followed: readonly Followed[];
  /** What the campaign is to have of its client's total, once its own action that is under way is answered. */
  granted?: SharedBudget | undefined;
  /** The time that the last report had for the features that it fed. */
  reportedAt?: Millis;
}

/** Decided ones stay so long that they can be reverted, and that a second answer is told what became of it. */
const MOST_DECIDED = 16;
const MOST_HEARD = 8;

export function emptyActions(): ActionsState {
  return { actions: [], heard: [], automatic: {}, followed: [] };
}

export function encodeActions(state: ActionsState): unknown {
  const { actions, heard, automatic, followed, granted, reportedAt } = state;
  if (granted !== undefined || reportedAt !== undefined)
    return [actions, heard, automatic, followed, granted ?? null, reportedAt ?? null];
  if (actions.length + heard.length + followed.length === 0) return null;
  return [actions, heard, automatic, ...(followed.length > 0 ? [followed] : [])];
}

export function decodeActions(stored: unknown): ActionsState {
  if (!Array.isArray(stored)) return emptyActions();
  const [actions, heard, automatic, followed = [], granted = null, reportedAt = null] = stored as [
    Action[],
    Heard[],
    Automatic,
    Followed[]?,
    (SharedBudget | null)?,
    (Millis | null)?,
  ];
  return {
    ...{ actions, heard, automatic, followed },
    ...(granted && { granted }),
    ...(reportedAt !== null && { reportedAt }),
  };
}

/** Waits for a person or for the outside. */
export function isOpen({ status }: Action): boolean {
  return status === 'pending' || status === 'approved';
}

/** When the first of them is over by itself, or the time of a statement. */
export function actionsDue({ actions, followed }: ActionsState): Millis {
  let due = Number.POSITIVE_INFINITY;
  for (const one of followed) due = Math.min(due, one.due);
  for (const action of actions)
    if (isOpen(action) && action.deadline !== undefined) due = Math.min(due, action.deadline);
  return due;
}

/** Adds it or puts it in the place of what it was; the ids of those that are forgotten for it. */
export function keep(state: ActionsState, action: Action): string[] {
  const known = state.actions.some(({ id }) => id === action.id);
  const actions = known
    ? state.actions.map((other) => (other.id === action.id ? action : other))
    : [...state.actions, action];
  const standing = pausesInForce(actions);
  const decided = actions.filter((other) => !isOpen(other) && !standing.has(other.id));
  const gone = new Set(decided.slice(0, Math.max(0, decided.length - MOST_DECIDED)).map(({ id }) => id));
  state.actions = actions.filter(({ id }) => !gone.has(id));
  return [...gone];
}

/** The last pause of each channel that was not brought back since: who resumes it has to know what it had. */
function pausesInForce(actions: readonly Action[]): ReadonlySet<string> {
  const last = new Map<string, string>();
  for (const { id, word, status, kind, entity } of actions) {
    if (status !== 'applied') continue;
    if (word === 'pause') last.set(`${kind}:${entity}`, id);
    else if (word === 'resume') last.delete(`${kind}:${entity}`);
  }
  return new Set(last.values());
}

export function hear(state: ActionsState, heard: Heard): void {
  state.heard = [...state.heard, heard].slice(-MOST_HEARD);
}

/** What decisions, streams and people are told; `deadline` of a pending one is when silence means no. */
export function shownValue({ word, status, value, deadline }: Action): Record<string, unknown> {
  const expires = status === 'pending' && deadline !== undefined ? { expires_at: deadline } : {};
  return { action: word, status, ...value, ...expires };
}

export function newsOf(action: Action): ActionNews {
  const { id, hash, keys, requestedBy, requestedAt, budgets, reserve, because, by, comment } = action;
  const { reverts, differences, problem } = action;
  const news = { budgets, reserve, because, by, comment, reverts, differences, problem };
  const told = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== undefined));
  return {
    ...{ id, hash, idempotency_key: idempotencyKey(action), keys },
    ...{ requested_by: requestedBy, requested_at: requestedAt },
    ...told,
  };
}

/** The same whenever the action is told. */
export function idempotencyKey({ id, hash }: Pick<Action, 'id' | 'hash'>): string {
  return `${id}-${hash}`;
}
