/** An erasure as the history carries it out: whom it is about, and how far back from where. */

import { type RawBuilder, sql } from 'kysely';

export interface Erasure {
  readonly kind: string;
  readonly id: string;
  /** The place of the request; absent: whatever there is. */
  readonly place?: { readonly partition: number; readonly ms: number; readonly seq: number } | undefined;
  /** Event time of the request. */
  readonly at?: Date | undefined;
}

export const ERASED = '[erased]';

/** Rows that come from entries before the request. In other logs only the time of the entry can be compared. */
export function before({ place }: Erasure, partition?: RawBuilder<unknown>): RawBuilder<unknown> {
  if (place === undefined) return sql`true`;
  const { ms, seq } = place;
  const inLog = sql`(entry_ms, entry_seq) <= (${ms}, ${seq})`;
  return partition === undefined
    ? inLog
    : sql`case when ${partition} = ${place.partition} then ${inLog} else entry_ms <= ${ms} end`;
}

/** Entities that were read before the request had been applied. */
export function sooner({ place }: Erasure): RawBuilder<unknown> {
  return place === undefined ? sql`true` : sql`(entry_ms, entry_seq) < (${place.ms}, ${place.seq})`;
}

/** Events from before the request, or older than it. */
export function older(erasure: Erasure, time: string): RawBuilder<unknown> {
  const early = before(erasure, sql`partition`);
  return erasure.at === undefined ? early : sql`(${early} or ${sql.ref(time)} <= ${erasure.at})`;
}

export async function affected(result: Promise<{ numAffectedRows?: bigint }>): Promise<number> {
  return Number((await result).numAffectedRows ?? 0);
}
