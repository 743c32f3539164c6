/** Carries the audit trail from Redis into Postgres, for as long as the house stands. */

import type { AuditRecord } from '../core/history/audit-record.ts';
import type { Clock } from '../core/ports.ts';
import { SECOND } from '../core/units.ts';
import type { AuditTrail } from '../processor/audit-trail.ts';

const AT_ONCE = 500;

/** While either of them is away it waits: the trail stays in Redis. */
export async function drainAudit(
  trail: AuditTrail,
  take: (records: readonly AuditRecord[]) => Promise<void>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const taken = await trail.drain(take, AT_ONCE).catch(() => 0);
    if (taken < AT_ONCE) await clock.sleep(SECOND, signal);
  }
}
