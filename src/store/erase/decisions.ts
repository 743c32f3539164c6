/** Decisions and anomalies of somebody who is erased: the numbers stay, for counts of the past; whose they were goes. */

import { type Kysely, sql } from 'kysely';
import type { Decision } from '../../core/decision.ts';
import { compareEntryIds } from '../../core/entry.ts';
import type { Tables } from '../tables.ts';
import { affected, ERASED, type Erasure } from './erasure.ts';

export async function eraseDecisions(db: Kysely<Tables>, erasure: Erasure): Promise<number> {
  const { kind, id, place } = erasure;
  const rows = await db
    .selectFrom('decisions')
    .select(['partition', 'incarnation', 'seq', 'loss', 'decision'])
    .where('kind', '=', kind)
    .where('entity', '=', id)
    .execute();
  const last = place && `${place.ms}-${place.seq}`;
  const theirs = rows.filter(({ decision }) => {
    return last === undefined || compareEntryIds((decision as Decision).entry, last) <= 0;
  });
  if (theirs.length === 0) return 0;
  await sql`
    update decisions d set entity = ${ERASED}, cause = null, error = null, decision = r.decision
    from unnest(${theirs.map((row) => row.partition)}::int[], ${theirs.map((row) => row.incarnation)}::int[],
      ${theirs.map((row) => row.seq)}::bigint[], ${theirs.map((row) => row.loss)}::int[],
      ${theirs.map(({ decision }) => JSON.stringify(anonymous(decision as Decision)))}::json[])
      as r(partition, incarnation, seq, loss, decision)
    where d.partition = r.partition and d.incarnation = r.incarnation and d.seq = r.seq and d.loss = r.loss`.execute(
    db,
  );
  return theirs.length;
}

/** Values of rules are numbers, classes and names; the lines of a pick may quote features, and reasons do. */
function anonymous({ cause, value, old, error, ...decision }: Decision): Decision {
  return {
    ...decision,
    entity: ERASED,
    cause: 'event' in cause ? { event: '', type: cause.type } : cause,
    value: namesAlone(value),
    old: namesAlone(old),
    reasons: [],
    ...(error === undefined ? {} : { error: ERASED }),
  };
}

function namesAlone(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((line: unknown) => {
    if (typeof line !== 'object' || line === null) return line;
    const { name, severity } = line as { name?: unknown; severity?: unknown };
    return severity === undefined ? { name } : { name, severity };
  });
}

/** Those that their decisions opened; nothing will end one that is open. To be called after `eraseDecisions`. */
export function eraseAnomalies(db: Kysely<Tables>, { kind, id, at }: Erasure): Promise<number> {
  return affected(
    sql`
      update anomalies a set entity = ${ERASED}, line = '{}',
        resolved_at = coalesce(a.resolved_at, ${at ?? null}::timestamptz, a.updated_at)
      from decisions d
      where a.kind = ${kind} and a.entity = ${id} and d.entity = ${ERASED}
        and d.partition = a.partition and d.incarnation = a.incarnation and d.seq = a.seq`.execute(db),
  );
}
