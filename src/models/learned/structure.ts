/** What of its inputs a learner gives weights to: the shape of each input, and the pairs that are learned together. */

import { coarseParts, type InputShape, shapeOf } from './input-shape.ts';

export interface Structure {
  readonly shapes: readonly InputShape[];
  /** Positions of two inputs, the smaller one first. */
  readonly pairs: readonly (readonly [number, number])[];
}

export type Example = readonly [inputs: readonly (number | string | undefined)[], outcome: boolean];

/** All pairs among this many inputs, those that tell most of the outcome by themselves. */
const PAIRED_INPUTS = 7;
/** Takes the surprise out of parts that were seen a few times only. */
const RELUCTANCE = 5;

/** The structure that fits a sample. */
export function structureOf(examples: readonly Example[]): Structure {
  const inputs = examples[0]?.[0].length ?? 0;
  const shapes = Array.from({ length: inputs }, (_, i) => shapeOf(examples.map(([values]) => values[i])));
  const paired = shapes
    .map((shape, i) => ({ i, worth: association(shape, i, examples) }))
    .filter(({ worth }) => worth > 0)
    .sort((a, b) => b.worth - a.worth || a.i - b.i)
    .slice(0, PAIRED_INPUTS)
    .map(({ i }) => i)
    .sort((a, b) => a - b);
  return { shapes, pairs: paired.flatMap((i, at) => paired.slice(at + 1).map((j) => [i, j] as const)) };
}

/** χ² of the outcome over the coarse parts of one input, parts seen rarely held down. */
function association(shape: InputShape, input: number, examples: readonly Example[]): number {
  const parts = new Map<string, { seen: number; positive: number }>();
  let positive = 0;
  for (const [values, outcome] of examples) {
    if (outcome) positive += 1;
    for (const [name, share] of coarseParts(shape, values[input])) {
      const part = parts.get(name) ?? { seen: 0, positive: 0 };
      part.seen += share;
      if (outcome) part.positive += share;
      parts.set(name, part);
    }
  }
  if (parts.size < 2) return 0;
  const rate = positive / examples.length;
  let worth = 0;
  for (const part of parts.values())
    worth += (part.positive - part.seen * rate) ** 2 / (part.seen * rate * (1 - rate) + RELUCTANCE);
  return worth;
}
