/** The shape `allocate`: a total divided among rows, by weight or by what the next euro brings, to the cent. */

import type { Reason } from '../../core/decision.ts';
import type { Expression, Frame } from '../../rules/expression/expression.ts';
import type { AllocateShape } from '../../rules/rule-plan.ts';
import type { Entity } from '../entity.ts';
import { spentCents } from './day-bounds.ts';
import { checkLimits, withinLimits } from './limits.ts';
import { type Marginal, marginalShares } from './marginal.ts';
import { inputsOf, ShapeError, shownInput } from './reasons.ts';
import { atTotal, checkCurrencies, whyOver } from './shared-total.ts';
import { fillByWeight, type Share } from './water-filling.ts';

/** Amounts are in currency units with at most 2 decimals; Σ to + reserve = total; so is Σ from with what was in
 * reserve, but where rows share a total that is another. */
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
  /** What it has; `current` is that as well, but where rows share a total that is another. */
  readonly inForce: number;
  /** Why it gets no more than what is spent. */
  readonly over?: string;
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
  const isShared = shape.rowKey === 'campaign_id';
  if (rows.length < (isShared ? 1 : 2)) return undefined;
  const given = rows.map((row) => shareOf(shape, row, frame));
  const total = cents(shape.total.evaluate(frame), 'total');
  const kept = shape.reserve === undefined ? 0 : cents(shape.reserve.evaluate(frame) ?? 0, 'reserve');
  if (isShared) checkCurrencies(entity, given);
  else checkSum(given, total, kept);
  const spentOf = ({ row, name }: AllocatedShare) =>
    shape.marginal === undefined ? 0 : spentCents(shape.marginal, row, name, frame);
  const shares =
    isShared || given.some(({ over }) => over !== undefined) ? atTotal(given, total - kept, spentOf) : given;
  const division = shares && divide(shape, entity, shares, total, kept, frame);
  if (!shares || !division) return undefined;
  const { filled, reserve, marginal } = division;
  const moved = movedCents(shares, filled, kept, reserve) / 100;
  if (moved <= 0 || moved < shape.limits.smallestMove) return undefined;
  return {
    total: total / 100,
    moved,
    to: amounts(shares, filled),
    from: amounts(
      shares,
      shares.map((share) => share.inForce),
    ),
    ...(marginal?.hours && { hours: Object.fromEntries(marginal.hours.map(hoursOf(shares))) }),
    ...(shape.reserve !== undefined && { reserve: reserve / 100 }),
    reasons: reasonsOf(shape, entity, shares, division),
  };
}

function checkSum(shares: readonly AllocatedShare[], total: number, kept: number): void {
  const inForce = shares.reduce((sum, share) => sum + share.inForce, kept);
  if (inForce !== total)
    throw new ShapeError(
      `the amounts in force add up to ${inForce / 100}${kept > 0 ? ' with the reserve' : ''}, the total is ${total / 100}; give every row its amount`,
    );
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
  checkLimits(
    numericLimits(shape),
    shares.filter(({ over }) => over === undefined),
    keepsBack,
  );
  if (shape.marginal !== undefined) {
    const marginal = marginalShares(shape, shape.marginal, entity, shares, total, frame);
    if (marginal === undefined) return undefined;
    if (typeof marginal !== 'string') return { filled: marginal.filled, reserve: marginal.reserve, marginal };
    const { marginal: known } = shape;
    const spent = shares.map(({ row, name }) => spentCents(known, row, name, frame));
    return byWeight(shape, weighed(shape, shares), total, kept, { because: marginal, spent });
  }
  if (shares.some((share) => share.weight > 0)) return byWeight(shape, shares, total, kept);
  // a total that changed is shared out all the same
  return shares.some(({ current, inForce }) => current !== inForce)
    ? byWeight(shape, weighed(shape, shares), total, kept)
    : undefined;
}

/** In proportion to the weight, what is spent is spent; what is in reserve stays there. */
function byWeight(
  shape: AllocateShape,
  shares: readonly AllocatedShare[],
  total: number,
  kept: number,
  instead?: { readonly because: string; readonly spent: readonly number[] },
): Division | undefined {
  const running = shares.filter(({ over }) => over === undefined);
  const spent = new Map(shares.map((share, i) => [share.name, instead?.spent[i] ?? 0]));
  const within = withinLimits(numericLimits(shape), running, total - kept).map((row) => {
    const min = Math.max(row.min, spent.get(row.name) as number);
    return { ...row, min, max: Math.max(min, row.max) };
  });
  const limited = shares.map(
    (share) =>
      within[running.indexOf(share)] ?? { ...share, weight: 0, min: share.current, max: share.current },
  );
  if (limited.reduce((sum, { min }) => sum + min, 0) > total - kept) return undefined;
  const filled = fillByWeight(limited, total - kept);
  return { filled, reserve: kept, ...(instead && { because: instead.because }) };
}

/** Where nothing says who should have more, channels get equal parts, and campaigns keep their proportions. */
function weighed({ rowKey }: AllocateShape, shares: readonly AllocatedShare[]): readonly AllocatedShare[] {
  if (shares.some(({ weight }) => weight > 0)) return shares;
  return shares.map((share) => ({ ...share, weight: rowKey === 'channel' ? 1 : share.current }));
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
  shares: readonly AllocatedShare[],
  filled: readonly number[],
  kept: number,
  reserve: number,
): number {
  let [got, given] = [Math.max(0, reserve - kept), Math.max(0, kept - reserve)];
  for (const [i, to] of filled.entries()) {
    const more = to - (shares[i] as AllocatedShare).inForce;
    got += Math.max(0, more);
    given += Math.max(0, -more);
  }
  return Math.max(got, given);
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
  const over = whyOver(shape, row, frame);
  return {
    name,
    row,
    weight,
    current,
    inForce: current,
    ...(over !== undefined && { over }),
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

function hoursOf(shares: readonly Share[]) {
  return (hours: readonly number[], i: number) => [(shares[i] as Share).name, hours.map(inUnits)] as const;
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
  const perRow = shares.map(({ name, row, weight, inForce, over }, i) => ({
    name,
    points: inUnits((filled[i] as number) - inForce),
    inputs: {
      ...(shownInput(row) as object),
      ...(marginal === undefined ? { weight } : marginal.reasons[i]),
      ...(over !== undefined && { because: over }),
    },
  }));
  return [common, ...perRow];
}
