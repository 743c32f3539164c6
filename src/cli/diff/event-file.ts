/** A file of events as a log: one JSON event a line, as producers send them, in the order in which they came. */

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { WeirError } from '../../core/errors.ts';
import type { KeptLog, KeptLogEntry } from '../../core/history/kept-log.ts';
import type { EventCatalogue } from '../../rules/event-catalogue.ts';
import { decode } from '../../step/decode.ts';
import { partitionOfEvent } from '../../step/route.ts';

export interface EventFile extends KeptLog {
  /** Why lines were left out, the first few. */
  readonly problems: readonly string[];
}

const LINES_AT_ONCE = 1_000;
const MOST_PROBLEMS = 20;

/** @throws WeirError wrong_usage when there is no such file */
export async function openEventFile(
  path: string,
  catalogue: EventCatalogue,
  partitions: number,
): Promise<EventFile> {
  let lines = 0;
  let newest = '';
  for await (const text of linesOf(path)) {
    lines += 1;
    if (text.trim() !== '') newest = text;
  }
  const end = newest === '' ? undefined : entryOf(newest, lines, catalogue, partitions);
  const ends = typeof end === 'object' ? end.time : Number.NaN;
  const problems: string[] = [];
  async function* entries(types: ReadonlySet<string>): AsyncGenerator<readonly KeptLogEntry[]> {
    let read: KeptLogEntry[] = [];
    let line = 0;
    for await (const text of linesOf(path)) {
      line += 1;
      if (text.trim() === '') continue;
      const entry = entryOf(text, line, catalogue, partitions);
      if (typeof entry !== 'string') read.push(types.has(entry.type) ? entry : { ...entry, data: undefined });
      else if (problems.length < MOST_PROBLEMS) problems.push(`${path}:${line}: ${entry}`);
      if (read.length < LINES_AT_ONCE) continue;
      yield read;
      read = [];
    }
    yield read;
  }
  return { span: lines === 0 ? undefined : { from: 0, to: lines, ends }, entries, problems };
}

async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new WeirError('wrong_usage', `reading ${path}: ${(error as Error).message}`);
  }
}

/** The entry is numbered by its line; why it cannot be one, else. */
function entryOf(
  text: string,
  line: number,
  catalogue: EventCatalogue,
  partitions: number,
): KeptLogEntry | string {
  const place = { ms: line, seq: 0, item: 0 };
  const [item] = decode({ id: `${line}-0`, d: text }, catalogue, { clock: 'log' });
  if (item?.kind === 'dead') return item.letter.problem;
  if (item?.kind !== 'event') return 'a line is one event';
  const { id, source, type, time, data } = item.event;
  if (time === line) return 'an event of a file needs its time';
  const partition = partitionOfEvent(type, data, catalogue, partitions) ?? 0;
  return { ...place, partition, time, type, source, id, data };
}
