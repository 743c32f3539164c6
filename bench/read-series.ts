/** A series in a CSV file: a column of times without a zone, taken as UTC, and one of numbers; any line ends. */

import { readFileSync } from 'node:fs';
import { UsageError } from './command-line.ts';

export interface ReadSeries {
  /** As they came, without the header. */
  readonly lines: readonly string[];
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** @throws UsageError on a column that is not there or a cell that is no time or number */
export function readSeries(file: string, timeColumn = 'timestamp', valueColumn = 'value'): ReadSeries {
  const [header = '', ...rest] = readFileSync(file, 'utf8').split(/\r?\n/);
  const columns = header.split(',').map((name) => name.trim());
  const [time, value] = [columns.indexOf(timeColumn), columns.indexOf(valueColumn)];
  if (time < 0 || value < 0)
    throw new UsageError(
      `${file}: needs columns ${timeColumn} and ${valueColumn}; it has ${columns.join(', ')}`,
    );
  const lines = rest.filter((line) => line !== '');
  const cells = lines.map((line) => line.split(','));
  const times = cells.map((row) => timeOf(row[time] ?? ''));
  const values = cells.map((row) => (row[value]?.trim() ? Number(row[value]) : Number.NaN));
  const bad = lines.findIndex((_, row) => !Number.isFinite(times[row]) || !Number.isFinite(values[row]));
  if (bad >= 0) throw new UsageError(`${file}:${bad + 2}: a time and a number, not ${lines[bad]}`);
  return { lines, times, values };
}

/** Milliseconds since the epoch; fractions of a second are cut off. */
export function timeOf(stamp: string): number {
  return Date.parse(`${stamp.trim().slice(0, 19).replace(' ', 'T')}Z`);
}
