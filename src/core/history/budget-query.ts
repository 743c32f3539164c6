/** Which changes of a campaign's budgets are asked for. */

import type { Millis } from '../units.ts';
import type { PageQuery } from './page.ts';

export interface BudgetQuery extends PageQuery {
  /** Of this event time or later. */
  readonly from?: Millis;
  /** Before this event time. */
  readonly to?: Millis;
}
