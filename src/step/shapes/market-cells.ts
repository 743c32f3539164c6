/** The rows of an allocation as cells of the market: what is known of each of their parts, and what that is worth. */

import type { ResponseCurve } from '../../models/market/response-curve.ts';
import type { ResponseForecast } from '../../models/market/response-forecast.ts';
import type { Cell } from '../../models/market/share-out.ts';
import type { MarginalShape } from '../../rules/rule-plan.ts';
import type { AllocatedShare, Row } from './allocate.ts';

/** A row with what is known of it. */
export interface KnownRow {
  readonly share: AllocatedShare;
  /** One of each part: the row itself, or what is listed within it; absent where nothing is learned. */
  readonly responses: readonly (ResponseForecast | undefined)[];
  /** What an application of it is worth. */
  readonly worth: number;
  /** Stands in where nothing is learned. */
  readonly usual: ResponseCurve | undefined;
}

/** The shape of a Gamma that is known from hardly anything. */
const HARDLY_KNOWN = 2;

export function knownRows(
  marginal: MarginalShape,
  shares: readonly AllocatedShare[],
  worthOf: (row: Row) => number,
): KnownRow[] {
  const rows = shares.map((share) => ({
    share,
    responses: partsOf(marginal, share.row).map((part) => responseOf(marginal, part)),
    worth: worthOf(share.row),
  }));
  const usual = average(rows.flatMap(curvesOf));
  return rows.map((row) => ({ ...row, usual }));
}

/** The name of a part's cell. */
export function cellName({ share, responses }: KnownRow, part: number): string {
  return responses.length === 1 ? share.name : `${share.name} ${part}`;
}

/** One cell for each part; where there are several, they are a group with the row's limits. Cents. */
export function cellsOf(row: KnownRow, least: number, most: number): Cell[] {
  const { share, responses, worth, usual } = row;
  if (responses.length === 1)
    return [{ name: share.name, curve: responses[0]?.curve ?? usual, worth, least, most }];
  return responses.map((response, part) => ({
    name: cellName(row, part),
    curve: response?.curve ?? usual,
    worth,
    group: share.name,
  }));
}

export function curvesOf({ responses }: Pick<KnownRow, 'responses'>): ResponseCurve[] {
  return responses.flatMap((response) => (response ? [response.curve] : []));
}

/** A row without parts is one of which nothing is known. */
function partsOf({ within }: MarginalShape, row: Row): readonly Row[] {
  if (within === undefined) return [row];
  const parts = row[within];
  const listed = Array.isArray(parts)
    ? parts.filter((part) => typeof part === 'object' && part !== null)
    : [];
  return listed.length > 0 ? listed : [{}];
}

function responseOf({ response }: MarginalShape, part: Row): ResponseForecast | undefined {
  const value = part[response] as ResponseForecast | undefined;
  return typeof value === 'object' && value !== null && typeof value.curve === 'object' ? value : undefined;
}

/** The geometric mean of the curves, without their factors and caps. */
function average(curves: readonly ResponseCurve[]): ResponseCurve | undefined {
  const [first] = curves;
  if (first === undefined) return undefined;
  const mean = (of: (curve: ResponseCurve) => number) =>
    Math.exp(curves.reduce((sum, curve) => sum + Math.log(Math.max(1e-9, of(curve))), 0) / curves.length);
  const ones = (count: number) => Array.from({ length: count }, () => 1);
  const { cap: _, ...rest } = first;
  return {
    ...rest,
    click_cost: mean((curve) => curve.click_cost),
    scale: mean((curve) => curve.scale),
    scale_weekday: ones(7),
    scale_block: ones(8),
    rate: mean((curve) => curve.rate),
    rate_weekday: ones(7),
    rate_block: ones(8),
    shape: HARDLY_KNOWN,
  };
}
