/** The shape `allocate`: a total divided among rows, by weight or by what the next euro brings, to the cent. */

import type { Reason } from '../../core/decision.ts';
import type { Expression, Frame } from '../../rules/expression/expression.ts';
import type { AllocateShape } from '../../rules/plan.ts';
import type { Entity } from '../entity.ts';
import { spentCents } from './day-bounds.ts';
import { checkLimits, withinLimits } from './limits.ts';
import { type Marginal, marginalShares } from './marginal.ts';
import { inputsOf, ShapeError, shownInput } from './reasons.ts';
import { fillByWeight, type Share } from './water-filling.ts';

/** Amounts are in currency units with at most 2 decimals; Σ to + reserve = Σ from + what was in reserve = total. */
export interface Proposal {
  readonly total: number;
  readonly moved: number;
  readonly to: Readonly<Record<string, number>>;
  readonly from: Readonly<Record<string, number>>;
  /** Of the day's money, what each row is to spend in this hour and in each that is left of its day. */
  readonly hours?: Readonly<Record<string, readonly number[]>>;
  /** What of the total no row gets; absent where that is nothing and was nothing. */
  readonly reserve?: number;
  readonly reasons: readonly Reason[];
}

export type Row = Readonly<Record<string, unknown>>;

/** A row of the allocation; cents. */
export interface AllocatedShare extends Share {
  readonly row: Row;
  readonly minShare?: number;
  readonly maxShare?: number;
}

/** How it was divided; cents. */
interface Division {
  readonly filled: readonly number[];
  readonly reserve: number;
  readonly marginal?: Marginal;
  /** Why it was not done as the rule wants it. */
  readonly because?: string;
}

/**
 * A proposal, or undefined when there is nothing worth moving.
 * @throws ShapeError when the rows are unusable or the limits cannot be met together
 */
export function allocate(shape: AllocateShape, entity: Entity, frame: Frame): Proposal | undefined {
  const rows = rowsOf(shape, entity);
  if (rows.length < 2) return undefined;
  const shares = rows.map((row) => shareOf(shape, row, frame));
  const total = cents(shape.total.evaluate(frame), 'total');
  const kept = shape.reserve === undefined ? 0 : cents(shape.reserve.evaluate(frame) ?? 0, 'reserve');
  const inForce = shares.reduce((sum, share) => sum + share.current, kept);
  if (inForce !== total)
    throw new ShapeError(
      `the amounts in force add up to ${inForce / 100}${kept > 0 ? ' with the reserve' : ''}, the total is ${total / 100}; give every row its amount`,
    );
  const division = divide(shape, entity, shares, total, kept, frame);
  if (division === undefined) return undefined;
  const { filled, reserve, marginal } = division;
  const moved = movedCents(shares, filled, kept, reserve) / 100;
  if (moved <= 0 || moved < shape.limits.smallestMove) return undefined;
  return {
    total: total / 100,
    moved,
    to: amounts(shares, filled),
    from: amounts(
      shares,
      shares.map((share) => share.current),
    ),
    ...(marginal && {
      hours: Object.fromEntries(
        shares.map(({ name }, i) => [name, (marginal.hours[i] as number[]).map(inUnits)]),
      ),
    }),
    ...(shape.reserve !== undefined && { reserve: reserve / 100 }),
    reasons: reasonsOf(shape, entity, shares, division),
  };
}

function divide(
  shape: AllocateShape,
  entity: Entity,
  shares: readonly AllocatedShare[],
  total: number,
  kept: number,
  frame: Frame,
): Division | undefined {
  const keepsBack = shape.reserve !== undefined;
  checkLimits(numericLimits(shape), shares, keepsBack);
  if (shape.marginal !== undefined) {
    const marginal = marginalShares(shape, shape.marginal, entity, shares, total, frame);
    if (marginal === undefined) return undefined;
    if (typeof marginal !== 'string') return { filled: marginal.filled, reserve: marginal.reserve, marginal };
    const { marginal: known } = shape;
    const spent = shares.map(({ row, name }) => spentCents(known, row, name, frame));
    return byWeight(shape, equalled(shares), total, kept, { because: marginal, spent });
  }
  if (!shares.some((share) => share.weight > 0)) return undefined;
  return byWeight(shape, shares, total, kept);
}

