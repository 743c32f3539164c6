/** The shape `allocate`: a total divided among rows in proportion to a weight, within limits, to the cent. */

import type { Reason } from '../../core/decision.ts';
import type { Frame } from '../../rules/expression/expression.ts';
import type { AllocateShape } from '../../rules/plan.ts';
import type { Entity } from '../entity.ts';
import { withinLimits } from './limits.ts';
import { inputsOf, ShapeError } from './reasons.ts';
import { fillByWeight, type Share } from './water-filling.ts';

/** Amounts are in currency units with at most 2 decimals; Σ to = Σ from = total. */
export interface Proposal {
  readonly total: number;
  readonly moved: number;
  readonly to: Readonly<Record<string, number>>;
  readonly from: Readonly<Record<string, number>>;
  /** Small enough to need nobody. */
  readonly automatic: boolean;
  readonly reasons: readonly Reason[];
}

/**
 * A proposal, or undefined when there is nothing worth moving.
 * @throws ShapeError when the rows are unusable or the limits cannot be met together
 */
export function allocate(shape: AllocateShape, entity: Entity, frame: Frame): Proposal | undefined {
  const rows = rowsOf(shape, entity);
  if (rows.length < 2) return undefined;
  const shares = rows.map((row) => shareOf(shape, row, frame));
  const totalCents = cents(shape.total.evaluate(frame), 'total');
  const inForce = shares.reduce((sum, share) => sum + share.current, 0);
  if (inForce !== totalCents)
    throw new ShapeError(
      `the amounts in force add up to ${inForce / 100}, the total is ${totalCents / 100}; give every row its amount`,
    );
  if (!shares.some((share) => share.weight > 0)) return undefined;
  const filled = fillByWeight(withinLimits(shape.limits, shares, totalCents), totalCents);
  const moved = filled.reduce((sum, to, i) => sum + Math.max(0, to - (shares[i] as Share).current), 0) / 100;
  if (moved <= 0 || moved < shape.limits.smallestMove) return undefined;
  return {
    total: totalCents / 100,
    moved,
    to: amounts(shares, filled),
    from: amounts(
      shares,
      shares.map((share) => share.current),
    ),
    automatic: isAutomatic(shape, frame, moved, totalCents / 100),
    reasons: reasonsOf(shape, entity, rows, shares, filled),
  };
}

function rowsOf(shape: AllocateShape, entity: Entity): Record<string, unknown>[] {
  const rows = entity.slots[shape.among];
  return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
}

function shareOf(shape: AllocateShape, row: Record<string, unknown>, frame: Frame): Share {
  const rowFrame: Frame = { ...frame, input: row };
  const name = String(row[shape.rowName]);
  const weight = shape.weight.evaluate(rowFrame) ?? 0;
  if (typeof weight !== 'number' || !Number.isFinite(weight) || weight < 0)
    throw new ShapeError(`weight of ${name} must be a number from 0, is ${JSON.stringify(weight)}`);
  return { name, weight, current: cents(shape.current.evaluate(rowFrame) ?? 0, `current amount of ${name}`) };
}

function cents(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new ShapeError(`${what} must be an amount from 0, is ${JSON.stringify(value) ?? 'absent'}`);
  return Math.round(value * 100);
}

function isAutomatic(shape: AllocateShape, frame: Frame, moved: number, total: number): boolean {
  const when = shape.approve?.autoWhen;
  if (!shape.approve) return true;
  return when !== undefined && when.evaluate({ ...frame, input: { moved, total } }) === true;
}

function amounts(shares: readonly Share[], filled: readonly number[]): Record<string, number> {
  return Object.fromEntries(shares.map((share, i) => [share.name, (filled[i] as number) / 100]));
}

function reasonsOf(
  shape: AllocateShape,
  entity: Entity,
  rows: readonly Record<string, unknown>[],
  shares: readonly Share[],
  filled: readonly number[],
): Reason[] {
  const common: Reason = { name: 'total', inputs: inputsOf(entity, shape.reads) };
  const perRow = shares.map((share, i) => ({
    name: share.name,
    points: ((filled[i] as number) - share.current) / 100,
    inputs: { ...(rows[i] as object), weight: share.weight },
  }));
  return [common, ...perRow];
}
