/** Money shared out by what it buys: what is left of the day, over the hours left, where the next euro brings most. */

import { HOUR } from '../../core/units.ts';
import { LimitsError } from '../../models/market/share-limits.ts';
import { type Shared, shareOut, type Task } from '../../models/market/share-out.ts';
import { textHash } from '../../models/market/text-hash.ts';
import { wholeCents } from '../../models/market/whole-cents.ts';
import type { Frame } from '../../rules/expression/expression.ts';
import type { AllocateShape, MarginalShape } from '../../rules/rule-plan.ts';
import type { Entity } from '../entity.ts';
import type { AllocatedShare, Row } from './allocate.ts';
import { type DayBounds, dayBounds } from './day-bounds.ts';
import { overspendOf } from './in-flight.ts';
import { type MarginalReason, marginalReasons } from './marginal-reasons.ts';
import { cellName, cellsOf, type KnownRow, knownRows } from './market-cells.ts';
import { ShapeError } from './reasons.ts';
import { restOfDay } from './rest-of-day.ts';

/** Cents. */
export interface Marginal {
  /** The whole day's budget of each row: what is spent, and what is planned for the rest. */
  readonly filled: readonly number[];
  /** Of each row, what is left of it by the hours left, less where it spends more than is planned; absent where rows
   * have parts, whose hours they are. */
  readonly hours?: readonly (readonly number[])[];
  readonly reserve: number;
  /** Of the whole: what the rest of the day is expected to bring, as it was and now. */
  readonly expected: { readonly before: number; readonly after: number };
  readonly reasons: readonly MarginalReason[];
}

export interface Objective {
  readonly what: 'applications' | 'conversions' | 'worth';
  worth(row: Row): number;
  /** Currency units: no more is spent where one more application would cost more. */
  readonly target?: number;
}

/** A text says why it cannot be done by what money buys; undefined: there is nothing to share out. */
export function marginalShares(
  shape: AllocateShape,
  marginal: MarginalShape,
  entity: Entity,
  shares: readonly AllocatedShare[],
  total: number,
  frame: Frame,
): Marginal | string | undefined {
  const objective = objectiveOf(marginal, frame);
  const rows = knownRows(marginal, shares, (row) => objective.worth(row));
  const otherwise = shape.rowKey === 'channel' ? 'or equally' : 'or as it is';
  const unlearned = whyNotLearned(rows, otherwise);
  if (unlearned !== undefined) return unlearned;
  const bounds = dayBounds(shape, marginal, rows, total, frame);
  if (bounds === undefined) return undefined;
  const hours = restOfDay(frame.zone, frame.time);
  const spent = bounds.rows.reduce((sum, row) => sum + row.spent, 0);
  const task = taskOf(rows, bounds, total - spent);
  const shared = solve({
    ...task,
    hours,
    total: bounds.total - spent,
    explore: marginal.explore,
    seed: textHash(entity.key) + Math.floor(frame.time / HOUR),
    probe: 0,
    ...(objective.target !== undefined && { targetCpa: objective.target }),
  });
  const planned = rows.map((row) => plannedHours(row, shared, hours.length));
  const rest = placed(bounds, planned, shape.reserve === undefined ? bounds.total - spent : undefined);
  const filled = rest.map((cents, i) => cents + (bounds.rows[i]?.spent as number));
  const over = rows.map(overspendOf);
  const byHour = planned.map((cents, i) => lessOf(inProportion(cents, rest[i] as number), over[i] as number));
  return {
    filled,
    ...(marginal.within === undefined && { hours: byHour }),
    reserve: total - filled.reduce((sum, cents) => sum + cents, 0),
    ...marginalReasons({ rows, bounds, over, filled, byHour, hours, objective, currency: frame.currency }),
  };
}

