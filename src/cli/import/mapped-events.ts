/** The events of a file: each row through the mapping, with an id and a time that are the same at every run. */

import { basename } from 'node:path';
import { WeirError } from '../../core/errors.ts';
import { type Millis, SECOND } from '../../core/units.ts';
import type { RowMapping } from '../../rules/row-mapping.ts';
import { rowsOf } from './rows.ts';

export interface MappedRow {
  readonly row: number;
  readonly events: readonly Record<string, unknown>[];
  readonly bytes: number;
}

export interface MappingOptions {
  /** First row to map; rows before it are only counted. */
  readonly from: number;
  /** Time of row 0; row n lies n seconds later. */
  readonly start: Millis;
}

/**
 * An event that the mapping gives no id gets `<file>:<row>`, or `<file>:<row>:<n>` (n from 1) where a row gives
 * several; without a time it gets the start plus the row number in seconds.
 */
export async function* mappedEvents(
  path: string,
  mapping: RowMapping,
  { from, start }: MappingOptions,
): AsyncGenerator<MappedRow> {
  const file = basename(path);
  for await (const { row, values, bytes } of rowsOf(path)) {
    if (row < from) continue;
    const mapped = await mapping(values, { row, file, start }).catch((error: { message?: string }) => {
      const problem = error.message ?? String(error);
      throw new WeirError('expression_failed', `mapping row ${row} of ${file}: ${problem}`, { cause: error });
    });
    const time = start + row * SECOND;
    const events = mapped.map((event, index) => ({
      id: mapped.length === 1 ? `${file}:${row}` : `${file}:${row}:${index + 1}`,
      time,
      ...event,
    }));
    yield { row, events, bytes };
  }
}
