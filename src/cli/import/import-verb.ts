/** `weir import`: events from the rows of a CSV or NDJSON file, by a map. */

import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { WeirError } from '../../core/errors.ts';
import { parseInstant } from '../../core/instant.ts';
import type { Millis } from '../../core/units.ts';
import { formatProblems } from '../../rules/problem.ts';
import { type RowMapping, readRowMapping } from '../../rules/row-mapping.ts';
import { readArguments, wholeNumber } from '../arguments.ts';
import { readEnvironment } from '../environment.ts';
import { Progress } from '../progress.ts';
import type { Verb } from '../verb.ts';
import type { OpenWriter } from './event-writer.ts';
import { importFile } from './import-file.ts';
import { ImportProgress, type Reached } from './import-progress.ts';
import { mappedEvents } from './mapped-events.ts';

const DEFAULT_START: Millis = Date.UTC(2026, 0, 5);
/** So many refused events are shown one by one; all are counted. */
const SHOWN = 5;
const DRY_ROWS = 3;

const FLAGS = {
  map: { type: 'string' },
  from: { type: 'string' },
  start: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

const USAGE = `weir import FILE.csv|FILE.ndjson --map MAP.yaml [--from ROW] [--start TIME] [--dry-run]

  --map MAP.yaml  events: a JSONata expression from a row to an event or a list of events;
                  it may use $row, $file, $start and $spread_micros(total, parts)
  --from ROW      begin at this row, whatever an earlier run reached
  --start TIME    time of row 0, row n lies n seconds later (default 2026-01-05T00:00:00Z)
  --dry-run       write nothing: show the events of the first rows (all with --json) and count all

An import that was interrupted goes on where it stopped: just run it again.

  weir import clicks.csv --map clicks.yaml --dry-run
  weir import clicks.csv --map clicks.yaml`;

export function importVerb(openWriter: OpenWriter): Verb {
  return {
    usage: USAGE,
    async run(args, env) {
      const { flags, words } = readArguments(args, FLAGS, { least: 1, most: 1, what: 'the FILE to import' });
      const file = words[0] as string;
      const from = wholeNumber('from', flags.from, 1);
      const start = flags.start === undefined ? DEFAULT_START : parseInstant(flags.start);
      if (start === undefined) throw new WeirError('wrong_usage', `--start: "${flags.start}" is not a time`);
      if (flags.map === undefined) throw new WeirError('wrong_usage', '--map MAP.yaml is missing');
      const { mapping, expression } = readMap(flags.map);
      if (flags['dry-run']) return dryRun(file, mapping, { from: from ?? 1, start }, flags.json === true);

      const size = fileSize(file);
      const progress = new ImportProgress(readEnvironment(env).data, file, [size, expression, start]);
      const before = progress.read();
      if (from === undefined) tellBefore(file, before);
      if (from === undefined && before.done) return before.rejected > 0 ? 1 : 0;
      const writer = await openWriter({ url: flags.url, env });
      const bar = new Progress({
        title: `import ${basename(file)}`,
        unit: 'rows',
        output: process.stderr,
        now: Date.now,
      });
      let shown = 0;
      try {
        const reached = await importFile({
          file,
          mapping,
          start,
          from,
          progress,
          writer,
          onBatch: ({ row }, bytes) => bar.update(size > 0 ? bytes / size : 1, row),
          onRejected: (row, event, problem) => {
            if (++shown > SHOWN) return;
            bar.clear();
            process.stderr.write(`row ${row}: ${event.type}: ${problem}\n`);
          },
        });
        bar.clear();
        const { row, accepted, rejected } = reached;
        if (flags.json) process.stdout.write(`${JSON.stringify({ rows: row, accepted, rejected })}\n`);
        else process.stdout.write(`${row} rows, ${accepted} events accepted, ${rejected} rejected\n`);
        return rejected > 0 ? 1 : 0;
      } finally {
        bar.clear();
        await writer.close();
      }
    },
  };
}

function tellBefore(file: string, { row, accepted, rejected, done }: Reached): void {
  if (done) {
    process.stderr.write(
      `${file} was imported before: ${row} rows, ${accepted} events accepted, ${rejected} rejected; ` +
        'with --from 1 it is imported again\n',
    );
  } else if (row > 0) process.stderr.write(`going on behind row ${row}, where the last run stopped\n`);
}

function readMap(path: string): { mapping: RowMapping; expression: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new WeirError('wrong_usage', `reading the map: ${(error as Error).message}`);
  }
  const read = readRowMapping(path, text);
  if (!read.ok)
    throw new WeirError(
      'config_invalid',
      `the map cannot be used\n\n${formatProblems(read.problems, [{ path, text }])}`,
    );
  return read;
}

function fileSize(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile()) throw new WeirError('wrong_usage', `reading ${file}: there is no such file`);
  return stats.size;
}

async function dryRun(
  file: string,
  mapping: RowMapping,
  options: { from: number; start: Millis },
  json: boolean,
): Promise<number> {
  const types = new Map<string, number>();
  let rows = 0;
  for await (const { events } of mappedEvents(file, mapping, options)) {
    rows += 1;
    for (const event of events) {
      types.set(String(event.type), (types.get(String(event.type)) ?? 0) + 1);
      if (json || rows <= DRY_ROWS) process.stdout.write(`${JSON.stringify(event)}\n`);
    }
  }
  const counts = [...types].map(([type, count]) => `${count} ${type}`).join(', ');
  process.stderr.write(`dry run: ${rows} rows would give ${counts || 'no events'}\n`);
  return 0;
}
