/** Reads the `limits:` of an allocation: how much each row may have, and how far it may move at a time. */

import type { Millis } from '../core/units.ts';
import type { LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';

/** A share of the total: one number from 0 to 1 for all rows, or an expression over the fields of each. */
export type ShareLimit = number | LocatedScalar;

export interface LimitsDefinition {
  readonly minShare: ShareLimit;
  readonly maxShare: ShareLimit;
  /** Of what the row has. */
  readonly maxChange: number;
  /** Currency units. */
  readonly smallestMove: number;
  /** After a proposal none is made for so long. */
  readonly coolDown?: Millis;
}

const KEYS = ['min_share', 'max_share', 'max_change', 'total_change', 'smallest_move', 'cool_down'];

export function readLimits(reader: MapReader): LimitsDefinition {
  const map = reader.submap('limits');
  const limits = map && new MapReader(map, reader.diagnostics, KEYS);
  const minShare = limits && share(limits, 'min_share');
  const maxShare = limits && share(limits, 'max_share');
  if (limits && typeof (minShare ?? 0) === 'number' && typeof (maxShare ?? 1) === 'number')
    if ((minShare ?? 0) > (maxShare ?? 1))
      reader.diagnostics.report(
        limits.key('min_share') as LocatedScalar,
        '`min_share` must not be above `max_share`',
      );
  // The total is always kept; the key says so in the file.
  limits?.number('total_change', 0, 0);
  const coolDown = limits?.duration('cool_down');
  return {
    minShare: minShare ?? 0,
    maxShare: maxShare ?? 1,
    maxChange: limits?.ratio('max_change', Number.POSITIVE_INFINITY) ?? Number.POSITIVE_INFINITY,
    smallestMove: limits?.number('smallest_move', 0, Number.POSITIVE_INFINITY) ?? 0,
    ...(coolDown !== undefined && { coolDown }),
  };
}

/** `5%` and `0.05` are numbers; anything with a letter is an expression. */
function share(limits: MapReader, name: string): ShareLimit | undefined {
  const value = limits.value(name);
  if (value?.type === 'scalar' && /[a-z]/i.test(value.text)) return limits.scalar(name);
  return limits.ratio(name, 1);
}
