/** Money shared out by what it buys: what is left of the day, over the hours left, where the next euro brings most. */

import {
  broughtBy,
  marginalOf,
  type Split,
  type SplitHour,
  splitByMargin,
  spreadOverHours,
} from '../../models/market/marginal-split.ts';
import type { Frame } from '../../rules/expression/expression.ts';
import type { AllocateShape, MarginalShape } from '../../rules/plan.ts';
import type { Entity } from '../entity.ts';
import type { AllocatedShare, Row } from './allocate.ts';
import { type DayBounds, dayBounds } from './day-bounds.ts';
import { ShapeError } from './reasons.ts';
import { drawnHours, expectedHours, type KnownRow, knownRows } from './response-cells.ts';
import { toCents } from './water-filling.ts';

/** Cents. */
export interface Marginal {
  /** The whole day's budget of each row: what is spent, and what is planned for the rest. */
  readonly filled: readonly number[];
  /** Of each row, what is left of it by the hours left. */
  readonly hours: readonly (readonly number[])[];
  readonly reserve: number;
  /** Of the whole: what the rest of the day is expected to bring, as it was and now. */
  readonly expected: { readonly before: number; readonly after: number };
  /** Of each row: what the next currency unit brings, as it was and now, and why it gets what it gets. */
  readonly reasons: readonly {
    readonly next_before: number;
    readonly next_after: number;
    readonly because: string;
  }[];
}

interface Objective {
  readonly what: string;
  worth(row: Row): number;
  /** Currency units: what an application may cost on average. */
  readonly target?: number;
}

/** So many halvings between all and nothing of what may be held back. */
const TARGET_STEPS = 12;

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
  const rows = knownRows(marginal, shares, (row) => objective.worth(row), frame);
  const unlearned = whyNotLearned(rows);
  if (unlearned !== undefined) return unlearned;
  const bounds = dayBounds(shape, marginal, rows, total, frame);
  if (bounds === undefined) return undefined;
  const cells = rows.map((row) => drawnHours(row, entity.key, marginal.explore, frame));
  const split = splitRest(cells, rows.map(expectedHours), bounds, objective.target);
  const spent = bounds.rows.map((row) => row.spent);
  const given = Math.round(
    split.amounts.reduce((sum, amount, i) => sum + amount * 100 + (spent[i] as number), 0),
  );
  const day =
    objective.target === undefined ? bounds.total : Math.min(bounds.total, Math.max(bounds.least, given));
  const ideal = split.amounts.map((amount, i) => (spent[i] as number) + amount * 100);
  const filled = toCents(bounds.rows, ideal, day);
  return {
    filled,
    hours: rows.map(({ hours }, i) =>
      byHour(split.hours[i] as number[], hours.length, (filled[i] as number) - (spent[i] as number)),
    ),
    reserve: total - day,
    ...explained(rows, bounds, filled, objective, frame.currency),
  };
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
  const target = word === 'target_cpa' ? targetCpa?.evaluate(frame) : undefined;
  const usable = typeof target === 'number' && target > 0;
  if (word === 'target_cpa' && !usable)
    throw new ShapeError(`target_cpa must be an amount above 0, is ${JSON.stringify(target) ?? 'absent'}`);
  return { what: 'applications', worth: () => 1, ...(usable && { target }) };
}

function whyNotLearned(rows: readonly KnownRow[]): string | undefined {
  if (rows.every(({ responses }) => responses.length === 0))
    return 'nothing is learned yet of what money buys: in proportion to the weight, or equally';
  const all = rows.reduce((sum, { share }) => sum + share.current, 0);
  const served = rows
    .filter(({ responses }) => responses.some((response) => response.served))
    .reduce((sum, { share }) => sum + share.current, 0);
  return served * 2 < all
    ? 'what money buys is not foretold better yet than by what it bought lately: in proportion to the weight, or equally'
    : undefined;
}

