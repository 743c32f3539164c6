/** How much of the day's total each row may have, in cents: its limits, what is spent already, and what is left. */

import type { Frame } from '../../rules/expression/expression.ts';
import type { AllocateShape, MarginalShape } from '../../rules/rule-plan.ts';
import { inFlight } from './in-flight.ts';
import { shareBounds } from './limits.ts';
import type { KnownRow } from './market-cells.ts';
import { ShapeError } from './reasons.ts';
import type { LimitedShare } from './water-filling.ts';

export interface DayRow extends LimitedShare {
  /** Reported, and on its way. */
  readonly spent: number;
  /** Of that, what is not reported yet. */
  readonly inFlight?: number;
  /** Why it keeps no more than a probe. */
  readonly held?: string;
}

export interface DayBounds {
  readonly rows: readonly DayRow[];
  /** What is shared out: all of the day's, or as much as the rows may have where the rest is kept back. */
  readonly total: number;
}

/** Of the total: what a row gets at most while nothing is known of it, unless it has more. */
const UNKNOWN = 0.05;

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
  const reported = known.map(({ share }) => spentCents(marginal, share.row, share.name, frame));
  if (reported.reduce((sum, cents) => sum + cents, 0) > total) return undefined;
  const flying = inFlight(known, reported, total);
  const spent = reported.map((cents, i) => cents + (flying[i] as number));
  const room = { total, count: known.filter(({ share }) => share.over === undefined).length };
  const stages = keepsBack ? 1 : STAGES;
  let rows: DayRow[] = [];
  for (let stage = 0; stage < stages && (stage === 0 || sumOf(rows, 'max') < total); stage += 1)
    rows = known.map((row, i) =>
      bounded(shape, marginal, row, spent[i] as number, held[i], { ...room, stage }),
    );
  if (sumOf(rows, 'min') > total)
    rows = rows.map((row) => ({ ...row, min: Math.max(row.spent, Math.min(row.min, row.current)) }));
  if (sumOf(rows, 'min') > total) rows = rows.map((row) => ({ ...row, min: row.spent }));
  const most = Math.min(total, sumOf(rows, 'max'));
  if (!keepsBack && most < total) return undefined;
  return {
    rows: rows.map((row, i) => (flying[i] ? { ...row, inFlight: flying[i] as number } : row)),
    total: most,
  };
}

function sumOf(rows: readonly DayRow[], side: 'min' | 'max'): number {
  return rows.reduce((sum, row) => sum + row[side], 0);
}

/** Where the limits leave no room: rows may stay as they are, then move faster, then have more than their share. */
const STAGES = 4;
const [AS_IT_IS, FASTER, WIDER] = [1, 2, 3] as const;

function bounded(
  { limits }: AllocateShape,
  { probe }: MarginalShape,
  { share, responses }: KnownRow,
  spent: number,
  held: string | undefined,
  { total, count, stage }: { readonly total: number; readonly count: number; readonly stage: number },
): DayRow {
  const { current } = share;
  if (share.over !== undefined)
    return { ...share, min: current, max: current, spent: Math.min(spent, current), held: share.over };
  if (held !== undefined) {
    const cents = Math.max(spent, Math.round(probe * total));
    return { ...share, min: cents, max: cents, spent, held };
  }
  const own = shareBounds(numeric(limits), share, total);
  const isFree = stage >= FASTER || !Number.isFinite(limits.maxChange);
  const lowest = isFree ? 0 : Math.ceil(current * (1 - limits.maxChange) - 1e-6);
  const step = limits.maxChange * Math.max(current, total / count);
  const highest = isFree ? total : Math.floor(current + step + 1e-6);
  const bound = (cents: number) => Math.min(highest, Math.max(0, lowest, cents));
  const isUnknown = responses.every((response) => response === undefined);
  const wanted = isUnknown ? Math.min(own.max, Math.max(current, Math.round(UNKNOWN * total))) : own.max;
  const least = stage >= AS_IT_IS ? Math.min(bound(own.min), current) : bound(own.min);
  const most = stage >= WIDER ? total : Math.max(bound(wanted), stage >= AS_IT_IS ? current : 0);
  const min = Math.max(spent, least);
  return { ...share, min, max: Math.max(min, most), spent };
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
  const isPaused = known.map(
    ({ share }) => share.over !== undefined || paused?.evaluate({ ...frame, input: share.row }) === true,
  );
  if (isPaused.every((is) => is)) return undefined;
  const isLow = known.map(({ responses }) => within === undefined && responses[0]?.alarm === 'low');
  // where all the others bring nothing either, there is no better place
  const saves = known.some((_, i) => !isPaused[i] && !isLow[i]);
  return known.map((_, i) => {
    if (isPaused[i]) return `paused: ${keeps}`;
    return saves && isLow[i] ? `in alarm, it brings far fewer applications than before: ${keeps}` : undefined;
  });
}

export function spentCents(
  { spent }: MarginalShape,
  row: KnownRow['share']['row'],
  name: string,
  frame: Frame,
): number {
  const value = spent?.evaluate({ ...frame, input: row }) ?? 0;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new ShapeError(`spent of ${name} must be an amount from 0, is ${JSON.stringify(value)}`);
  return Math.max(0, Math.ceil(value * 100 - 1e-6));
}
