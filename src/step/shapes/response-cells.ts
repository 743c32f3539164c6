/** What the rows of an allocation know of the market: a curve for each of their parts, in each hour that is left. */

import { seededRng } from '../../core/random.ts';
import { HOUR } from '../../core/units.ts';
import { isZone } from '../../core/zone.ts';
import { gammaDraw } from '../../models/market/gamma-draw.ts';
import type { SplitHour } from '../../models/market/marginal-split.ts';
import { type ResponseCurve, rateAt, scaleAt } from '../../models/market/response-curve.ts';
import type { ResponseForecast } from '../../models/market/response-forecast.ts';
import type { Frame } from '../../rules/expression/expression.ts';
import type { MarginalShape } from '../../rules/plan.ts';
import { hashText } from '../payload-hash.ts';
import type { AllocatedShare, Row } from './allocate.ts';
import { type HourLeft, restOfDay } from './rest-of-day.ts';

/** A row with what is known of it. */
export interface KnownRow {
  readonly share: AllocatedShare;
  readonly hours: readonly HourLeft[];
  /** Of its parts that have one. */
  readonly responses: readonly ResponseForecast[];
  /** One of each part: its own, or what the others are on average. */
  readonly curves: readonly ResponseCurve[];
  /** What an application of it is worth. */
  readonly worth: number;
}

/** The shape of a Gamma that is known from hardly anything. */
const HARDLY_KNOWN = 2;

export function knownRows(
  marginal: MarginalShape,
  shares: readonly AllocatedShare[],
  worthOf: (row: Row) => number,
  frame: Frame,
): KnownRow[] {
  const responses = shares.map(({ row }) => partsOf(marginal, row).map((part) => responseOf(marginal, part)));
  const known = responses.flat().flatMap((response) => (response ? [response.curve] : []));
  const usual = known.length > 0 ? average(known) : undefined;
  return shares.map((share, i) => {
    const { timezone } = share.row;
    const zone = typeof timezone === 'string' && isZone(timezone) ? timezone : frame.zone;
    const own = responses[i] as (ResponseForecast | undefined)[];
    return {
      share,
      hours: restOfDay(zone, frame.time),
      responses: own.filter((response) => response !== undefined),
      curves: own.flatMap((response) => response?.curve ?? usual ?? []),
      worth: worthOf(share.row),
    };
  });
}

/** Every hour of every part, as the curves expect it. */
export function expectedHours({ hours, curves, worth }: KnownRow): SplitHour[] {
  return curves.flatMap((curve) => hours.map((hour) => splitHour(curve, hour, worth)));
}

/**
 * The same with the rate of each part drawn from its posterior: what may be better is tried now and then (W. R.
 * Thompson 1933). The same entity, row and hour draw the same.
 * @param explore share of the deviation that counts, 0..1
 */
export function drawnHours(row: KnownRow, entity: string, explore: number, frame: Frame): SplitHour[] {
  if (explore === 0) return expectedHours(row);
  const { hours, curves, worth, share } = row;
  const rng = seededRng(hashText(`${entity} ${share.name}`), Math.floor(frame.time / HOUR));
  return curves.flatMap((curve) => {
    const drawn = 1 + explore * (gammaDraw(curve.shape, rng) / curve.shape - 1);
    return hours.map((hour) => splitHour(curve, hour, worth * Math.max(0, drawn)));
  });
}

function splitHour(curve: ResponseCurve, hour: HourLeft, worth: number): SplitHour {
  return {
    first: (worth * rateAt(curve, hour)) / curve.click_cost,
    scale: scaleAt(curve, hour) * hour.part,
    cap: (curve.cap ?? Number.POSITIVE_INFINITY) * hour.part,
  };
}

function partsOf({ within }: MarginalShape, row: Row): readonly Row[] {
  if (within === undefined) return [row];
  const parts = row[within];
  return Array.isArray(parts) ? parts.filter((part) => typeof part === 'object' && part !== null) : [];
}

function responseOf({ response }: MarginalShape, part: Row): ResponseForecast | undefined {
  const value = part[response] as ResponseForecast | undefined;
  return typeof value === 'object' && value !== null && typeof value.curve === 'object' ? value : undefined;
}

/** The geometric mean of the curves, without their factors and caps. */
function average(curves: readonly ResponseCurve[]): ResponseCurve {
  const mean = (of: (curve: ResponseCurve) => number) =>
    Math.exp(curves.reduce((sum, curve) => sum + Math.log(Math.max(1e-9, of(curve))), 0) / curves.length);
  const ones = (count: number) => Array.from({ length: count }, () => 1);
  return {
    click_cost: mean((curve) => curve.click_cost),
    scale: mean((curve) => curve.scale),
    scale_weekday: ones(7),
    scale_block: ones(8),
    rate: mean((curve) => curve.rate),
    rate_weekday: ones(7),
    rate_block: ones(8),
    shape: HARDLY_KNOWN,
    price_variance: [0.5, 0, 0.5],
    dispersion: 0,
    delay: (curves[0] as ResponseCurve).delay,
  };
}
