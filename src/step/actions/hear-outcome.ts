/** hear-outcome: what came of an action outside; only here budgets in force change by an action. */

import { type ActionDifference, type BudgetRow, rowOf } from '../../core/action.ts';
import type { WeirEvent } from '../../core/event.ts';
import type { Entity } from '../entity.ts';
import { learn } from '../learn.ts';
import { mailBudget } from '../send-mail.ts';
import { type Action, idempotencyKey } from './action.ts';
import { budgetsInForce, centsOf } from './budgets-in-force.ts';
import { turn } from './end-action.ts';
import { followApplied } from './follow-up.ts';
import type { Answer, Hearing } from './hear-action.ts';
import { actionsOf, originOf, timeOfReport } from './home.ts';
import { renewProposals } from './renew-proposals.ts';

interface Reported extends BudgetRow {
  readonly budget: number;
}

export function hearOutcome(hearing: Hearing): Answer {
  const { state, home, action, event, cause } = hearing;
  if (event.data.idempotency_key !== idempotencyKey(action)) return { refused: 'wrong_key' };
  if (action.status === 'applied' || action.status === 'reverted') return { refused: 'already_decided' };
  // a report that comes after its time is true all the same
  if (action.status !== 'approved' && action.status !== 'failed') return { refused: 'not_approved' };
  const { deadline: _, problem: __, ...rest } = action;
  if (event.type === 'action.failed') {
    if (action.status === 'failed') return { refused: 'already_decided' };
    const problem = String(event.data.problem ?? 'no reason was given');
    turn(state, home, action, { ...rest, status: 'failed', problem }, cause, 'failed', { problem });
    renewProposals(state, home, cause);
    return { now: 'failed' };
  }
  const reported = reportedBy(event, action);
  const differences = differencesOf(hearing, reported);
  const applied: Action = {
    ...rest,
    status: 'applied',
    ...(differences.length > 0 && { differences }),
  };
  turn(state, home, action, applied, cause, 'applied', differences.length > 0 ? { differences } : {});
  if (action.reverts !== undefined) markReverted(hearing, action.reverts);
  else followApplied(state, home, action);
  learn(state, cause.entry, enriched(hearing, reported));
  if (home.kind.role === 'shared') tellCampaigns(hearing, reported);
  return { now: 'applied' };
}

/** What it names of the rows that were asked for; without budgets all was done as asked. */
function reportedBy({ data }: WeirEvent, { budgets = [] }: Action): Reported[] {
  if (!Array.isArray(data.budgets)) return budgets.map(({ from: _, hours: __, ...asked }) => asked);
  const asked = new Set(budgets.map(rowOf));
  return (data.budgets as Reported[]).filter((row) => asked.has(rowOf(row)));
}

function differencesOf({ action, event }: Hearing, reported: readonly Reported[]): ActionDifference[] {
  const { budgets = [] } = action;
  const found = new Map(reported.map((row) => [rowOf(row), row.budget]));
  const asked = new Set(budgets.map(rowOf));
  const listed = Array.isArray(event.data.budgets) ? (event.data.budgets as Reported[]) : [];
  return [
    ...budgets
      .filter(
        (row) =>
          centsOf(found.get(rowOf(row)) ?? Number.NaN) !== centsOf(row.budget) || !found.has(rowOf(row)),
      )
      .map((row) => ({ ...nameOf(row), asked: row.budget, reported: found.get(rowOf(row)) ?? null })),
    ...listed
      .filter((row) => !asked.has(rowOf(row)))
      .map((row) => ({ ...nameOf(row), asked: null, reported: row.budget })),
  ];
}

function nameOf({ channel, campaign_id }: BudgetRow): BudgetRow {
  return channel === undefined ? { campaign_id: campaign_id as string } : { channel };
}

function markReverted({ state, home, cause }: Hearing, id: string): void {
  const before = actionsOf(home)?.actions.find((other) => other.id === id);
  if (before === undefined || before.status !== 'applied') return;
  turn(state, home, before, { ...before, status: 'reverted' }, cause, 'reverted');
}

/** What the campaigns of a shared total have from now on is for their own partitions to take in. */
function tellCampaigns({ state, home, action }: Hearing, reported: readonly Reported[]): void {
  for (const { campaign_id, budget } of reported)
    if (campaign_id !== undefined)
      mailBudget(state, {
        ...{ kind: home.kind.name, id: home.id, campaign_id, budget },
        ...{ action_id: action.id, action: action.word, rule: action.rule },
      });
}

/** The event as features are fed: about the campaign, with what was replaced, at the time of the log. */
function enriched({ state, home, action, event }: Hearing, reported: readonly Reported[]): WeirEvent {
  const before = budgetsInForce(state, home, action);
  const target = originOf(state, action)?.entity ?? { kind: { key: [] }, slots: [] };
  const channel = target.slots[target.kind.key.length - 1];
  const paused = pausedBy(action);
  const asked = new Map(action.budgets?.map((each) => [rowOf(each), each]));
  const budgets = reported.map((row) => {
    const [name, { budget }] = [rowOf(row), row];
    return {
      ...nameOf(row),
      budget,
      // another budget than was asked for, or one without a plan, ends the plan before it
      hours: (asked.get(name)?.budget === budget && asked.get(name)?.hours) || [],
      from: (before?.get(name) ?? 0) / 100,
      ...(paused !== undefined && name === channel && { paused, ...wastedBy(action) }),
      ...(before?.has(name) === false && factsFor(home)),
    };
  });
  const { action_id, idempotency_key } = event.data;
  const data = {
    action_id,
    idempotency_key,
    action: action.word,
    rule: action.rule,
    ...action.keys,
    budgets,
  };
  return { ...event, time: timeOfReport(state, home), data };
}

/** The share of its money that a paused channel wasted, where the line that asked for the pause says so. */
function wastedBy({ value: { wasted } }: Action): { wasted?: number } {
  return typeof wasted === 'number' && wasted >= 0 && wasted <= 1 ? { wasted } : {};
}

/** What a campaign tells each of its channels, so that one that comes by an action is like the others. */
const FACTS = ['currency', 'timezone', 'job_category', 'location', 'target_cpa'];

function factsFor({ kind, slots }: Entity): Record<string, unknown> {
  const known = FACTS.map((name) => [name, slots[kind.slotOf.get(name) ?? -1]] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined && value !== null));
}

/** Whether its channel is paused after it; undefined where it says nothing of that. */
function pausedBy({ word, reverts }: Action): boolean | undefined {
  if (word !== 'pause' && word !== 'resume') return undefined;
  return (word === 'pause') === (reverts === undefined);
}
