/** `sum` with `corrected`: what somebody who counts too said last, and what was added after it. */

import { fromMicros, MINUTE, type Micros, type Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { summand } from './summand.ts';
import { type Window, windowOf } from './window.ts';

/** Memory: of windows that would have more than so many minutes, whole steps are kept. */
const MOST_CELLS = 1440;

interface Corrected {
  /** [cell, micros, …] in order; not of those that a report of the same bucket covers. */
  cells: number[];
  /** [time, micros, …] in order: the newest report of each bucket. */
  reports: number[];
}

/**
 * Formula: r + Σ round(v · 10^6) over the covered adds of rank 0 that lie in a later minute than the newest covered add
 * of rank 1, whose value is r; without one, over all of them. A report covers the minute of its own time; of several of
 * one time the largest counts. 0 without data. An old report that arrives late changes nothing, a newer one may lower the sum.
 * Memory: two numbers per minute that holds something and is not covered by a report, at most 1,440. Cost: O(1) per event
 * at the newest minute, O(minutes) to read.
 */
export function correctedSum(options: AggregateOptions): Aggregate {
  const window = windowOf(options);
  const width = cellWidth(window);
  const bucketOfCell = (cell: number) => window.bucket(cell * width);
  const aggregate: Aggregate<Corrected> = {
    create: () => ({ cells: [], reports: [] }),
    add(state, time, now, value, _key, rank) {
      const bucket = window.bucket(time);
      if (window.refuses(bucket, now)) return false;
      const micros = summand(value);
      if (micros === undefined) return true;
      forget(state, window, width, now);
      const report = reportOf(state, window, bucket);
      const cell = Math.floor(time / width);
      if (rank === 1) {
        takeReport(state, report, time, micros);
        const at = report < 0 ? state.reports.indexOf(time) : report;
        const covered = Math.floor((state.reports[at] as Millis) / width);
        dropCells(state, (each) => bucketOfCell(each) !== bucket || each > covered);
      } else if (report < 0 || cell > Math.floor((state.reports[report] as Millis) / width))
        addTo(state, cell, micros);
      return true;
    },
    value(state, now) {
      const { cells, reports } = state;
      let covered = Number.NEGATIVE_INFINITY;
      let total = 0;
      for (let at = 0; at < reports.length; at += 2) {
        if (!window.covers(window.bucket(reports[at] as Millis), now)) continue;
        covered = Math.floor((reports[at] as Millis) / width);
        total = reports[at + 1] as Micros;
      }
      for (let at = cells.length - 2; at >= 0 && (cells[at] as number) > covered; at -= 2)
        if (window.covers(bucketOfCell(cells[at] as number), now)) total += cells[at + 1] as Micros;
      return fromMicros(total);
    },
    nextChange({ cells, reports }, now) {
      let next = Number.POSITIVE_INFINITY;
      const look = (bucket: number) => {
        if (!window.refuses(bucket, now)) next = Math.min(next, window.change(bucket, now));
      };
      for (let at = 0; at < cells.length; at += 2) look(bucketOfCell(cells[at] as number));
      for (let at = 0; at < reports.length; at += 2) look(window.bucket(reports[at] as Millis));
      return next;
    },
    encode: ({ cells, reports }) => (cells.length + reports.length === 0 ? 0 : [steps(cells), reports]),
    decode: (stored) =>
      Array.isArray(stored)
        ? { cells: sums(stored[0] as number[]), reports: [...(stored[1] as number[])] }
        : { cells: [], reports: [] },
  };
  return aggregate as Aggregate;
}

/** Minutes where there are few enough of them and they make whole buckets, else the buckets themselves. */
function cellWidth({ step, size, gap }: Window): Millis {
  if (step === Number.MAX_VALUE) return MINUTE;
  return step % MINUTE === 0 && ((size + gap) * step) / MINUTE <= MOST_CELLS ? MINUTE : step;
}

/** Where the report of the bucket stands, or -1. */
function reportOf({ reports }: Corrected, window: Window, bucket: number): number {
  for (let at = reports.length - 2; at >= 0; at -= 2)
    if (window.bucket(reports[at] as Millis) === bucket) return at;
  return -1;
}

/** @param at where the report of its bucket stands, or -1 */
function takeReport({ reports }: Corrected, at: number, time: Millis, micros: Micros): void {
  if (at >= 0) {
    const [known, amount] = [reports[at] as Millis, reports[at + 1] as Micros];
    if (time > known || (time === known && micros > amount)) reports.splice(at, 2, time, micros);
    return;
  }
  let place = reports.length;
  while (place > 0 && (reports[place - 2] as Millis) > time) place -= 2;
  reports.splice(place, 0, time, micros);
}

function addTo(state: Corrected, cell: number, micros: Micros): void {
  const { cells } = state;
  let at = cells.length;
  while (at > 0 && (cells[at - 2] as number) > cell) at -= 2;
  if (at > 0 && cells[at - 2] === cell) cells[at - 1] = (cells[at - 1] as Micros) + micros;
  else cells.splice(at, 0, cell, micros);
  // without a window and without reports the oldest flow together
  if (cells.length > 2 * MOST_CELLS)
    cells.splice(0, 4, cells[2] as number, (cells[1] as Micros) + (cells[3] as Micros));
}

function dropCells(state: Corrected, stays: (cell: number) => boolean): void {
  const kept: number[] = [];
  for (let at = 0; at < state.cells.length; at += 2)
    if (stays(state.cells[at] as number)) kept.push(state.cells[at] as number, state.cells[at + 1] as Micros);
  state.cells = kept;
}

/** What left so long ago that it can never come back. */
function forget(state: Corrected, window: Window, width: Millis, now: Millis): void {
  const isGone = (time: Millis) => window.forgets(window.bucket(time), now);
  if (state.cells.length > 0 && isGone((state.cells[0] as number) * width))
    dropCells(state, (cell) => !isGone(cell * width));
  while (state.reports.length > 0 && isGone(state.reports[0] as Millis)) state.reports.splice(0, 2);
}

/** Each cell as the difference from the one before: shorter. */
function steps(cells: readonly number[]): number[] {
  return cells.map((value, at) => (at % 2 === 0 && at > 0 ? value - (cells[at - 2] as number) : value));
}

function sums(stored: readonly number[]): number[] {
  const cells = [...stored];
  for (let at = 2; at < cells.length; at += 2) cells[at] = (cells[at] as number) + (cells[at - 2] as number);
  return cells;
}
