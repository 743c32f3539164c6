/** `npm run fuzz -- --pairs N --seed S`: generated expressions on mutated data, ours against npm jsonata. */

import { parseArgs } from 'node:util';
import { differenceOf } from './fuzz/compare.ts';
import { pairs } from './fuzz/pairs.ts';
import { shrunk } from './fuzz/shrink.ts';

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const wanted = Number(values.pairs);
const seed = Number(values.seed);
const MOST_SHOWN = 20;
let differences = 0;
for (const pair of pairs(seed, wanted)) {
  if ((await differenceOf(pair)) === undefined) continue;
  differences += 1;
  if (differences > MOST_SHOWN) continue;
  const small = await shrunk(pair);
  const { ours, theirs } = (await differenceOf(small)) ?? {};
  process.stdout.write(
    `${small.expression.text}\n  on     ${JSON.stringify(small.input)}\n  ours   ${ours}\n  theirs ${theirs}\n`,
  );
}
process.stdout.write(`${JSON.stringify({ pairs: wanted, differences, seed })}\n`);
process.exitCode = differences === 0 ? 0 : 1;
