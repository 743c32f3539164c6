/** What people did with anomalies, from the events that say so: so it is audited, and goes as it came when Redis loses it. */

import { type Kysely, sql } from 'kysely';
import type { Anomaly } from '../../core/history/anomaly.ts';
import { LONGEST_MUTE, mutedUntil } from '../../core/mute.ts';
import type { Millis } from '../../core/units.ts';
import type { Tables } from '../tables.ts';

type Row = Tables['anomalies'];

export interface Handling {
  readonly type: string;
  readonly time: Date;
  readonly kind: string;
  readonly entity: string;
  readonly data: {
    readonly rule: string;
    readonly name: string;
    readonly by: string;
    readonly until?: Millis;
    readonly comment?: string;
  };
}

/** Acknowledgements and mutes of the entities of these rows, oldest first. */
export async function readHandlings(db: Kysely<Tables>, rows: readonly Row[]): Promise<readonly Handling[]> {
  if (rows.length === 0) return [];
  // a mute may be older than the anomaly that it still covers
  const from = Math.min(...rows.map(({ opened_at }) => opened_at.getTime())) - LONGEST_MUTE;
  const found = await sql<Handling>`
    select e.type, e.time, e.kind, e.entity, e.data
    from (select distinct kind, entity
      from unnest(${rows.map(({ kind }) => kind)}::text[], ${rows.map(({ entity }) => entity)}::text[])
        as r(kind, entity)) r
    cross join lateral (
      select type, time, kind, entity, data, entry_ms, entry_seq, item from events
      where events.kind = r.kind and events.entity = r.entity and events.time >= ${new Date(from)}
        and events.type in ('anomaly.acknowledged', 'anomaly.muted') and events.loss = 0 and not events.repeated
    ) e
    order by e.time, e.entry_ms, e.entry_seq, e.item`.execute(db);
  return found.rows;
}

export function handledBy(row: Row, handlings: readonly Handling[]): Pick<Anomaly, 'acknowledged' | 'muted'> {
  let acknowledged: Anomaly['acknowledged'] = null;
  let muted: Anomaly['muted'] = null;
  const opened = row.opened_at.getTime();
  const resolved = row.resolved_at?.getTime() ?? Number.POSITIVE_INFINITY;
  for (const { type, time, kind, entity, data } of handlings) {
    if (kind !== row.kind || entity !== row.entity || data.rule !== row.rule || data.name !== row.name)
      continue;
    const at = time.getTime();
    const { by, comment = null } = data;
    if (at > resolved) continue;
    if (type === 'anomaly.acknowledged') {
      if (at >= opened) acknowledged = { by, at, comment };
      continue;
    }
    const until = mutedUntil(at, data.until);
    if (until > opened) muted = { by, until, comment };
  }
  return { acknowledged, muted };
}
