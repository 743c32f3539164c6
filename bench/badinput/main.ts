/** `npm run badinput -- DIR… [--most N] [--seed S]`: every input at every place; nothing may crash, be silent or answer 5xx. */

import { parseArgs } from 'node:util';
import { Progress } from '../../src/cli/progress.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';
import { lastLine } from '../last-line.ts';
import { readCorpora } from './corpus.ts';
import { runTrials } from './run-trials.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { most: { type: 'string' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? 1);
const most = Number(values.most ?? Number.POSITIVE_INFINITY);
if (positionals.length === 0 || Number.isNaN(seed) || Number.isNaN(most)) {
  process.stderr.write(
    'usage: npm run badinput -- DIR… [--most N] [--seed S]\n' +
      '  DIR    a corpus, or a folder of corpora: strings.json, cases.json, cases.txt, events.json, test_parsing/\n' +
      '  --most N trials, drawn by the seed, in place of all\n',
  );
  process.exitCode = 2;
} else {
  const inputs = readCorpora(positionals);
  const bar = new Progress({ title: 'bad input', unit: 'trials', output: process.stderr, now: Date.now });
  const { surfaces, figures, examples } = await runTrials(
    inputs,
    builtInEvents,
    { most, seed },
    (share, done) => bar.update(share, done),
  );
  bar.clear();
  process.stdout.write(`${surfaces}\n`);
  for (const example of examples) process.stdout.write(`${example}\n`);
  process.stdout.write(`${lastLine(figures)}\n`);
  const { crashes, silent, server_errors } = figures;
  process.exitCode = crashes + silent + server_errors > 0 ? 1 : 0;
}
