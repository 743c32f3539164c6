/** The audit trail, newest first. */

import type { Kysely } from 'kysely';
import type { AuditQuery, AuditRecord } from '../../core/history/audit-record.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import type { Tables } from '../tables.ts';

export async function readAudit(db: Kysely<Tables>, asked: AuditQuery): Promise<Page<AuditRecord>> {
  const { by, action, since, until, after, limit } = asked;
  let query = db.selectFrom('audit').selectAll();
  if (by !== undefined) query = query.where('actor', '=', by);
  if (action !== undefined) query = query.where('action', '=', action);
  if (since !== undefined) query = query.where('at', '>=', new Date(since));
  if (until !== undefined) query = query.where('at', '<', new Date(until));
  if (after !== undefined) {
    const [at, id] = readCursor(after, ['number', 'string']) as [number, string];
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('at', 'id'), '<', tuple(new Date(at), UUID.test(id) ? id : NO_ID)),
    );
  }
  const found = await query
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(
    found,
    limit,
    ({ actor, at, detail, ...rest }) => ({
      ...rest,
      by: actor,
      at: at.getTime(),
      detail: detail as AuditRecord['detail'],
    }),
    (row) => [row.at.getTime(), row.id],
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NO_ID = '00000000-0000-0000-0000-000000000000';
