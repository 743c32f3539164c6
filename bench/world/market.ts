/** A simulated market: budgets of an hour go in, what happened in that hour comes out. */

import type { Millis } from '../../src/core/units.ts';

/** What a market says of itself at the start. */
export interface Hello {
  readonly start: string;
  readonly hours: number;
  /** In euros, over all campaigns. */
  readonly dailyBudget: number;
  readonly campaigns: readonly {
    readonly id: string;
    readonly job_category?: string;
    readonly location?: string;
    readonly startDay?: number;
    /** Who lets actions go; `auto` where it says nothing. */
    readonly autonomy?: 'off' | 'suggest' | 'auto';
  }[];
  readonly channels: readonly string[];
  /** Channels that a campaign does not use until it is told of them: a list for all, or lists by campaign. */
  readonly optional?: readonly string[] | Readonly<Record<string, readonly string[]>>;
}

/** The channels that a campaign does not use at the start. */
export function channelsWithout({ optional = [] }: Hello, campaign: string): readonly string[] {
  if (Array.isArray(optional)) return optional as readonly string[];
  return (optional as Readonly<Record<string, readonly string[]>>)[campaign] ?? [];
}

export interface MarketEvent {
  readonly id: string;
  readonly type: string;
  readonly ts: Millis;
  readonly campaign_id: string;
  readonly channel: string;
  readonly cost?: number;
  readonly click_id?: string;
  readonly [field: string]: unknown;
}

/** For scoring only: weir never reads it. */
export interface MarketDay {
  readonly day: number;
  readonly expectedApplications: number;
  readonly equalSplit: number;
  readonly oracle: number;
}

export interface Episode {
  readonly kind: string;
  /** Absent: every campaign. */
  readonly campaign?: string;
  readonly channel: string;
  /** Hours since the start. */
  readonly from: number;
  readonly hours: number;
  readonly factor?: number;
}

export interface Market {
  readonly hello: Hello;
  /** Those that are over. */
  readonly days: readonly MarketDay[];
  /** Known after the end. */
  readonly episodes: readonly Episode[];
  /** @param budgets euros of this hour by `campaign/channel`; hours in order from 0 */
  hour(hour: number, budgets: Readonly<Record<string, number>>): Promise<MarketEvent[]>;
  /** After the last hour. */
  end(): Promise<void>;
  close(): void;
}
