/** The action that a rule's decisions propose, compiled: where it is kept, who is asked, and the guard-rails. */

import type { ActionWord } from '../core/action.ts';
import type { Millis } from '../core/units.ts';
import type { ImpactPlan } from './compile-impact.ts';
import type { Expression } from './expression/expression.ts';

/** What a decision proposes, and who is asked. */
export interface ThenPlan {
  readonly action: ActionWord;
  /** Of `pause`: the share of its budget that a channel keeps, and who gets the rest. */
  readonly probe?: number;
  readonly freed?: 'others' | 'reserve';
  /** The kind whose entities keep the actions: a campaign those of its channels too. */
  readonly home: string;
  /** Absent: an allocation needs nobody; others wait for whoever may approve. */
  readonly approve?: ApprovePlan;
  /** What its actions are said to bring. */
  readonly impact?: ImpactPlan;
}

export interface ApprovePlan {
  readonly by: readonly string[];
  readonly notBy: string;
  readonly expires: Millis;
  /** Over the proposal: `moved`, `total`; speaks for campaigns that name no autonomy. */
  readonly autoWhen?: Expression;
  readonly autoPause?: true;
  /** Shares of the total that may move without anybody, and the time between two such moves. */
  readonly maxPerAction?: number;
  readonly maxPerDay?: number;
  readonly coolDown?: Millis;
}
