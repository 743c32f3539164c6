/** Every accumulator by the verb under which features declare it. */

import type { Accumulator, AccumulatorOptions } from '../accumulator.ts';
import { mean, members, total } from './amounts.ts';
import { rows } from './rows.ts';
import { tally } from './tally.ts';

/** A new accumulator is one file and one line here; the contract tests then cover it. */
export const accumulators: Readonly<Record<string, (options: AccumulatorOptions) => Accumulator>> = {
  count: members,
  sum: total,
  avg: mean,
  tally,
  rows,
};
