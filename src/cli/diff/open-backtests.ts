/** Backtests that people ask for over HTTP: each in a process of its own that waits for everything else. */

import type { BacktestSides, BacktestStanding } from '../../core/backtest.ts';
import { MINUTE } from '../../core/units.ts';
import type { Backtests } from '../../http/backtests.ts';
import type { KeptBacktests } from '../../processor/kept-backtests.ts';
import type { RuleFile } from '../../rules/load-rule-set.ts';
import type { DatabaseUrls } from '../../store/roles.ts';
import { inOwnProcess } from '../own-process.ts';
import type { BacktestJob } from './backtest-process.ts';

const PROGRAM = new URL('backtest-process.ts', import.meta.url);
const LIMITS = { memory: 2048, time: 10 * MINUTE, niceness: 5 };
const BEGUN: BacktestStanding = { state: 'running', share: 0, events: 0 };

export interface OpenBacktestsOptions {
  readonly kept: KeptBacktests;
  readonly database: DatabaseUrls;
  /** Of a set that was or is in force; undefined where it is not known. */
  readonly filesOf: (hash: string) => Promise<readonly RuleFile[] | undefined>;
}

export function openBacktests({ kept, database, filesOf }: OpenBacktestsOptions): Backtests {
  let under: Promise<void> | undefined;
  const run = async (sides: BacktestSides, job: BacktestJob) => {
    // what is told overtakes nothing: one word after the other
    let telling: Promise<unknown> = Promise.resolve();
    const tell = (standing: BacktestStanding) => {
      telling = telling.then(() => kept.keep(sides, standing)).catch(() => undefined);
    };
    const answer = await inOwnProcess<BacktestStanding, BacktestStanding>(PROGRAM, job, LIMITS, tell).catch(
      ({ message }: Error): BacktestStanding => ({
        state: 'failed',
        problem: `comparing in a process of its own: ${message}; weir diff --last compares at the command line, without these bounds`,
      }),
    );
    tell(answer);
    await telling;
  };
  return {
    standing: (sides) => kept.find(sides),
    begin: async (sides, files) => {
      const [old, next] = await Promise.all([filesOf(sides.old), files ?? filesOf(sides.new)]);
      if (!old || !next) return 'unknown';
      const known = await kept.find(sides);
      if (known?.state === 'running' || known?.state === 'done') return known;
      if (under) return 'busy';
      under = kept
        .keep(sides, BEGUN)
        .then(() => run(sides, { database, old, new: next }))
        .catch(() => undefined)
        .finally(() => {
          under = undefined;
        });
      return BEGUN;
    },
  };
}
