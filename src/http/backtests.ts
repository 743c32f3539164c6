/** Backtests as HTTP asks for them. */

import type { BacktestSides, BacktestStanding } from '../core/backtest.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';

/** Every method rejects with WeirError redis_away or history_away when it cannot know. */
export interface Backtests {
  /** Undefined where nobody asked for it within a day. */
  standing(sides: BacktestSides): Promise<BacktestStanding | undefined>;
  /**
   * Begins it, unless it is under way or done.
   * `unknown`: there is no such set; `busy`: this instance compares something else just now.
   * @param files of the new side, where it is no set that was in force
   */
  begin(
    sides: BacktestSides,
    files: readonly RuleFile[] | undefined,
  ): Promise<BacktestStanding | 'unknown' | 'busy'>;
}
