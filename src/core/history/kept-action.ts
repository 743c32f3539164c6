/** An action as the history has it: where it stands, and every decision about it. */

import type { ActionNews, ActionStatus } from '../action.ts';
import type { Millis } from '../units.ts';
import type { PageQuery } from './page.ts';

export interface KeptAction {
  /** Id of the decision that proposed it. */
  readonly id: string;
  readonly rule: string;
  readonly version: number;
  readonly kind: string;
  readonly entity: string;
  readonly status: ActionStatus;
  readonly requestedAt: Millis;
  readonly updatedAt: Millis;
  /** What the last decision about it carried. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly act: ActionNews;
  readonly history: readonly ActionStep[];
}

/** One decision about an action. */
export interface ActionStep {
  readonly decision: string;
  readonly at: Millis;
  readonly status: ActionStatus;
  readonly by?: string;
  readonly comment?: string;
  readonly because?: string;
  readonly problem?: string;
  readonly refused?: string;
}

/** Last proposed first; every filter narrows. */
export interface ActionQuery extends PageQuery {
  readonly status?: ActionStatus;
  readonly campaign?: string;
  readonly rule?: string;
  /** Of the entity that the rule is about. */
  readonly kind?: string;
  readonly entity?: string;
}
