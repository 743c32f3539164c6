/** What a bench is: a name in the catalogue, options with their defaults, and a run that ends with figures. */

import type { Chart } from './bar-chart.ts';

/** Whole numbers by option name; `--seed 7` sets `seed`. */
export type Options = Readonly<Record<string, number>>;

/** Numbers in base units, ratios, flags; snake_case names. */
export type Figures = Readonly<Record<string, unknown>>;

export interface Outcome {
  /** A picture, where there is something to draw. */
  readonly chart?: Chart;
  /** For people: lines of text. */
  readonly table: string;
  readonly figures: Figures;
  /** False when a count was not what it had to be. */
  readonly exact: boolean;
}

/** Words by option name, mostly paths; `--train a.csv b.csv` sets `train`. */
export type Files = Readonly<Record<string, readonly string[]>>;

export interface Bench {
  readonly about: string;
  readonly defaults: Options;
  /** Options that take words, mostly paths, one or more each; the first one has to be given, so `all` leaves the bench out. */
  readonly files?: readonly string[];
  /** Options without a value; given ones are 1. */
  readonly flags?: readonly string[];
  run(options: Options, files: Files): Promise<Outcome>;
}
