/** The class of a number: the first line whose bound it passes. */

import type { FactorsShape } from '../../rules/rule-plan.ts';

export function classify(classes: NonNullable<FactorsShape['classes']>, value: number): string | undefined {
  for (const line of classes) {
    if (line.above !== undefined && !(value > line.above)) continue;
    if (line.from !== undefined && !(value >= line.from)) continue;
    return line.class;
  }
  return undefined;
}
