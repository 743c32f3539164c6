/** Pages of long lists: rows in a stable order, and where the next page begins. */

import { WeirError } from '../errors.ts';

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** To be given as `after` for the next page; absent at the end of the list. */
  readonly next?: string;
}

export interface PageQuery {
  /** The `next` of the page before. */
  readonly after?: string;
  /** 1 to 200. */
  readonly limit: number;
}

/** Where a list was left: the values it is ordered by, of its last row. */
export type Cursor = readonly (string | number)[];

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/**
 * @param shape the types of its values, in order
 * @throws WeirError wrong_usage when it is none of this list's
 */
export function readCursor(text: string, shape: readonly ('string' | 'number')[]): Cursor {
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
    if (Array.isArray(cursor) && cursor.length === shape.length) {
      const fits = cursor.every((value, i) => typeof value === shape[i] && fitsColumn(value));
      if (fits) return cursor as Cursor;
    }
  } catch {
    // said below
  }
  throw new WeirError('wrong_usage', 'reading a list: `after` is not the `next` of one of its pages');
}

/** A number that no column holds, or a text with U+0000, would be an error of the database. */
function fitsColumn(value: unknown): boolean {
  return typeof value === 'number'
    ? Number.isFinite(value)
    : !(value as string).includes('\0') && (value as string).isWellFormed();
}

/** The rows of a page from one row more than it holds. */
export function pageOf<Found, Row>(
  found: readonly Found[],
  limit: number,
  row: (found: Found) => Row,
  cursor: (last: Found) => Cursor,
): Page<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const more = found.length > limit && last !== undefined;
  return { rows: rows.map(row), ...(more ? { next: writeCursor(cursor(last)) } : {}) };
}
