/** `weir import`: events from the rows of a CSV or NDJSON file, by a map. */

import { readFileSync, rmSync, statSync } from 'node:fs';
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
import { fromHistory } from './from-history.ts';
import { importFile } from './import-file.ts';
import { ImportProgress, type Reached } from './import-progress.ts';
import { mappedEvents } from './mapped-events.ts';
import { sortedFile } from './sorted-file.ts';
import { usualRow } from './usual-row.ts';

const DEFAULT_START: Millis = Date.UTC(2026, 0, 5);
/** So many refused events are shown one by one; all are counted. */
const SHOWN = 5;
const DRY_ROWS = 3;

const FLAGS = {
  'from-history': { type: 'boolean' },
  since: { type: 'string' },
  map: { type: 'string' },
  sort: { type: 'boolean' },
  from: { type: 'string' },
  start: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

const USAGE = `weir import FILE.csv|FILE.ndjson [--map MAP.yaml] [--sort] [--from ROW] [--start TIME] [--dry-run]
weir import --from-history [postgres://…] [--since 90d|TIME]

  --map MAP.yaml  events: a JSONata expression from a row to an event or a list of events;
                  it may use $row, $file, $start and $spread_micros(total, parts).
                  Without it a row is an event, or has the columns of the table campaign_events
  --sort          bring the events into the order of their times first
  --from ROW      begin at this row, whatever an earlier run reached
  --start TIME    time of row 0, row n lies n seconds later (default 2026-01-05T00:00:00Z)
  --dry-run       write nothing: show the events of the first rows (all with --json) and count all

  --from-history  a fresh deployment learns from what a history kept: that of DATABASE_URL, or another
  --since 90d     only what happened since then, and what campaigns were before

What is imported is the past: no subscription and no connector is told of it, and no action is proposed.
An import that was interrupted goes on where it stopped: just run it again.

  weir import clicks.csv --map clicks.yaml --dry-run
  weir import clicks.csv --map clicks.yaml
  weir import --from-history --since 90d`;

export function importVerb(openWriter: OpenWriter): Verb {
  return {
    usage: USAGE,
    async run(args, env) {
      const { flags, words } = readArguments(args, FLAGS, { least: 0, most: 1, what: 'the FILE to import' });
      if (flags['from-history']) return fromHistory(words[0], flags, env);
      if (flags.since !== undefined) throw new WeirError('wrong_usage', '--since needs --from-history');
      const [file] = words;
      if (file === undefined) throw new WeirError('wrong_usage', 'the FILE to import is missing');
      const from = wholeNumber('from', flags.from, 1);
      const start = flags.start === undefined ? DEFAULT_START : parseInstant(flags.start);
      if (start === undefined) throw new WeirError('wrong_usage', `--start: "${flags.start}" is not a time`);
      const { mapping, expression } =
        flags.map === undefined ? { mapping: usualRow, expression: '' } : readMap(flags.map);
      if (flags['dry-run']) return dryRun(file, mapping, { from: from ?? 1, start }, flags.json === true);

      const size = fileSize(file);
      const { data } = readEnvironment(env);
      const identity = [size, expression, start, ...(flags.sort ? ['sorted'] : [])];
      const progress = new ImportProgress(data, file, identity);
      const before = progress.read();
      if (from === undefined) tellBefore(file, before);
      if (from === undefined && before.done) return before.rejected > 0 ? 1 : 0;
      const ordered = flags.sort
        ? { file: await sorted(file, mapping, { start, size, folder: progress.folder }), mapping: usualRow }
        : { file, mapping };
      const total = fileSize(ordered.file);
      const writer = await openWriter({ url: flags.url, env });
      const bar = barOf('import', file);
      let shown = 0;
      try {
        const reached = await importFile({
          ...ordered,
          start,
          from,
          progress,
          writer,
          onBatch: ({ row }, bytes) => bar.update(total > 0 ? bytes / total : 1, row),
          onRejected: (row, event, problem) => {
            if (++shown > SHOWN) return;
            bar.clear();
            process.stderr.write(`row ${row}: ${event.type}: ${problem}\n`);
          },
        });
        bar.clear();
        const { row, accepted, rejected } = reached;
        if (flags.sort) rmSync(progress.folder, { recursive: true, force: true });
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

function barOf(doing: string, file: string): Progress {
  const title = `${doing} ${basename(file)}`;
  return new Progress({ title, unit: 'rows', output: process.stderr, now: Date.now });
}

/** The events of the file in the order of their times, as a file that is kept until all of it is imported. */
async function sorted(
  file: string,
  mapping: RowMapping,
  { start, size, folder }: { start: Millis; size: number; folder: string },
): Promise<string> {
  const bar = barOf('sort', file);
  try {
    return await sortedFile(mappedEvents(file, mapping, { from: 1, start }), folder, ({ row, bytes }) =>
      bar.update(size > 0 ? bytes / size : 1, row),
    );
  } finally {
    bar.clear();
  }
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
