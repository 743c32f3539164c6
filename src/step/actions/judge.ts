/** judge: what a person says of an action, held against what was shown, who asked for it, and what is in force by now. */

import { type ActionBudget, rowOf } from '../../core/action.ts';
import { type Action, isOpen } from './action.ts';
import { budgetsInForce, centsOf, isUnderWay, reserveOf, standsAsShown } from './budgets-in-force.ts';
import { turn } from './end-action.ts';
import type { Answer, Hearing } from './hear-action.ts';
import { actionsOf, store } from './home.ts';
import { hashOf } from './propose.ts';
import { tellAction } from './tell-action.ts';

export function approve({ state, home, action, event, cause }: Hearing): Answer {
  const { hash, by } = event.data;
  const closed = closedTo(action, hash);
  if (closed) return { refused: closed };
  if (action.mode === 'shadow') return { refused: 'shadow' };
  if (action.notByRequester && by === action.requestedBy) return { refused: 'self_approval' };
  if (isUnderWay(home, action)) return { refused: 'another_under_way' };
  if (!standsAsShown(state, home, action)) {
    const { deadline: _, ...rest } = action;
    turn(state, home, action, { ...rest, status: 'expired' }, cause, 'budgets_changed', said(event.data));
    return { refused: 'budgets_changed' };
  }
  const deadline = state.streamTime + action.lasts;
  const approved: Action = { ...action, ...saidBy(event.data), status: 'approved', deadline };
  turn(state, home, action, approved, cause, 'approved', said(event.data));
  return { now: 'approved' };
}

export function reject({ state, home, action, event, cause }: Hearing): Answer {
  const closed = closedTo(action, event.data.hash);
  if (closed) return { refused: closed };
  const { deadline: _, ...rest } = action;
  const rejected: Action = { ...rest, ...saidBy(event.data), status: 'rejected' };
  turn(state, home, action, rejected, cause, 'rejected', said(event.data));
  return { now: 'rejected' };
}

/** An action of its own that brings back what this one replaced; it needs approval where the first one did. */
export function revert({ state, home, action, event, cause }: Hearing): Answer {
  const { hash, by } = event.data;
  if (hash !== action.hash) return { refused: 'changed' };
  if (action.status !== 'applied') return { refused: 'not_applied' };
  const { actions = [] } = actionsOf(home) ?? {};
  if (actions.some((other) => other.reverts === action.id && isOpen(other)))
    return { refused: 'already_decided' };
  const budgets = wayBack(state, home, action);
  const reserve = budgets && budgets !== 'changed' ? reserveBack(home, budgets) : undefined;
  if (budgets === 'changed' || reserve === 'gone') return { refused: 'budgets_changed' };
  const { automatic, ...rest } = proposedPart(action);
  const shown = { reverts: action.id, value: shownBack(action, budgets), at: state.streamTime };
  const draft: Action = {
    ...rest,
    id: '',
    value: shown.value,
    ...(budgets && { budgets }),
    ...(reserve && { reserve }),
    hash: hashOf(shown),
    status: 'pending',
    requestedBy: String(by),
    requestedAt: state.streamTime,
    notByRequester: true,
    deadline: state.streamTime + action.lasts,
    reverts: action.id,
    ...commented(event.data),
    ...(automatic && {
      status: isUnderWay(home, action) ? ('pending' as const) : ('approved' as const),
      by: String(by),
      because: 'it takes back what went out without a person',
    }),
  };
  const reasons = JSON.stringify([{ name: 'reverted', inputs: said(event.data) }]);
  const { id } = tellAction(state, draft, undefined, cause, reasons);
  store(state, home, { ...draft, id });
  return { now: action.status, revert: id };
}

/** Without what became of it. */
function proposedPart(action: Action) {
  const { comment: _, differences: __, because: ___, deadline: ____, reserve: _____, ...rest } = action;
  return rest;
}

function closedTo({ hash, status }: Action, shown: unknown) {
  if (status === 'expired') return 'expired';
  if (status !== 'pending') return 'already_decided';
  return hash === shown ? undefined : 'changed';
}

/** What the rows had before, from what they have; `changed` when that is not what the action left. */
function wayBack(
  state: Hearing['state'],
  home: Hearing['home'],
  action: Action,
): readonly ActionBudget[] | undefined | 'changed' {
  if (action.budgets === undefined) return undefined;
  const now = budgetsInForce(state, home, action);
  if (now === undefined) return 'changed';
  const left = new Map(action.differences?.map((row) => [rowOf(row), row.reported]) ?? []);
  const back: ActionBudget[] = [];
  for (const { budget, from, hours: _, ...row } of action.budgets) {
    const reported = left.get(rowOf(row));
    const expected = reported === undefined ? budget : (reported ?? from);
    if (now.get(rowOf(row)) !== centsOf(expected)) return 'changed';
    if (expected !== from) back.push({ ...row, budget: from, from: expected });
  }
  return back;
}

/** The rows together may get more or less than they give: then the reserve gives or gets it. */
function reserveBack(home: Hearing['home'], budgets: readonly ActionBudget[]): Action['reserve'] | 'gone' {
  const free = reserveOf(home);
  if (free === undefined) return undefined;
  const more = budgets.reduce((sum, { budget, from }) => sum + centsOf(budget) - centsOf(from), 0);
  if (more > 0 && free - more < 0) return 'gone';
  return more === 0 ? undefined : { from: free / 100, to: (free - more) / 100 };
}

function shownBack({ value }: Action, budgets: readonly ActionBudget[] | undefined) {
  if (budgets === undefined) return value;
  const amounts = (field: 'budget' | 'from') =>
    Object.fromEntries(budgets.map((row) => [rowOf(row), row[field]]));
  return { ...value, to: amounts('budget'), from: amounts('from') };
}

function saidBy({ by, comment }: Readonly<Record<string, unknown>>) {
  return { by: String(by), ...commented({ comment }) };
}

function commented({ comment }: Readonly<Record<string, unknown>>) {
  return typeof comment === 'string' ? { comment } : {};
}

function said({ by, comment }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { by, ...commented({ comment }) };
}
