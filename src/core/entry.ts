/** An entry: one element of a Redis stream, before decoding. */

import type { Millis } from './units.ts';

/** `<milliseconds>-<sequence>`, as Redis writes it. */
export type EntryId = string;

/** Fields of a partition log entry; see docs/architecture.md, "Entry". Exactly one of d, f, b is present. */
export interface Entry {
  readonly id: EntryId;
  /** One JSON event or a JSON array of events; also the control entries `tick`, `rules.activated` and `history.imported`. */
  readonly d?: string;
  /** The same, but every value came as text (flat fields at the intake) and is converted by the schema. */
  readonly f?: string;
  /** Base64 of bytes that are not UTF-8: always a dead letter. */
  readonly b?: string;
  /** Written by the intake: `<intake entry id>.<index>` of each event, comma-separated. */
  readonly m?: string;
}

export function entryMillis(id: EntryId): Millis {
  return Number(id.slice(0, id.indexOf('-')));
}

/** Negative, zero or positive as a is before, equal to or after b. */
export function compareEntryIds(a: EntryId, b: EntryId): number {
  const dashA = a.indexOf('-');
  const dashB = b.indexOf('-');
  return (
    Number(a.slice(0, dashA)) - Number(b.slice(0, dashB)) ||
    Number(a.slice(dashA + 1)) - Number(b.slice(dashB + 1))
  );
}
