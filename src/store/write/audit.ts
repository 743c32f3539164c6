/** The audit trail goes in, each record once whatever is repeated. */

import type { AuditRecord } from '../../core/history/audit-record.ts';
import type { Database } from '../database.ts';

export function writeAudit(database: Database, records: readonly AuditRecord[]): Promise<void> {
  return database.ask('writing the audit trail', async (db) => {
    await db
      .insertInto('audit')
      .values(
        records.map(({ by, at, detail, ...rest }) => ({
          ...rest,
          actor: by,
          at: new Date(at),
          detail: JSON.stringify(detail),
        })),
      )
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  });
}
