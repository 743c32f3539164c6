/** Kept reports lose the rows of somebody who is erased; their totals stay as they were. */

import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';
import type { Erasure } from './erasure.ts';
import { inJson } from './named.ts';

export async function eraseReports(db: Kysely<Tables>, { kind, id }: Erasure): Promise<number> {
  const { rows } = await sql<{ name: string; at: Date; document: unknown }>`
    select name, at, document from report_snapshots
    where position(${`"${inJson(id)}"`} in document::text) > 0`.execute(db);
  let changed = 0;
  for (const { name, at, document } of rows) {
    const text = JSON.stringify(without(document, `${kind}_id`, id));
    if (text === JSON.stringify(document)) continue;
    changed += 1;
    await db
      .updateTable('report_snapshots')
      .set({ document: text })
      .where('name', '=', name)
      .where('at', '=', at)
      .execute();
  }
  return changed;
}

/** The same without the elements of lists that are the id, or have it. */
function without(value: unknown, field: string, id: string): unknown {
  if (Array.isArray(value))
    return value.filter((row) => !isAbout(row, field, id)).map((row) => without(row, field, id));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name, inner]) => !(name === field && inner === id));
  return Object.fromEntries(entries.map(([name, inner]) => [name, without(inner, field, id)]));
}

function isAbout(row: unknown, field: string, id: string): boolean {
  if (row === id) return true;
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return false;
  return (row as Record<string, unknown>)[field] === id;
}
