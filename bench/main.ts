/** `npm run bench -- NAME [--json FILE] [--into FOLDER] [--option N …]`: runs one bench, or `all` of them. */

import { writeFileSync } from 'node:fs';
import type { Bench, Figures, Options } from './bench.ts';
import { BENCHES } from './catalogue.ts';
import { type Call, readCall, UsageError } from './command-line.ts';
import { lastLine } from './last-line.ts';
import { machine } from './machine.ts';
import { type Measured, writeResults } from './results-page.ts';

async function main(words: readonly string[]): Promise<number> {
  const call = readCall(words, BENCHES);
  const names =
    call.name === 'all' ? Object.keys(BENCHES).filter((name) => !BENCHES[name]?.files) : [call.name];
  const measured: Measured[] = [];
  for (const name of names) {
    measured.push(await measure(name, call));
    // written after each: what was measured is not lost where a later one takes too long
    if (call.into !== undefined) writeResults(call.into, measured, machine());
  }
  const figures = Object.fromEntries(measured.map(({ name, outcome }) => [name, outcome?.figures ?? null]));
  const result: Figures = call.name === 'all' ? figures : (figures[call.name] ?? {});
  if (call.json !== undefined)
    writeFileSync(
      call.json,
      `${JSON.stringify({ bench: call.name, ...machine(), figures: result }, null, 2)}\n`,
    );
  process.stdout.write(`${lastLine(result)}\n`);
  return measured.every(({ outcome }) => outcome?.exact) ? 0 : 1;
}

/** Of what `all` was asked for, what this one takes. */
function own({ defaults, flags = [] }: Bench, options: Options): Options {
  return Object.fromEntries(
    Object.entries(options).filter(([key]) => key in defaults || flags.includes(key)),
  );
}

/** One of many that fails leaves the others their turn. */
async function measure(name: string, { name: asked, options, files }: Call): Promise<Measured> {
  const bench = BENCHES[name] as Bench;
  process.stderr.write(`${name}: ${bench.about}\n`);
  try {
    const outcome = await bench.run({ ...bench.defaults, ...own(bench, options) }, files);
    process.stdout.write(`${outcome.table}\n`);
    if (!outcome.exact) process.stderr.write(`${name}: a count is not exact\n`);
    return { name, bench, outcome };
  } catch (error) {
    if (asked === name) throw error;
    process.stderr.write(`${name}: ${(error as Error).stack}\n`);
    return { name, bench, problem: (error as Error).message };
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
