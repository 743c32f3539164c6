/** A channel's budget of one day over its hours, and what that is worth beside equal hours. */

import { seededRng } from '../../core/random.ts';
import { normalDraw } from './gamma-draw.ts';
import { blockOf, type LocalHour } from './local-hour.ts';
import { applicationsAt, type ResponseCurve, rateAt, scaleAt } from './response-curve.ts';
import { shareOut } from './share-out.ts';

export interface DayPlan {
  /** Currency units of each hour, from midnight on; Σ = budget to the cent. */
  readonly hours: readonly number[];
  /** Applications more than with equal hours, as a ratio: 0.03 is 3 %. */
  readonly gain: number;
  /** Eight of ten draws of the gain lie between them. */
  readonly p10: number;
  readonly p90: number;
  /** Share of the draws in which it gains. */
  readonly confidence: number;
}

const HOURS = 24;
const BLOCKS = 8;
const DRAWS = 200;
/** The same draws each time: the gain changes only with what is known. */
const SEED = 1;
/** A block's factor of the rate is known from so many applications beside its eighth of those seen (conversion-rate.ts). */
const FACTOR_STRENGTH = 16;
/** Variances of log S, and of a factor of it, before anything is learned (price-curve.ts). */
const SCALE_VARIANCE = 0.5;
const SCALE_FACTOR_VARIANCE = 0.06;

/**
 * The share-out of one cell over the 24 hours of a weekday (0 is Monday), and its gain in 200 draws of what the hours may
 * be: log-normal factors of each block's rate (variance 1/(16 + shape/8)) and scale (0.06, as much narrower than at
 * first as that of S is), and S itself; the same draw on both sides, c0 and r cancel out. Reference: A. Gelman et al.,
 * "Bayesian Data Analysis" (2013), chapter 10. Cost: about 0.5 ms.
 * @param budget currency units, at least a cent
 * @param given its hours instead, from midnight on: what they gain is asked then
 */
export function dayPlan(
  curve: ResponseCurve,
  budget: number,
  weekday: number,
  given?: readonly number[],
): DayPlan {
  const hours = Array.from({ length: HOURS }, (_, hour) => ({ weekday, hour }));
  const total = Math.round(budget * 100);
  const plan = given ?? bestHours(curve, hours, total);
  const brought = (of: readonly number[]) =>
    hours.reduce((sum, hour, h) => sum + applicationsAt(curve, of[h] as number, hour), 0);
  const equal = hours.map(() => total / 100 / HOURS);
  const even = brought(equal);
  const gains = drawnGains(curve, hours, plan, equal);
  return {
    hours: plan,
    gain: even > 0 ? brought(plan) / even - 1 : 0,
    p10: gains[DRAWS / 10] as number,
    p90: gains[(9 * DRAWS) / 10] as number,
    confidence: gains.filter((gain) => gain > 0).length / DRAWS,
  };
}

function bestHours(curve: ResponseCurve, hours: readonly LocalHour[], total: number): number[] {
  // no cap: the whole budget is to be planned
  const { cap: _, ...open } = curve;
  const { hours: planned } = shareOut({
    cells: [{ name: 'day', curve: open }],
    hours: hours.map((hour) => ({ ...hour })),
    total,
  });
  return (planned.day as readonly number[]).map((cents) => cents / 100);
}

/** Sorted. */
function drawnGains(
  curve: ResponseCurve,
  hours: readonly LocalHour[],
  plan: readonly number[],
  equal: readonly number[],
): Float64Array {
  const rng = seededRng(SEED);
  const rateSd = Math.sqrt(1 / (FACTOR_STRENGTH + curve.shape / BLOCKS));
  const variance = Math.max(0, curve.price_variance[2]);
  const scaleSd = Math.sqrt(SCALE_FACTOR_VARIANCE * Math.min(1, variance / SCALE_VARIANCE));
  const [scales, rates] = [hours.map((at) => scaleAt(curve, at)), hours.map((at) => rateAt(curve, at))];
  const drawn = (sd: number) => Float64Array.from({ length: BLOCKS }, () => Math.exp(sd * normalDraw(rng)));
  const gains = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const level = Math.exp(Math.sqrt(variance) * normalDraw(rng));
    const [ofRate, ofScale] = [drawn(rateSd), drawn(scaleSd)];
    let [planned, even] = [0, 0];
    hours.forEach(({ hour }, h) => {
      const block = blockOf(hour);
      const scale = (scales[h] as number) * level * (ofScale[block] as number);
      const rate = (rates[h] as number) * (ofRate[block] as number);
      const bought = (spend: number) => (spend * rate) / (1 + spend / scale);
      planned += bought(plan[h] as number);
      even += bought(equal[h] as number);
    });
    gains[draw] = even > 0 ? planned / even - 1 : 0;
  }
  return gains.sort();
}
