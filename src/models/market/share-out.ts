/** Shares out money over channels and hours so that one more cent would bring the same everywhere. */

import { seededRng } from '../../core/random.ts';
import { gammaDraw } from './gamma-draw.ts';
import type { LocalHour } from './local-hour.ts';
import { type ResponseCurve, rateAt, scaleAt } from './response-curve.ts';
import { boundsOf } from './share-limits.ts';
import { insideAt, type Limited, levelFor, newSlots, type Slots, slotAt, sumAt } from './slots.ts';
import { textHash } from './text-hash.ts';
import { wholeCents } from './whole-cents.ts';

/** What brings nothing still takes what limits make it take; √λ is never so small that it takes more. */
const WORTHLESS = 1e-9;
const HIGHEST = 1e6;

/** Whole cents of the currency. */
export type Cents = number;

/** One channel of one campaign. */
export interface Cell {
  readonly name: string;
  /** Absent while nothing has been learned. */
  readonly curve?: ResponseCurve | undefined;
  /** What one application is worth beside those of other cells: 1, or conversions per application, or a weighted sum. */
  readonly worth?: number;
  /** Bounds of what it gets in all the hours. */
  readonly least?: Cents;
  readonly most?: Cents;
  /** What the hour before had. With `maxChange`, a ratio, an hour differs from the one before by at most that. */
  readonly previous?: Cents;
  readonly maxChange?: number;
  /** Of the guard: with `low` it keeps at least the probe. */
  readonly alarm?: 'low' | 'high' | undefined;
  /** Gets the probe and nothing else. */
  readonly paused?: boolean;
  /** Name of a group with limits of its own. */
  readonly group?: string;
}

export interface Task {
  readonly cells: readonly Cell[];
  /** What is left of the day, the present hour first; `part` of the hour is still to come (1: all of it). */
  readonly hours: readonly (LocalHour & { readonly part?: number })[];
  /** What is left to spend. */
  readonly total: Cents;
  /** Limits of groups of cells, such as the campaigns of a client. */
  readonly groups?: Readonly<Record<string, { readonly least?: Cents; readonly most?: Cents }>>;
  /** Currency units: no money goes where one more application would cost more, by worth. */
  readonly targetCpa?: number;
  /** How far rates are drawn from what they may be, 0 (not at all) to 1 (Thompson sampling). */
  readonly explore?: number;
  readonly seed?: number;
  /** Share of the total that a channel keeps when it is paused or in alarm. */
  readonly probe?: number;
}

export interface Shared {
  /** Cents of each hour, by name; Σ of everything + reserve = total. */
  readonly hours: Readonly<Record<string, readonly Cents[]>>;
  readonly amounts: Readonly<Record<string, Cents>>;
  /** What no cell can use, or could use only above the target. */
  readonly reserve: Cents;
  /** Currency units that one more application would cost, by worth; absent where nothing is free to move. */
  readonly marginalCpa?: number;
}

/**
 * Formula: maximise Σ worth · r f s/(c0 (1 + s/K)) over the hours of all cells, K the scale of the hour (times the part
 * of it that is left), subject to Σ s = total and bounds of hours, cells and groups. The marginal worth
 * (r f worth/c0)/(1+s/K)² equals λ wherever no bound holds: s = K (√(r f worth/(c0 λ)) − 1); λ by bisection, and again
 * within each cell or group whose bound holds. Rounded to cents from the top down by largest remainders.
 * Reference: the water-filling of separable concave resource allocation, T. Ibaraki, N. Katoh, "Resource Allocation
 * Problems" (1988); A. Nuara et al., "A combinatorial-bandit algorithm for the online joint bid/budget optimization of
 * pay-per-click advertising campaigns" (AAAI 2018); exploration after W. R. Thompson (1933).
 * Cost: 60 halvings × 3 operations an hour of a cell: 1,000 cells of 24 hours in some 10 ms.
 * @throws LimitsError when the limits cannot be met together
 */
