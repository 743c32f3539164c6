/** take-budget: what a campaign has from now on of its client's total goes to its channels, in proportion to what they have. */

import { entityId, entityKey } from '../../core/entity-key.ts';
import type { EntryId } from '../../core/entry.ts';
import type { SharedBudget } from '../../core/mail.ts';
import { wholeCents } from '../../models/market/whole-cents.ts';
import type { KindPlan, Plan } from '../../rules/plan.ts';
import type { Entity } from '../entity.ts';
import { learn } from '../learn.ts';
import type { PartitionState } from '../partition-state.ts';
import { centsOf, isOnItsWay, rowsOf } from './budgets-in-force.ts';
import { actionsNode, actionsOf, timeOfReport, touch } from './home.ts';

const SOURCE = '\u0000budget';

/** The local kind that events of a campaign name. */
export function campaignKind({ kinds }: Plan): KindPlan | undefined {
  return kinds.find(({ role, key }) => role === 'local' && key.length === 1 && key[0] === 'campaign_id');
}

/** The channels whose budgets change with it, once the campaign is in memory. */
export function partKeys(
  state: PartitionState,
  { campaign_id }: Pick<SharedBudget, 'campaign_id'>,
): string[] {
  const campaign = campaignOf(state, campaign_id);
  const rows = campaign && rowsOf(campaign);
  if (!rows) return [];
  return state.plan.kinds
    .filter(({ role, key }) => role === 'local' && key.length === 2 && key[0] === 'campaign_id')
    .flatMap(({ name }) => [...rows.keys()].map((row) => entityKey(name, entityId([campaign_id, row]))));
}

/** Mail comes at least once, and counts once; a campaign that is not there any more gets nothing. */
export function takeBudget(state: PartitionState, entry: EntryId, told: SharedBudget): void {
  const id = idOf(told);
  const campaign = campaignOf(state, told.campaign_id);
  const actions = campaign && actionsOf(campaign);
  const waits = actions?.granted !== undefined && idOf(actions.granted) === id;
  if (!waits) {
    if (state.dedup.check(id, SOURCE, 0) !== 'new') return;
    state.dedup.add(id, SOURCE, 0, state.streamTime);
  }
  if (campaign === undefined) return;
  if (actions === undefined) give(state, campaign, entry, told);
  else {
    // the report of an action that is under way will say budgets that were made from another total
    actions.granted = told;
    touch(state, campaign);
    giveGranted(state, campaign, entry);
  }
}

/** To be called when an action of a campaign was answered: what waited for that is given now. */
export function giveGranted(state: PartitionState, campaign: Entity, entry: EntryId): void {
  const actions = actionsOf(campaign);
  if (actions?.granted === undefined || isOnItsWay(campaign)) return;
  const told = actions.granted;
  actions.granted = undefined;
  touch(state, campaign);
  give(state, campaign, entry, told);
}

function idOf({ action_id, campaign_id }: SharedBudget): string {
  return `${action_id}/${campaign_id}`;
}

function give(state: PartitionState, campaign: Entity, entry: EntryId, told: SharedBudget): void {
  const rows = rowsOf(campaign);
  if (!rows || rows.size === 0) return;
  const { campaign_id, action_id, action, rule, budget } = told;
  const data = { action_id, action, rule, campaign_id, budgets: budgetsOf(rows, centsOf(budget)) };
  const time = timeOfReport(state, campaign);
  if (actionsNode(campaign.kind)) touch(state, campaign);
  learn(state, entry, { id: idOf(told), source: told.kind, type: 'action.applied', time, data });
}

function campaignOf(state: PartitionState, id: string): Entity | undefined {
  const kind = campaignKind(state.plan);
  if (kind === undefined || state.alive(`${kind.name}:${id}`) === undefined) return undefined;
  return state.entity(kind.name, id);
}

/** Whole cents that add up to `total`, in equal parts where the channels have nothing. */
function budgetsOf(rows: ReadonlyMap<string, number>, total: number) {
  const before = [...rows];
  const all = before.reduce((sum, [, cents]) => sum + cents, 0);
  const after = wholeCents(
    before.map(([, cents]) => (all > 0 ? (cents * total) / all : total / before.length)),
    total,
  );
  // the plan of hours that a channel had was for another budget
  return before.map(([channel, cents], i) => ({
    channel,
    budget: (after[i] as number) / 100,
    from: cents / 100,
    hours: [],
  }));
}
