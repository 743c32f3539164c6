/** An action: a decision that changes the outside, from its proposal to what came of it. */

import type { Millis } from './units.ts';

export const ACTION_WORDS = [
  'budget_adjustment',
  'bid_adjustment',
  'channel_reallocation',
  'timing_optimization',
  'pause',
  'resume',
] as const;
export type ActionWord = (typeof ACTION_WORDS)[number];

/**
 * pending: waits for a person; approved: on its way out; rejected, expired: nothing happens; applied, failed: what the
 * outside reported; reverted: another action brought back what it had replaced.
 */
export const ACTION_STATUSES = [
  'pending',
  'approved',
  'rejected',
  'expired',
  'applied',
  'failed',
  'reverted',
] as const;
export type ActionStatus = (typeof ACTION_STATUSES)[number];

/** What of an action a budget is for: one of the campaign's channels, or one of the client's campaigns. */
export interface BudgetRow {
  readonly channel?: string;
  readonly campaign_id?: string;
}

/** The key that names such a row. */
export type BudgetKey = keyof BudgetRow;

export function rowOf({ channel, campaign_id }: BudgetRow): string {
  return channel ?? campaign_id ?? '';
}

/** What a channel or a campaign is to get; amounts are whole cents in currency units. */
export interface ActionBudget extends BudgetRow {
  readonly budget: number;
  /** In force when it was proposed. */
  readonly from: number;
  /** Plan for the current hour and those after it. */
  readonly hours?: readonly number[];
}

/** Where a platform did otherwise than it was asked; null: not asked, or not reported. */
export interface ActionDifference extends BudgetRow {
  readonly asked: number | null;
  readonly reported: number | null;
}

/** Why an entry about an action changes nothing. */
export type ActionRefusal =
  | 'changed'
  | 'budgets_changed'
  | 'self_approval'
  | 'already_decided'
  | 'expired'
  | 'not_approved'
  | 'not_applied'
  | 'another_under_way'
  | 'wrong_key'
  | 'shadow';

/** What a decision about an action says beside its value, which is what was proposed and its status. */
export interface ActionNews {
  /** Id of the decision that proposed it. */
  readonly id: string;
  /** Of what was shown: an approval is bound to it. */
  readonly hash: string;
  readonly idempotency_key: string;
  readonly requested_by: string;
  readonly requested_at: Millis;
  /** Key fields of the entity that routes, such as `campaign_id`. */
  readonly keys: Readonly<Record<string, string>>;
  readonly budgets?: readonly ActionBudget[];
  /** Money that no channel has, before and after. */
  readonly reserve?: { readonly from: number; readonly to: number };
  /** Why nobody was asked, or why somebody must be. */
  readonly because?: string;
  /** Who said so last, and why. */
  readonly by?: string;
  readonly comment?: string;
  /** The action that it takes back. */
  readonly reverts?: string;
  readonly differences?: readonly ActionDifference[];
  readonly problem?: string;
  /** This entry changed nothing: why. */
  readonly refused?: ActionRefusal;
}