/** Without its hours: the cells of all rows, and groups where rows have parts. */
function taskOf(rows: readonly KnownRow[], bounds: DayBounds, left: number): Pick<Task, 'cells' | 'groups'> {
  const groups: Record<string, { least: number; most: number }> = {};
  const cells = rows.flatMap((row, i) => {
    const { min, max, spent } = bounds.rows[i] as DayBounds['rows'][number];
    const [least, most] = [Math.max(0, min - spent), Math.min(left, max - spent)];
    if (row.responses.length > 1) groups[row.share.name] = { least, most };
    return cellsOf(row, least, most);
  });
  return { cells, groups };
}

function solve(task: Task): Shared {
  try {
    return shareOut(task);
  } catch (error) {
    if (error instanceof LimitsError) throw new ShapeError(error.message);
    throw error;
  }
}

/** A row's cents of each hour, its parts taken together. */
function plannedHours(row: KnownRow, shared: Shared, count: number): number[] {
  const sums = new Array<number>(count).fill(0);
  row.responses.forEach((_, part) => {
    for (const [h, cents] of (shared.hours[cellName(row, part)] ?? []).entries())
      sums[h] = (sums[h] as number) + cents;
  });
  return sums;
}

/** What each row gets; with `total` what no row could use is given to them all the same, as far as their limits go. */
function placed({ rows }: DayBounds, planned: readonly number[][], total: number | undefined): number[] {
  const amounts = planned.map((hours) => hours.reduce((sum, cents) => sum + cents, 0));
  const left = (total ?? 0) - amounts.reduce((sum, cents) => sum + cents, 0);
  if (total === undefined || left <= 0) return amounts;
  const room = rows.map(({ max, spent }, i) => Math.max(0, max - spent - (amounts[i] as number)));
  const more = inProportion(
    room,
    Math.min(
      left,
      room.reduce((sum, cents) => sum + cents, 0),
    ),
  );
  return amounts.map((cents, i) => cents + (more[i] as number));
}

/** What is planned where more is spent than that. */
function lessOf(cents: readonly number[], over: number): readonly number[] {
  return over === 1 ? cents : cents.map((each) => Math.floor(each / over));
}

/** Whole cents in proportion to the weights, equally where there are none. */
function inProportion(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (sum === total) return [...weights];
  return wholeCents(
    weights.map((weight) => (sum > 0 ? (weight * total) / sum : total / weights.length)),
    total,
  );
}

function objectiveOf({ objective, conversions, targetCpa }: MarginalShape, frame: Frame): Objective {
  const word =
    typeof objective === 'object' && 'evaluate' in objective ? objective.evaluate(frame) : objective;
  const perApplication = (row: Row) => {
    const value = conversions?.evaluate({ ...frame, input: row }) ?? 0;
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
  };
  if (word === 'conversions' && conversions !== undefined)
    return { what: 'conversions', worth: perApplication };
  if (typeof word === 'object' && word !== null) {
    const weights = word as { applications: number; conversions: number };
    return {
      what: 'worth',
      worth: (row) => weights.applications + weights.conversions * perApplication(row),
    };
  }
  if (word !== 'target_cpa') return { what: 'applications', worth: () => 1 };
  const target = targetCpa?.evaluate(frame);
  if (typeof target === 'number' && target > 0) return { what: 'applications', worth: () => 1, target };
  throw new ShapeError(`target_cpa must be an amount above 0, is ${JSON.stringify(target) ?? 'absent'}`);
}

function whyNotLearned(rows: readonly KnownRow[], otherwise: string): string | undefined {
  if (rows.every(({ responses }) => responses.every((response) => response === undefined)))
    return `nothing is learned yet of what money buys: in proportion to the weight, ${otherwise}`;
  const all = rows.reduce((sum, { share }) => sum + share.current, 0);
  const served = rows
    .filter(({ responses }) => responses.some((response) => response?.served))
    .reduce((sum, { share }) => sum + share.current, 0);
  return served * 2 < all
    ? `what money buys is not foretold better yet than by what it bought lately: in proportion to the weight, ${otherwise}`
    : undefined;
}
