/** Sorts the events of a file by their times, on disk, so that files larger than memory can be imported in order. */

import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WeirError } from '../../core/errors.ts';
import { parseInstant } from '../../core/instant.ts';
import type { Millis } from '../../core/units.ts';
import type { MappedRow } from './mapped-events.ts';

/** So many events are sorted in memory at once. */
const EVENTS_PER_RUN = 200_000;

interface Line {
  readonly time: Millis;
  /** Events of the same time stay in the order of the file. */
  readonly place: number;
  readonly text: string;
}

/**
 * Writes the events of `rows` to `<folder>/sorted.ndjson`, by time; what was sorted before is taken as it is.
 * @returns the path of that file
 * @throws WeirError wrong_usage at an event whose time cannot be read
 */
export async function sortedFile(
  rows: AsyncIterable<MappedRow>,
  folder: string,
  onRow: (row: MappedRow) => void = () => undefined,
  perRun = EVENTS_PER_RUN,
): Promise<string> {
  const sorted = join(folder, 'sorted.ndjson');
  if (existsSync(sorted)) return sorted;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const runs: string[] = [];
  let lines: Line[] = [];
  let place = 0;
  const flush = async () => {
    const run = join(folder, `${runs.length}.ndjson`);
    lines.sort(byTime);
    await writeLines(run, lines);
    runs.push(run);
    lines = [];
  };
  for await (const row of rows) {
    for (const event of row.events) {
      const time = parseInstant(event.time);
      if (time === undefined)
        throw new WeirError(
          'wrong_usage',
          `sorting by time: row ${row.row}: ${JSON.stringify(event.time)} is not a time`,
        );
      lines.push({ time, place: place++, text: JSON.stringify(event) });
      if (lines.length >= perRun) await flush();
    }
    onRow(row);
  }
  await flush();
  await writeLines(`${sorted}.new`, merged(runs));
  renameSync(`${sorted}.new`, sorted);
  for (const run of runs) rmSync(run);
  return sorted;
}

function byTime(a: Line, b: Line): number {
  return a.time - b.time || a.place - b.place;
}

async function writeLines(path: string, lines: Iterable<Line> | AsyncIterable<Line>): Promise<void> {
  const file = createWriteStream(path);
  for await (const { text } of lines) if (!file.write(`${text}\n`)) await once(file, 'drain');
  file.end();
  await once(file, 'close');
}

/** Runs hold earlier places first, so that of lines of the same time the one of the earlier run comes first. */
async function* merged(runs: readonly string[]): AsyncGenerator<Line> {
  const open = await Promise.all(runs.map(async (run, index) => advance(linesOf(run), index)));
  for (;;) {
    let first: (typeof open)[number];
    for (const run of open) if (run && (first === undefined || byTime(run.line, first.line) < 0)) first = run;
    if (first === undefined) return;
    yield first.line;
    open[first.index] = await advance(first.lines, first.index);
  }
}

async function advance(lines: AsyncIterator<string>, index: number) {
  const { done, value } = await lines.next();
  if (done) return undefined;
  const { time } = JSON.parse(value) as { time: unknown };
  return { lines, index, line: { time: parseInstant(time) as Millis, place: index, text: value } };
}

function linesOf(path: string): AsyncIterator<string> {
  return createInterface({ input: createReadStream(path) })[Symbol.asyncIterator]();
}
