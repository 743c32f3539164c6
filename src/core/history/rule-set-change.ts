/** One rule set took the place of another. */

import type { Millis } from '../units.ts';

export interface RuleSetChange {
  readonly hash: string;
  readonly previous: string;
  /** By the clock of the log. */
  readonly at: Millis;
}
