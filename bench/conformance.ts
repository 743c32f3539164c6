/** `npm run conformance -- DIR [WORD …]`: runs a JSONata test-suite against our engine; WORDs select cases by name. */

import { suiteCases } from './conformance/suite.ts';
import { verdictOf } from './conformance/verdict.ts';

const [directory, ...words] = process.argv.slice(2);
if (directory === undefined) {
  process.stderr.write('usage: npm run conformance -- DIR [WORD …]\n');
  process.exit(2);
}
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const test of suiteCases(directory)) {
  if (words.length > 0 && !words.some((word) => test.name.includes(word))) continue;
  const verdict = verdictOf(test);
  counts[verdict.kind] += 1;
  if (verdict.kind !== 'passed') process.stdout.write(`${verdict.kind} ${test.name}: ${verdict.reason}\n`);
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
