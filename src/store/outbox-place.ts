/** An entry id as the two numbers that order it. */

import type { EntryId } from '../core/entry.ts';

export function outboxPlace(id: EntryId): { readonly ms: number; readonly seq: number } {
  const dash = id.indexOf('-');
  return { ms: Number(id.slice(0, dash)), seq: Number(id.slice(dash + 1)) };
}
