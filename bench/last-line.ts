/** The last line of a bench: one JSON object with snake_case names, for scripts that hold it against a bar. */

import type { Figures } from './bench.ts';

const SNAKE_CASE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

/** Numbers with at most five digits after the first that is not zero; a number that is none becomes null. */
export function lastLine(figures: Figures): string {
  for (const name of Object.keys(figures))
    if (!SNAKE_CASE.test(name)) throw new Error(`the figure ${name} is not named in snake_case`);
  return JSON.stringify(figures, (_, value) => (typeof value === 'number' ? rounded(value) : value));
}

function rounded(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}
