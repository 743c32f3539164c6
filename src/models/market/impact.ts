/** What other budgets would bring, and how sure that is, by draws from what the curves may be. */

import type { Rng } from '../../core/ports.ts';
import { seededRng } from '../../core/random.ts';
import { gammaDraw, normalDraw } from './gamma-draw.ts';
import type { LocalHour } from './local-hour.ts';
import { type ResponseCurve, rateAt, scaleAt } from './response-curve.ts';
import { textHash } from './text-hash.ts';

export interface ImpactCell {
  readonly name: string;
  readonly curve: ResponseCurve;
  /** What one application is worth beside those of other cells; 1. */
  readonly worth?: number;
}

/** Budgets in currency units for all the hours together, by name; a missing name is 0. */
export type Budgets = Readonly<Record<string, number>>;

/** Ratios: 0.15 is 15 % more applications. */
export interface Impact {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
  /** Share of the draws in which there are more. */
  readonly confidence: number;
  /** Expected applications (by worth) of the budgets now and of those proposed, at the middle of what is known. */
  readonly now: number;
  readonly proposed: number;
}

/** A weekday's factor is known from so many applications beside its seventh of those seen (conversion-rate.ts). */
const FACTOR_STRENGTH = 16;

/**
 * Formula: applications(proposed)/applications(now) − 1 in each of `draws` draws, the same draw on both sides; r from
 * its Gamma posterior, the factor of the day and (log c0, log S) from normal ones; a budget is divided over the hours by
 * their scale K, so that A = s/(c0 (1 + s/ΣK)) · Σ r f K/ΣK. Reference: A. Gelman et al., "Bayesian Data Analysis"
 * (2013), chapter 10; common random numbers, P. Glasserman, D. D. Yao (1992). Cost: some 8 random numbers a cell and draw.
 * @param hours those that the budgets are for, such as the 24 of a day
 * @returns undefined when the budgets now bring nothing that could be compared with
 */
export function impactOf(
  cells: readonly ImpactCell[],
  hours: readonly LocalHour[],
  now: Budgets,
  proposed: Budgets,
  seed: number,
  draws = 200,
): Impact | undefined {
  const plain = cells.map((cell) => over(cell, hours, now, proposed));
  const sum = (side: 'now' | 'proposed', of: readonly Sides[]) =>
    of.reduce((all, each) => all + each[side], 0);
  const expected = { now: sum('now', plain.map(at())), proposed: sum('proposed', plain.map(at())) };
  if (!(expected.now > 0) || draws < 1) return undefined;
  const rngs = plain.map(({ name }) => seededRng(seed, textHash(name)));
  const impacts = Array.from({ length: draws }, () => {
    const drawn = plain.map((cell, i) => drawnSides(cell, rngs[i] as Rng));
    return sum('proposed', drawn) / sum('now', drawn) - 1;
  }).sort((a, b) => a - b);
  return {
    median: rounded(quantile(impacts, 0.5)),
    p10: rounded(quantile(impacts, 0.1)),
    p90: rounded(quantile(impacts, 0.9)),
    confidence: impacts.filter((impact) => impact > 0).length / draws,
    now: rounded(expected.now),
    proposed: rounded(expected.proposed),
  };
}

interface Sides {
  readonly now: number;
  readonly proposed: number;
}

/** A cell over all the hours as if they were one: ΣK, and its rate weighted by K. */
interface Whole {
  readonly name: string;
  readonly curve: ResponseCurve;
  readonly scale: number;
  readonly rate: number;
  readonly now: number;
  readonly proposed: number;
}

function over(
  { name, curve, worth = 1 }: ImpactCell,
  hours: readonly LocalHour[],
  now: Budgets,
  proposed: Budgets,
): Whole {
  const scale = hours.reduce((sum, hour) => sum + scaleAt(curve, hour), 0);
  const rate = hours.reduce((sum, hour) => sum + rateAt(curve, hour) * scaleAt(curve, hour), 0) / scale;
  return { name, curve, scale, rate: rate * worth, now: now[name] ?? 0, proposed: proposed[name] ?? 0 };
}

/** Applications of both sides when the rate, c0 and S are so many times what they are at the middle. */
function at(rates = 1, costs = 1, scales = 1): (cell: Whole) => Sides {
  return ({ curve, scale, rate, now, proposed }) => {
    const applications = (spend: number) =>
      (spend * rate * rates) / (curve.click_cost * costs * (1 + spend / (scale * scales)));
    return { now: applications(now), proposed: applications(proposed) };
  };
}

function drawnSides(cell: Whole, rng: Rng): Sides {
  const { shape, price_variance } = cell.curve;
  const [cost, both, scale] = price_variance;
  const first = normalDraw(rng);
  const second = normalDraw(rng);
  const season = Math.exp(Math.sqrt(1 / (FACTOR_STRENGTH + shape / 7)) * normalDraw(rng));
  const rate = (season * gammaDraw(shape, rng)) / shape;
  const sd = Math.sqrt(Math.max(0, cost));
  const lean = sd > 0 ? both / sd : 0;
  const rest = Math.sqrt(Math.max(0, scale - lean * lean));
  return at(rate, Math.exp(sd * first), Math.exp(lean * first + rest * second))(cell);
}

/** Of a sorted list; between two of its members in proportion. */
function quantile(sorted: readonly number[], probability: number): number {
  const place = probability * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
