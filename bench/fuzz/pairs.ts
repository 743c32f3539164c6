/** Pairs of an expression and an input, from a seed. */

import { Chance } from './chance.ts';
import { input } from './data.ts';
import { expressionOf } from './grammar/expressions.ts';
import type { Phrase } from './phrase.ts';

export interface Pair {
  readonly expression: Phrase;
  readonly input: unknown;
}

const INPUTS_PER_EXPRESSION = 4;

export function* pairs(seed: number, count: number): Iterable<Pair> {
  const chance = new Chance(seed);
  for (let made = 0; made < count; ) {
    const expression = expressionOf(chance, 1 + chance.below(4));
    for (let inputs = 0; inputs < INPUTS_PER_EXPRESSION && made < count; inputs++, made++)
      yield { expression, input: input(chance) };
  }
}
