/** The events that feed a model, written as the feature of an aggregate, so that they are compiled like its events. */

import type { LocatedScalar } from './located.ts';
import type { AggregateFeature } from './rule-set.ts';

type Options = {
  [Option in 'value' | 'where' | 'usual' | 'key' | 'each' | 'coarseKey']?:
    | AggregateFeature[Option]
    | undefined;
};

/** @param rank by which the model tells its events apart */
export function fedBy(
  { kind, name, place }: Pick<AggregateFeature, 'kind' | 'name' | 'place'>,
  aggregate: 'count' | 'sum',
  type: LocatedScalar,
  rank: number,
  options: Options,
): AggregateFeature {
  const given = Object.fromEntries(Object.entries(options).filter(([, option]) => option !== undefined));
  const sources = [{ type, rank }];
  return { kind, name, place, type: 'aggregate', aggregate, options: {}, sources, default: 0, ...given };
}
