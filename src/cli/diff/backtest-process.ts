/** The process behind `openBacktests`: two rule sets and the history, compared. */

import type { BacktestStanding } from '../../core/backtest.ts';
import type { RuleFile } from '../../rules/load-rule-set.ts';
import { openDatabase } from '../../store/database.ts';
import { openKeptLog } from '../../store/read/kept-log.ts';
import type { DatabaseUrls } from '../../store/roles.ts';
import { answerParent } from '../own-process.ts';
import { loadSide } from './compare-sides.ts';
import { backtestOutcome } from './outcome.ts';

export interface BacktestJob {
  readonly database: DatabaseUrls;
  readonly old: readonly RuleFile[];
  readonly new: readonly RuleFile[];
}

/** Between two words of how far it is, milliseconds. */
const TELL_EVERY = 500;

answerParent<BacktestJob, BacktestStanding, BacktestStanding>(async (job, tell) => {
  let problem = '';
  const note = (text: string) => {
    problem += text;
  };
  const old = loadSide('old', job.old, note, true);
  const next = old && loadSide('new', job.new, note);
  if (!old || !next) return { state: 'failed', problem: problem.trim() };
  if (old.plan.settings.partitions !== next.plan.settings.partitions)
    return {
      state: 'failed',
      problem: 'the sets have different numbers of partitions; the number never changes',
    };
  const database = openDatabase(job.database);
  try {
    let told = 0;
    const outcome = await backtestOutcome(old, next, await openKeptLog(database), (share, events) => {
      if (performance.now() - told < TELL_EVERY) return;
      told = performance.now();
      tell({ state: 'running', share, events });
    });
    return { state: 'done', outcome };
  } catch (error) {
    return { state: 'failed', problem: (error as Error).message };
  } finally {
    await database.close();
  }
});
