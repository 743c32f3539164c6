/** What a maker of phrases may ask for: random choices, and parts that are made the same way. */

import type { Phrase } from '../phrase.ts';

export interface Draw {
  of<T>(list: readonly T[]): T;
  chance(share: number): boolean;
  /** Any expression whose context is that of the whole. */
  any(): Phrase;
  /** One whose context is an item. */
  inside(): Phrase;
  path(): Phrase;
  step(): Phrase;
  text(): Phrase;
  number(): Phrase;
  list(): Phrase;
  object(): Phrase;
  pattern(): Phrase;
  /** A function, by name or written. */
  callable(): Phrase;
}

export type Maker = (draw: Draw) => Phrase;
