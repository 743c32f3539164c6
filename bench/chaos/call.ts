/** The words after `npm run chaos --`: how many faults, spread over how long, from which seed. */

import { parseArgs } from 'node:util';

export interface Call {
  readonly faults: number;
  /** Faults are spread over at least this long; 0: one soon after the other. */
  readonly minutes: number;
  readonly seed: number;
  /** Seconds of a burst that is measured beside an outage of Postgres, and figures are held to their bars; 0: neither. */
  readonly burst: number;
  /** Seconds of the outage of Postgres that is measured with it. */
  readonly outage: number;
  /** What faults are done to; absent: everything. */
  readonly only: string | undefined;
  /** Minutes after which no fault begins any more, done or not. */
  readonly within: number;
}

export const USAGE =
  'usage: npm run chaos -- --faults N [--minutes M] [--seed S] [--burst SECONDS [--outage SECONDS]] [--only process] [--within M]';

/** @throws Error with what is wrong */
export function readCall(words: readonly string[], freshSeed: number): Call {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: { faults: text, minutes: text, seed: text, burst: text, outage: text, only: text, within: text },
    allowPositionals: false,
  });
  const number = (name: keyof typeof values, otherwise: number, pattern: RegExp): number => {
    const given = values[name];
    if (given === undefined) return otherwise;
    if (!pattern.test(given)) throw new Error(`--${name} takes a number, not ${given}`);
    return Number(given);
  };
  return {
    faults: number('faults', 30, /^\d{1,6}$/),
    minutes: number('minutes', 0, /^\d{1,4}(?:\.\d+)?$/),
    seed: number('seed', freshSeed, /^\d{1,9}$/),
    burst: number('burst', 0, /^\d{1,3}$/),
    outage: number('outage', 60, /^[1-9]\d{0,3}$/),
    only: values.only,
    within: number('within', Number.POSITIVE_INFINITY, /^\d{1,4}(?:\.\d+)?$/),
  };
}
