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
  const sum = (side: 'now' | 'proposed') =>
    plain.reduce((all, cell) => all + applications(cell, cell[side], MIDDLE), 0);
  const expected = { now: sum('now'), proposed: sum('proposed') };
  if (!(expected.now > 0) || draws < 1) return undefined;
  const factors = plain.map(({ name, curve }) => factorsOf(curve, draws, seed, textHash(name)));
  const impacts = Array.from({ length: draws }, (_, draw) => impactIn(draw, plain, factors)).sort(
    (a, b) => a - b,
  );
  return {
    median: rounded(quantile(impacts, 0.5)),
    p10: rounded(quantile(impacts, 0.1)),
    p90: rounded(quantile(impacts, 0.9)),
    confidence: impacts.filter((impact) => impact > 0).length / draws,
    now: rounded(expected.now),
    proposed: rounded(expected.proposed),
  };
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

/** Applications of a budget in one draw. */
function applications({ curve, scale, rate }: Whole, spend: number, [rates, costs, scales]: Factors): number {
  return (spend * rate * rates) / (curve.click_cost * costs * (1 + spend / (scale * scales)));
}

function impactIn(draw: number, cells: readonly Whole[], factors: readonly (readonly Factors[])[]): number {
  let now = 0;
  let proposed = 0;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] as Whole;
    const drawn = factors[i]?.[draw] as Factors;
    now += applications(cell, cell.now, drawn);
    proposed += applications(cell, cell.proposed, drawn);
  }
  return proposed / now - 1;
}

/** How many times the middle the rate, c0 and S are in one draw. */
type Factors = readonly [rate: number, cost: number, scale: number];

const MIDDLE: Factors = [1, 1, 1];

interface DrawnFactors {
  readonly draws: number;
  readonly seed: number;
  readonly stream: number;
  readonly factors: readonly Factors[];
}

/** Budgets change more often than what is known of a cell: its draws are kept as long as its curve. */
const drawnOf = new WeakMap<ResponseCurve, DrawnFactors>();

function factorsOf(curve: ResponseCurve, draws: number, seed: number, stream: number): readonly Factors[] {
  const kept = drawnOf.get(curve);
  if (kept?.draws === draws && kept.seed === seed && kept.stream === stream) return kept.factors;
  const rng = seededRng(seed, stream);
  const factors = Array.from({ length: draws }, () => drawnFactors(curve, rng));
  drawnOf.set(curve, { draws, seed, stream, factors });
  return factors;
}

function drawnFactors({ shape, price_variance }: ResponseCurve, rng: Rng): Factors {
  const [cost, both, scale] = price_variance;
  const first = normalDraw(rng);
  const second = normalDraw(rng);
  const season = Math.exp(Math.sqrt(1 / (FACTOR_STRENGTH + shape / 7)) * normalDraw(rng));
  const rate = (season * gammaDraw(shape, rng)) / shape;
  const sd = Math.sqrt(Math.max(0, cost));
  const lean = sd > 0 ? both / sd : 0;
  const rest = Math.sqrt(Math.max(0, scale - lean * lean));
  return [rate, Math.exp(sd * first), Math.exp(lean * first + rest * second)];
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
