/** CSV files of one header as inputs and outcomes. */

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { InputValue } from '../../src/models/learned/learner.ts';
import { UsageError } from '../command-line.ts';
import { mapFor, type TableMap } from './table-map.ts';

export interface Table {
  readonly map: TableMap;
  /** Columns that may be read. */
  readonly inputs: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly values: readonly InputValue[];
  readonly outcome: boolean;
}

/** @throws UsageError for a file that is no such table, or another one than the first */
export function readTable(files: readonly string[], expected?: TableMap): Table {
  let first: Omit<Table, 'rows'> | undefined;
  const rows: TableRow[] = [];
  for (const file of files) {
    const records = recordsOf(file);
    const header = records[0] ?? [];
    const map = mapFor(file, header);
    const inputs = header.filter((column) => column !== map.target && !map.drop.includes(column));
    first ??= { map, inputs };
    const wanted = expected ?? first.map;
    if (map.name !== wanted.name || inputs.join() !== first.inputs.join())
      throw new UsageError(`${file}: give tables of one header, not ${wanted.name} and ${map.name}`);
    const target = header.indexOf(map.target);
    const places = inputs.map((column) => header.indexOf(column));
    for (const record of records.slice(1))
      rows.push({
        values: places.map((at, i) => cellOf(map, inputs[i] as string, record[at] as string)),
        outcome: record[target] === map.positive,
      });
  }
  if (first === undefined) throw new UsageError('leads needs --train FILE');
  return { ...first, rows };
}

function recordsOf(file: string): string[][] {
  try {
    return parse(readFileSync(file, 'utf8'), { bom: true, skip_empty_lines: true });
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}

function cellOf(map: TableMap, column: string, text: string): InputValue {
  if (text === '' || map.missing.includes(text)) return undefined;
  const number = map.texts.includes(column) ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : text;
}
