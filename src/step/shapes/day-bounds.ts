/** How much of the day's total each row may have, in cents: its limits, what is spent already, and what is left. */

import type { Frame } from '../../rules/expression/expression.ts';
import type { AllocateShape, MarginalShape } from '../../rules/plan.ts';
import { feasible, orAsItIs, shareBounds } from './limits.ts';
import { ShapeError } from './reasons.ts';
import type { KnownRow } from './response-cells.ts';
import type { LimitedShare } from './water-filling.ts';

export interface DayRow extends LimitedShare {
  readonly spent: number;
  /** Why it keeps no more than a probe. */
  readonly held?: string;
}

export interface DayBounds {
  readonly rows: readonly DayRow[];
  /** What is shared out: all of the day's, or as much as the rows may have where the rest is kept back. */
  readonly total: number;
  /** The least that must be: with a target the rest may be kept back. */
  readonly least: number;
}

/**
 * A row moves by `max_change` of what it has, or of its equal part of the total where that is more; one that is paused
 * or in alarm goes to its probe at once. What is spent is spent. Where that leaves the total no place, rows may stay
 * as they are, then move faster, then have more than their share, unless a reserve takes it.
 * @returns undefined when all rows are paused, or more is spent than there is
 */
export function dayBounds(
  shape: AllocateShape,
  marginal: MarginalShape,
  known: readonly KnownRow[],
  total: number,
  frame: Frame,
): DayBounds | undefined {
  const keepsBack = shape.reserve !== undefined;
  const held = heldRows(marginal, known, frame);
  if (held === undefined) return undefined;
  const spent = known.map(({ share }) => spentCents(marginal, share.row, share.name, frame));
  const all = spent.reduce((sum, cents) => sum + cents, 0);
  if (all > total) return undefined;
  const make = (faster: boolean, wider: boolean) =>
    known.map(({ share }, i) =>
      bounds(shape, marginal, share, spent[i] as number, held[i], {
        total,
        count: known.length,
        faster,
        wider,
      }),
    );
  let rows = make(false, false);
  const most = () => rows.reduce((sum, row) => sum + row.max, 0);
  const least = () => rows.reduce((sum, row) => sum + row.min, 0);
  if (!keepsBack && most() < total) {
    rows = rows.map((row) => (row.held === undefined ? orAsItIs(row) : row));
    if (most() < total) rows = make(true, false);
    if (most() < total) rows = make(true, true);
  }
  if (least() > total)
    rows = rows.map((row) => ({ ...row, min: Math.max(row.spent, Math.min(row.min, row.current)) }));
  if (least() > total)
    rows = rows.map((row) => ({ ...row, min: row.spent, max: Math.max(row.max, row.spent) }));
  if (!keepsBack && !feasible(rows, total)) return undefined;
  return { rows, total: Math.min(total, most()), least: keepsBack ? least() : Math.min(total, most()) };
}

function bounds(
  { limits }: AllocateShape,
  { probe }: MarginalShape,
  share: KnownRow['share'],
  spent: number,
  held: string | undefined,
  { total, count, faster, wider }: { total: number; count: number; faster: boolean; wider: boolean },
): DayRow {
  if (held !== undefined) {
    const cents = Math.max(spent, Math.round(probe * total));
    return { ...share, min: cents, max: cents, spent, held };
  }
  const own = shareBounds(numeric(limits), share, total);
  const free = faster || !Number.isFinite(limits.maxChange);
  const lowest = free ? 0 : Math.ceil(share.current * (1 - limits.maxChange) - 1e-6);
  const step = limits.maxChange * Math.max(share.current, total / count);
  const highest = free ? total : Math.floor(share.current + step + 1e-6);
  const bound = (cents: number) => Math.min(highest, Math.max(0, lowest, cents));
  const min = Math.max(spent, bound(own.min));
  return { ...share, min, max: Math.max(min, wider ? total : bound(own.max)), spent };
}

function numeric({ minShare, maxShare, maxChange }: AllocateShape['limits']) {
  return {
    minShare: typeof minShare === 'number' ? minShare : 0,
    maxShare: typeof maxShare === 'number' ? maxShare : 1,
    maxChange,
  };
}

/** Of each row why it is held at its probe; undefined when every row is paused. */
function heldRows(
  { paused, probe, within }: MarginalShape,
  known: readonly KnownRow[],
  frame: Frame,
): (string | undefined)[] | undefined {
  const keeps = `it keeps a probe of ${Math.round(probe * 1000) / 10} % of the total`;
  const isPaused = known.map(({ share }) => paused?.evaluate({ ...frame, input: share.row }) === true);
  if (isPaused.every((is) => is)) return undefined;
  const isLow = known.map(({ responses }) => within === undefined && responses[0]?.alarm === 'low');
  // where all the others bring nothing either, there is no better place
  const saves = known.some((_, i) => !isPaused[i] && !isLow[i]);
  return known.map((_, i) => {
    if (isPaused[i]) return `paused: ${keeps}`;
    return saves && isLow[i] ? `in alarm, it brings far fewer applications than before: ${keeps}` : undefined;
  });
}

function spentCents(
  { spent }: MarginalShape,
  row: KnownRow['share']['row'],
  name: string,
  frame: Frame,
): number {
  const value = spent?.evaluate({ ...frame, input: row }) ?? 0;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new ShapeError(`spent of ${name} must be an amount from 0, is ${JSON.stringify(value)}`);
  return Math.ceil(value * 100 - 1e-6);
}
