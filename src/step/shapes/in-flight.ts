/** What rows have probably spent although nobody has said so yet, and by how much they spend more than is planned. */

import type { ToldPace } from '../../models/market/pace.ts';
import type { KnownRow } from './market-cells.ts';

/**
 * Of each row the cents that are on their way: never more than what was planned for the day so far and is not reported,
 * and of all rows never more than is left.
 * @param spent cents reported, of each row
 */
export function inFlight(rows: readonly KnownRow[], spent: readonly number[], total: number): number[] {
  const flying = rows.map((row, i) => {
    const paces = pacesOf(row);
    const known = spent[i] as number;
    const sum = (of: (pace: ToldPace) => number) =>
      Math.round(100 * paces.reduce((all, pace) => all + of(pace), 0));
    const most = sum((pace) => pace.planned) - known;
    return Math.max(
      0,
      Math.min(
        sum((pace) => pace.in_flight),
        most,
      ),
    );
  });
  const left = Math.max(0, total - sumOf(spent));
  const all = sumOf(flying);
  return all <= left ? flying : flying.map((cents) => Math.floor((cents * left) / all));
}

/** How much is spent for each unit that is planned, 1 and more; of a row with parts by what they plan. */
export function overspendOf(row: KnownRow): number {
  const paces = pacesOf(row);
  const [only] = paces;
  return row.responses.length === 1 && only !== undefined ? Math.max(1, only.over) : 1;
}

function pacesOf({ responses }: KnownRow): ToldPace[] {
  return responses.flatMap((response) => (response?.pace === undefined ? [] : [response.pace]));
}

function sumOf(cents: readonly number[]): number {
  return cents.reduce((sum, each) => sum + each, 0);
}