export function shareOut(task: Task): Shared {
  const { cells, hours, total } = task;
  if (total <= 0 || hours.length === 0 || cells.length === 0) return nothing(task);
  const slots = newSlots(cells.length * hours.length);
  cells.forEach((cell, c) => {
    fillSlots(slots, c * hours.length, cell, task);
  });
  const root = boundsOf(task, slots);
  const highest = Math.min(HIGHEST, Math.sqrt(task.targetCpa ?? Number.POSITIVE_INFINITY));
  const level = levelFor(slots, root, total, highest);
  const used = Math.min(total, Math.floor(insideAt(slots, root, level) + 0.5));
  const amounts: Record<string, Cents> = {};
  const byHour: Record<string, Cents[]> = {};
  settle(root, used, level);
  return {
    hours: byHour,
    amounts,
    reserve: total - used,
    ...(Number.isFinite(level) && level > 0 && { marginalCpa: Number((level ** 2).toPrecision(5)) }),
  };

  /** Gives `amount` to a node whose parents are settled, at their level unless its own bounds say otherwise. */
  function settle(node: Limited, amount: Cents, at: number): void {
    const fits = Math.abs(insideAt(slots, node, at) - amount) < 1;
    const own = fits ? at : levelFor(slots, node, amount, Number.POSITIVE_INFINITY);
    if (node.parts) {
      const wanted = node.parts.map((part) => sumAt(slots, part, own));
      const room = node.parts.map((part, i) => part.most - (wanted[i] as number));
      const spare = node.parts.map((part, i) => (wanted[i] as number) - part.least);
      const whole = wholeCents(spread(wanted, amount, room, spare), amount);
      node.parts.forEach((part, i) => {
        settle(part, whole[i] as number, own);
      });
      return;
    }
    const { name } = cells[node.from / hours.length] as Cell;
    const wanted = hours.map((_, i) => slotAt(slots, node.from + i, own));
    amounts[name] = amount;
    const scale = slots.scale.subarray(node.from, node.to);
    byHour[name] = wholeCents(spread(wanted, amount, scale, wanted), amount);
  }
}

/** Where the bounds of the hours leave no choice, what is missing is divided by `room`, what is too much by `spare`. */
function spread(
  wanted: readonly number[],
  amount: number,
  room: ArrayLike<number>,
  spare: ArrayLike<number>,
): readonly number[] {
  const missing = amount - wanted.reduce((sum, each) => sum + each, 0);
  if (Math.abs(missing) < 1) return wanted;
  const by = missing > 0 ? room : spare;
  let all = 0;
  for (let i = 0; i < by.length; i += 1) all += by[i] as number;
  return all > 0 ? wanted.map((each, i) => each + (missing * (by[i] as number)) / all) : wanted;
}

function nothing({ cells, hours, total }: Task): Shared {
  return {
    hours: Object.fromEntries(cells.map(({ name }) => [name, hours.map(() => 0)])),
    amounts: Object.fromEntries(cells.map(({ name }) => [name, 0])),
    reserve: total,
  };
}

function fillSlots(slots: Slots, from: number, cell: Cell, { hours, explore = 0, seed = 0 }: Task): void {
  const { curve, worth = 1 } = cell;
  const drawn = curve ? drawnRate(curve, explore, seed, cell.name) : 1;
  hours.forEach((hour, i) => {
    const part = hour.part ?? 1;
    slots.scale[from + i] = curve ? 100 * scaleAt(curve, hour) * part : part;
    const first = curve ? (worth * drawn * rateAt(curve, hour)) / curve.click_cost : 1;
    slots.pull[from + i] = Math.max(WORTHLESS, Math.sqrt(first));
    slots.most[from + i] = curve?.cap === undefined ? Number.POSITIVE_INFINITY : 100 * curve.cap * part;
  });
}

/** A draw of the rate over its mean; its posterior is narrowed by `explore`. */
function drawnRate(curve: ResponseCurve, explore: number, seed: number, name: string): number {
  if (!(explore > 0)) return 1;
  const shape = curve.shape / explore ** 2;
  return gammaDraw(shape, seededRng(seed, textHash(name))) / shape;
}
