/** All that was measured in one call, as a folder to be read: a page, a picture of each bench that has one, the figures. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { barChart } from './bar-chart.ts';
import type { Bench, Outcome } from './bench.ts';
import type { machine } from './machine.ts';

export interface Measured {
  readonly name: string;
  readonly bench: Bench;
  /** Absent where it ended with an error, whose message is `problem`. */
  readonly outcome?: Outcome;
  readonly problem?: string;
}

export function writeResults(
  folder: string,
  measured: readonly Measured[],
  on: ReturnType<typeof machine>,
): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, outcome } of measured)
    if (outcome?.chart) writeFileSync(join(folder, `${name}.svg`), barChart(outcome.chart));
  const figures = Object.fromEntries(measured.map(({ name, outcome }) => [name, outcome?.figures ?? null]));
  writeFileSync(join(folder, 'figures.json'), `${JSON.stringify({ ...on, figures }, null, 2)}\n`);
  writeFileSync(join(folder, 'README.md'), resultsPage(measured, on));
}

/** As Markdown, with its pictures beside it. */
export function resultsPage(
  measured: readonly Measured[],
  { cpu, cores, memory_bytes, node, commit, date }: ReturnType<typeof machine>,
): string {
  const gibi = Math.round(memory_bytes / 2 ** 30);
  const parts = measured.map(({ name, bench, outcome, problem }) =>
    [
      `## ${name}`,
      `${bench.about[0]?.toUpperCase()}${bench.about.slice(1)}.`,
      ...(outcome?.chart ? [`![${outcome.chart.title}](${name}.svg)`] : []),
      ...(outcome ? [`\`\`\`text\n${outcome.table}\n\`\`\``] : [`It ended with an error: ${problem}`]),
      ...(outcome && !outcome.exact ? ['**A count is not exact.**'] : []),
    ].join('\n\n'),
  );
  return `# Results\n\nCommit ${commit}, ${date}, Node ${node}, ${cores} × ${cpu}, ${gibi} GiB. Rates of one run are to be read as ratios to each other.\n\n${parts.join('\n\n')}\n`;
}
