/** The smallest pair near one on which the engines still differ. */

import { compared } from './compare.ts';
import { smaller } from './data.ts';
import type { Pair } from './pairs.ts';

const MOST_TRIALS = 800;

export async function shrunk(pair: Pair): Promise<Pair> {
  let smallest = pair;
  let trials = 0;
  for (let found = true; found && trials < MOST_TRIALS; ) {
    found = false;
    for (const candidate of candidates(smallest)) {
      trials += 1;
      if (trials > MOST_TRIALS) break;
      if ((await compared(candidate)).verdict !== 'different') continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}

function* candidates({ expression, input }: Pair): Iterable<Pair> {
  for (const other of expression.smaller())
    if (other.text.length < expression.text.length) yield { expression: other, input };
  for (const other of smaller(input)) yield { expression, input: other };
}