/** In proportion to the weight, what is spent is spent; what is in reserve stays there. */
function byWeight(
  shape: AllocateShape,
  shares: readonly AllocatedShare[],
  total: number,
  kept: number,
  instead?: { readonly because: string; readonly spent: readonly number[] },
): Division | undefined {
  const limited = withinLimits(numericLimits(shape), shares, total - kept).map((row, i) => {
    const min = Math.max(row.min, instead?.spent[i] ?? 0);
    return { ...row, min, max: Math.max(min, row.max) };
  });
  if (limited.reduce((sum, { min }) => sum + min, 0) > total - kept) return undefined;
  const filled = fillByWeight(limited, total - kept);
  return { filled, reserve: kept, ...(instead && { because: instead.because }) };
}

function equalled(shares: readonly AllocatedShare[]): readonly AllocatedShare[] {
  return shares.some(({ weight }) => weight > 0) ? shares : shares.map((share) => ({ ...share, weight: 1 }));
}

/** Rows with shares of their own carry them; the others have the rule's. */
function numericLimits({ limits: { minShare, maxShare, maxChange } }: AllocateShape) {
  return {
    minShare: typeof minShare === 'number' ? minShare : 0,
    maxShare: typeof maxShare === 'number' ? maxShare : 1,
    maxChange,
  };
}

/** What changes its place, once: what rows get, or what leaves them where that is more. */
function movedCents(
  shares: readonly Share[],
  filled: readonly number[],
  kept: number,
  reserve: number,
): number {
  const got = filled.reduce((sum, to, i) => sum + Math.max(0, to - (shares[i] as Share).current), 0);
  return got + Math.max(0, reserve - kept);
}

function rowsOf(shape: AllocateShape, entity: Entity): Row[] {
  const rows = entity.slots[shape.among];
  return Array.isArray(rows) ? (rows as Row[]) : [];
}

function shareOf(shape: AllocateShape, row: Row, frame: Frame): AllocatedShare {
  const rowFrame: Frame = { ...frame, input: row };
  const name = String(row[shape.rowName]);
  const weight = shape.weight?.evaluate(rowFrame) ?? 0;
  if (typeof weight !== 'number' || !Number.isFinite(weight) || weight < 0)
    throw new ShapeError(`weight of ${name} must be a number from 0, is ${JSON.stringify(weight)}`);
  const current = cents(shape.current.evaluate(rowFrame) ?? 0, `current amount of ${name}`);
  const { minShare, maxShare } = shape.limits;
  return {
    name,
    row,
    weight,
    current,
    ...(typeof minShare !== 'number' && { minShare: share(minShare, rowFrame, `min_share of ${name}`, 0) }),
    ...(typeof maxShare !== 'number' && { maxShare: share(maxShare, rowFrame, `max_share of ${name}`, 1) }),
  };
}

function share(expression: Expression, frame: Frame, what: string, otherwise: number): number {
  const value = expression.evaluate(frame) ?? otherwise;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new ShapeError(`${what} must be a number from 0 to 1, is ${JSON.stringify(value)}`);
}

function cents(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new ShapeError(`${what} must be an amount from 0, is ${JSON.stringify(value) ?? 'absent'}`);
  return Math.round(value * 100);
}

function amounts(shares: readonly Share[], filled: readonly number[]): Record<string, number> {
  return Object.fromEntries(shares.map((share, i) => [share.name, inUnits(filled[i] as number)]));
}

function inUnits(cents: number): number {
  return cents / 100;
}

function reasonsOf(
  shape: AllocateShape,
  entity: Entity,
  shares: readonly AllocatedShare[],
  { filled, marginal, because }: Division,
): Reason[] {
  const common: Reason = {
    name: 'total',
    inputs: {
      ...inputsOf(entity, shape.reads),
      ...(marginal && { expected: marginal.expected }),
      ...(because !== undefined && { because }),
    },
  };
  const perRow = shares.map(({ name, row, weight, current }, i) => ({
    name,
    points: inUnits((filled[i] as number) - current),
    inputs: {
      ...(shownInput(row) as object),
      ...(marginal === undefined ? { weight } : marginal.reasons[i]),
    },
  }));
  return [common, ...perRow];
}
