/** `npm run bench -- NAME [--json FILE] [--svg FILE] [--option N …]`: runs one bench, or `all` of them. */

import { writeFileSync } from 'node:fs';
import { barChart } from './bar-chart.ts';
import type { Bench, Figures } from './bench.ts';
import { BENCHES } from './catalogue.ts';
import { readCall, UsageError } from './command-line.ts';
import { lastLine } from './last-line.ts';
import { machine } from './machine.ts';

async function main(words: readonly string[]): Promise<number> {
  const call = readCall(words, BENCHES);
  const names =
    call.name === 'all' ? Object.keys(BENCHES).filter((name) => !BENCHES[name]?.files) : [call.name];
  const figures: Record<string, Figures> = {};
  let exact = true;
  for (const name of names) {
    const bench = BENCHES[name] as Bench;
    process.stderr.write(`${name}: ${bench.about}\n`);
    const outcome = await bench.run({ ...bench.defaults, ...call.options }, call.files);
    process.stdout.write(`${outcome.table}\n`);
    figures[name] = outcome.figures;
    exact &&= outcome.exact;
    if (call.svg !== undefined && outcome.chart) writeFileSync(call.svg, barChart(outcome.chart));
  }
  const result: Figures = call.name === 'all' ? figures : (figures[call.name] as Figures);
  if (call.json !== undefined)
    writeFileSync(
      call.json,
      `${JSON.stringify({ bench: call.name, ...machine(), figures: result }, null, 2)}\n`,
    );
  process.stdout.write(`${lastLine(result)}\n`);
  if (!exact) process.stderr.write('a count is not exact\n');
  return exact ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
