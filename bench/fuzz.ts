/** `npm run fuzz -- --pairs N --seed S`: generated expressions on mutated data, ours against npm jsonata. */

import { parseArgs } from 'node:util';
import { compared } from './fuzz/compare.ts';
import { pairs } from './fuzz/pairs.ts';
import { shrunk } from './fuzz/shrink.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '20' },
  },
});
const wanted = Number(values.pairs);
const seed = Number(values.seed);
const apart: Record<string, number> = {};
let differences = 0;
let answered = 0;
const shown = new Set<string>();
for (const pair of pairs(seed, wanted)) {
  const { verdict, reason, ours } = await compared(pair);
  if (verdict === 'same' && 'value' in ours && ours.value !== undefined) answered += 1;
  if (verdict === 'apart') apart[String(reason)] = (apart[String(reason)] ?? 0) + 1;
  if (verdict !== 'different') continue;
  differences += 1;
  if (shown.size >= Number(values.show) || shown.has(pair.expression.text)) continue;
  const small = await shrunk(pair);
  shown.add(pair.expression.text);
  if (shown.has(small.expression.text)) continue;
  shown.add(small.expression.text);
  const difference = await compared(small);
  process.stdout.write(
    [
      small.expression.text,
      `  on     ${JSON.stringify(small.input)}`,
      `  ours   ${JSON.stringify(difference.ours)}`,
      `  theirs ${JSON.stringify(difference.theirs)}`,
      '',
    ].join('\n'),
  );
}
for (const [reason, count] of Object.entries(apart).sort(([, a], [, b]) => b - a))
  process.stdout.write(`${String(count).padStart(8)} not counted: ${reason}\n`);
process.stdout.write(`${JSON.stringify({ pairs: wanted, differences, seed, answered, apart })}\n`);
process.exitCode = differences === 0 ? 0 : 1;
