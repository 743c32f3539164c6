/** An insight as the history has it: what an action was said to bring, where the action stands, and what came of it. */

import type { ActionStatus } from '../action.ts';
import type { Realised, Statement } from '../statement.ts';
import type { Millis } from '../units.ts';
import type { PageQuery } from './page.ts';

export interface KeptInsight {
  /** Of the action, which is the id of the decision that proposed it. */
  readonly id: string;
  readonly rule: string;
  readonly kind: string;
  readonly entity: string;
  readonly campaign: string | null;
  /** Of the action; null where the history begins after it. */
  readonly status: ActionStatus | null;
  readonly statement: Statement;
  readonly statedAt: Millis;
  /** null until its time is over. */
  readonly realised:
    | (Pick<Realised, 'applied' | 'value' | 'chance' | 'within' | 'because'> & { readonly at: Millis })
    | null;
}

/** Last stated first; every filter narrows. */
export interface InsightQuery extends PageQuery {
  readonly type?: string;
  readonly campaign?: string;
  readonly status?: ActionStatus;
}

/** Statements whose confidence lies from `from` to below `to` percent (100 counts to the last), and what came of them. */
export interface ReliabilityBucket {
  readonly from: number;
  readonly to: number;
  readonly stated: number;
  /** Those of which it is known what came of them. */
  readonly realised: number;
  /** Mean confidence of those, in percent; null where there are none. */
  readonly confidence: number | null;
  /** How many of those came out above 0: the sum of how likely that is of each. */
  readonly above: number;
  /** How many of those were stated with an interval, and how many came out inside of it, likewise. */
  readonly intervals: number;
  readonly within: number;
}
