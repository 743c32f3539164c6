/** What a `channel_reallocation` to one channel does: it gets its budget from the others, also where it is new here. */

import { ShapeError } from '../shapes/reasons.ts';
import { fillByWeight } from '../shapes/water-filling.ts';
import { centsOf } from './budgets-in-force.ts';

/**
 * The others give in proportion to what they have; those in `closed`, which keep a probe only, give nothing.
 * @param before cents by channel
 * @returns cents by channel of those that change; undefined where it has that much already
 * @throws ShapeError where the line names no channel, no amount, or more than there is
 */
export function reallocated(
  before: ReadonlyMap<string, number>,
  closed: ReadonlySet<string>,
  { channel, budget }: Readonly<Record<string, unknown>>,
): Map<string, number> | undefined {
  if (typeof channel !== 'string' || channel === '')
    throw new ShapeError(`channel must be a name, is ${JSON.stringify(channel) ?? 'absent'}`);
  const wanted = amountOf(budget);
  const own = before.get(channel) ?? 0;
  if (wanted <= own) return undefined;
  const givers = [...before].filter(([name, has]) => name !== channel && !closed.has(name) && has > 0);
  const free = givers.reduce((sum, [, has]) => sum + has, 0);
  if (wanted - own > free)
    throw new ShapeError(
      `${channel} would get ${(wanted - own) / 100} more, and the others have ${free / 100}`,
    );
  const shares = givers.map(([name, has]) => ({ name, current: has, weight: has, min: 0, max: has }));
  const left = fillByWeight(shares, free - (wanted - own));
  return new Map<string, number>(givers.map(([name], i) => [name, left[i] as number])).set(channel, wanted);
}

/** Cents; texts of lines are amounts too. */
export function amountOf(budget: unknown): number {
  const amount = typeof budget === 'string' && budget.trim() !== '' ? Number(budget) : budget;
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount < 0)
    throw new ShapeError(`budget must be an amount from 0, is ${JSON.stringify(budget) ?? 'absent'}`);
  return centsOf(amount);
}
