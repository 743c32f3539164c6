/** The rows of a CSV or NDJSON file, read as a stream. */

import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import { WeirError } from '../../core/errors.ts';

export interface Row {
  /** Counts from 1, the header and blank lines left out. */
  readonly row: number;
  /** Texts for CSV, JSON values for NDJSON. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Bytes read from the file so far; somewhat ahead of the row. */
  readonly bytes: number;
}

/** @throws WeirError wrong_usage when the file is neither, or at the line that cannot be read */
export async function* rowsOf(path: string): AsyncGenerator<Row> {
  const kind = extname(path).toLowerCase();
  if (kind === '.csv') yield* csvRows(path);
  else if (kind === '.ndjson' || kind === '.jsonl') yield* jsonRows(path);
  else
    throw new WeirError(
      'wrong_usage',
      `reading ${path}: only .csv, .ndjson and .jsonl files can be imported`,
    );
}

async function* csvRows(path: string): AsyncGenerator<Row> {
  const file = createReadStream(path);
  const parser = parse({ columns: checkedHeader(path), bom: true, skip_empty_lines: true });
  file.on('error', (error) => parser.destroy(error));
  let row = 0;
  try {
    for await (const values of file.pipe(parser)) yield { row: ++row, values, bytes: file.bytesRead };
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    file.destroy();
  }
}

/** A column that stands twice would silently hide the first one. */
function checkedHeader(path: string): (names: string[]) => string[] {
  return (names) => {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new WeirError('wrong_usage', `reading ${path}: the column "${twice}" stands twice`);
    return names;
  };
}

async function* jsonRows(path: string): AsyncGenerator<Row> {
  const file = createReadStream(path);
  let row = 0;
  let line = 0;
  try {
    for await (const text of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
      line += 1;
      if (text.trim() === '') continue;
      yield { row: ++row, values: readObject(path, line, text), bytes: file.bytesRead };
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    file.destroy();
  }
}

function readObject(path: string, line: number, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line === 1 ? text.replace(/^\uFEFF/, '') : text);
  } catch (error) {
    throw new WeirError('wrong_usage', `reading ${path}: line ${line}: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WeirError('wrong_usage', `reading ${path}: line ${line} is not a JSON object`);
  return value as Record<string, unknown>;
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof WeirError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const problem = code === 'ENOENT' ? 'there is no such file' : message;
  return new WeirError('wrong_usage', `reading ${path}: ${problem}`, { cause: error });
}
