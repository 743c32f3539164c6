/** Which columns of a table a learner may read: the map whose target stands in the table's header. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from '../command-line.ts';

export interface TableMap {
  readonly name: string;
  readonly target: string;
  /** The text of the target that counts as the outcome. */
  readonly positive: string;
  /** Columns that give the answer away or identify the row. */
  readonly drop: readonly string[];
  /** Texts that mean missing, beside the empty one. */
  readonly missing: readonly string[];
  /** Columns whose numbers are names. */
  readonly texts: readonly string[];
}

const MAPS = join(import.meta.dirname, '../maps');

/** Maps of tables have a target; the others under bench/maps are for the import. */
export function tableMaps(folder = MAPS): TableMap[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({ name: basename(file, '.yaml'), ...parse(readFileSync(join(folder, file), 'utf8')) }))
    .filter((map) => 'target' in map) as TableMap[];
}

/** @throws UsageError when the header is of no known table, or lacks a column that the map names */
export function mapFor(file: string, header: readonly string[], maps = tableMaps()): TableMap {
  const map = maps.find(({ target }) => header.includes(target));
  if (map === undefined)
    throw new UsageError(
      `${file}: no known table: the header has none of the targets ${maps.map((each) => `"${each.target}" (${each.name})`).join(', ')}`,
    );
  const lacking = [...map.drop, ...map.texts].filter((column) => !header.includes(column));
  if (lacking.length > 0)
    throw new UsageError(
      `${file}: looks like ${map.name} by its target "${map.target}", but has no column "${lacking[0]}"`,
    );
  return map;
}
