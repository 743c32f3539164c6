/** What one event says to one feature of one entity. */

import type { Fed } from './definition.ts';
import type { Place, Scope } from './formula.ts';
import { clockOf } from './zone.ts';

/** One accepted feed; a feature's value is defined over the list of these. */
export interface Feeding {
  readonly time: number;
  readonly rank: number;
  /** Micros for numeric aggregates, any JSON value for last and distinct. */
  readonly value?: unknown;
  readonly key?: string;
}

/** The time by the clock that a feature counts by: for days of its own what clocks show where the entity is. */
export function shownTo({ today }: Fed, time: number, { zone }: Place): number {
  return today ? clockOf(time, zone) : time;
}

const NUMERIC = ['sum', 'avg', 'min', 'max', 'quantile'];
const LARGEST = 1e9;

/** The feedings of an event whose fields (an element's laid over them) are `fields`. */
export async function feedingsOf(
  feature: Fed,
  event: { type: string; time: number },
  fields: Scope,
  place: Place,
): Promise<Feeding[]> {
  const ranks = feature.on.filter(({ type }) => type === event.type).map(({ rank }) => rank);
  if (ranks.length === 0) return [];
  const scope = { ...fields, time: event.time, type: event.type };
  const read = async (formula: Fed['where']) => {
    const value = await formula?.evaluate(scope, place).catch(() => undefined);
    return value === null ? undefined : value;
  };
  if (feature.where && (await read(feature.where)) !== true) return [];
  const key = await read(feature.key);
  if (feature.key && key === undefined) return [];
  const time = shownTo(feature, event.time, place);
  if (feature.verb === 'corrected') {
    const amounts = await Promise.all(
      ranks.map((rank) => read(rank === 1 ? feature.corrected : feature.value)),
    );
    return amounts.flatMap((amount, i) =>
      typeof amount === 'number' && Math.abs(amount) <= LARGEST
        ? [{ time, rank: ranks[i] as number, value: Math.round(amount * 1e6) }]
        : [],
    );
  }
  if (feature.verb === 'ratios') {
    const amount = await read(feature.value);
    const isAmount = typeof amount === 'number' && Math.abs(amount) <= LARGEST;
    return ranks.flatMap((rank) => {
      if (rank === 1) return [{ time, rank }];
      return isAmount ? [{ time, rank, value: Math.round(amount * 1e6) }] : [];
    });
  }
  let value = await read(feature.value);
  if (feature.value && value === undefined) return [];
  if (NUMERIC.includes(feature.verb)) {
    if (typeof value !== 'number' || !(Math.abs(value) <= LARGEST)) return [];
    value = Math.round(value * 1e6);
  }
  return ranks.map((rank) => ({
    time,
    rank,
    ...(value === undefined ? {} : { value }),
    ...(key === undefined ? {} : { key: typeof key === 'string' ? key : JSON.stringify(key) }),
  }));
}