/** What is left of the day among rows and hours; with a target, no more than brings applications at that on average. */
function splitRest(
  cells: readonly SplitHour[][],
  expected: readonly SplitHour[][],
  { rows, total, least }: DayBounds,
  target: number | undefined,
): Split {
  const spent = rows.reduce((sum, row) => sum + row.spent, 0);
  const limited = rows.map((row, i) => ({
    hours: cells[i] as SplitHour[],
    least: (row.min - row.spent) / 100,
    most: (row.max - row.spent) / 100,
  }));
  const all = splitByMargin(limited, (total - spent) / 100);
  const isDear = (split: Split) => {
    const money = split.amounts.reduce((sum, amount) => sum + amount, 0);
    const came = split.hours.reduce(
      (sum, spends, i) => sum + broughtBy(expected[i] as SplitHour[], spends),
      0,
    );
    return target !== undefined && money > came * target;
  };
  if (!isDear(all)) return all;
  let [low, high] = [Math.max(0, (least - spent) / 100), (total - spent) / 100];
  for (let step = 0; step < TARGET_STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (isDear(splitByMargin(limited, middle))) high = middle;
    else low = middle;
  }
  return splitByMargin(limited, Math.floor(low * 100) / 100);
}

/** A row's cents over its hours, its parts taken together. */
function byHour(spends: readonly number[], count: number, cents: number): number[] {
  const sums = Array.from({ length: count }, (_, h) =>
    spends.reduce((sum, spend, i) => (i % count === h ? sum + spend * 100 : sum), 0),
  );
  const limited = sums.map((_, h) => ({
    name: `${h}`.padStart(2, '0'),
    weight: 1,
    current: 0,
    min: 0,
    max: cents,
  }));
  return count === 0 ? [] : toCents(limited, sums, cents);
}

function explained(
  known: readonly KnownRow[],
  { rows }: DayBounds,
  filled: readonly number[],
  { what }: Objective,
  currency: string,
): Pick<Marginal, 'expected' | 'reasons'> {
  const cells = known.map(expectedHours);
  const at = (i: number, cents: number) => {
    const hours = cells[i] as SplitHour[];
    const spends = spreadOverHours(hours, Math.max(0, cents - (rows[i]?.spent as number)) / 100);
    return { brought: broughtBy(hours, spends), next: marginalOf(hours, spends) };
  };
  const before = known.map(({ share }, i) => at(i, share.current));
  const after = filled.map((cents, i) => at(i, cents));
  const sum = (list: readonly { brought: number }[]) =>
    digits(list.reduce((all, { brought }) => all + brought, 0));
  return {
    expected: { before: sum(before), after: sum(after) },
    reasons: known.map(({ share }, i) => {
      const row = rows[i] as DayBounds['rows'][number];
      const [was, is] = [before[i]?.next as number, after[i]?.next as number];
      const others = Math.max(0, ...before.filter((_, j) => j !== i).map(({ next }) => next));
      const change = (filled[i] as number) - share.current;
      const next = `the next ${currency} brings ${digits(was)} ${what} here and at most ${digits(others)} elsewhere`;
      const says =
        row.held ?? `${next}, so it ${verb(change)}${atLimit(filled[i] as number, row, was, others)}`;
      return { next_before: digits(was), next_after: digits(is), because: says };
    }),
  };
}

function verb(change: number): string {
  if (change === 0) return 'keeps what it has';
  return `${change > 0 ? 'gets' : 'gives up'} ${(Math.abs(change) / 100).toFixed(2)}`;
}

function atLimit(
  filled: number,
  { min, max }: { min: number; max: number },
  was: number,
  others: number,
): string {
  if (filled >= max && was >= others) return ', as much as its limits let it';
  return filled <= min && was < others ? ', as much as its limits let it' : '';
}

/** Three significant digits. */
function digits(value: number): number {
  return Number(value.toPrecision(3));
}
