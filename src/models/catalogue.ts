/** Every aggregate by the name under which features declare it. */

import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { average } from './average.ts';
import { bins } from './bins.ts';
import { correctedSum } from './corrected-sum.ts';
import { count } from './count.ts';
import { distinct } from './distinct.ts';
import { last } from './last.ts';
import { latest } from './latest.ts';
import { maximum, minimum } from './minimum-maximum.ts';
import { pairs } from './pairs.ts';
import { quantile } from './quantile.ts';
import { ratios } from './ratios.ts';
import { series } from './series.ts';
import { since } from './since.ts';
import { sum } from './sum.ts';
import { tallyOfValues } from './tally-of-values.ts';

/** A new aggregate is one file and one line here; the contract tests then cover it. */
export const aggregates: Readonly<Record<string, (options: AggregateOptions) => Aggregate>> = {
  count,
  sum,
  corrected: correctedSum,
  avg: average,
  min: minimum,
  max: maximum,
  quantile,
  ratios: ratios as (options: AggregateOptions) => Aggregate,
  bins,
  last,
  latest,
  distinct,
  since,
  series: series as (options: AggregateOptions) => Aggregate,
  pairs,
  tally: tallyOfValues,
};
