/** The decisions of a rule in a span of time, page by page: what reports are recounted from. */

import type { Kysely } from 'kysely';
import type { Decision } from '../../core/decision.ts';
import type { Span } from '../../core/history/decision-query.ts';
import type { Tables } from '../tables.ts';

/** The last row of a page. */
export interface Reached {
  readonly time: Date;
  readonly partition: number;
  readonly outbox_ms: number;
  readonly outbox_seq: number;
}

const ROWS = 5000;

/** The next decisions of a rule in a span; `reached` is absent at its end. */
export async function readSpan(
  db: Kysely<Tables>,
  rule: string,
  span: Span,
  after: Reached | undefined,
  mode: Decision['mode'] = 'live',
): Promise<{ decisions: Decision[]; reached: Reached | undefined }> {
  const rows = await inSpan(db, rule, span, mode)
    .select(['time', 'partition', 'outbox_ms', 'outbox_seq', 'decision'])
    .$if(after !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) => {
        const { time, partition, outbox_ms, outbox_seq } = after as Reached;
        return eb(
          refTuple('time', 'outbox_ms', 'outbox_seq', 'partition'),
          '>',
          tuple(time, outbox_ms, outbox_seq, partition),
        );
      }),
    )
    .orderBy('time')
    .orderBy('outbox_ms')
    .orderBy('outbox_seq')
    .orderBy('partition')
    .limit(ROWS)
    .execute();
  const reached = rows.length === ROWS ? (rows.at(-1) as Reached) : undefined;
  return { decisions: rows.map(({ decision }) => decision as Decision), reached };
}

function inSpan(db: Kysely<Tables>, rule: string, { from, to }: Span, mode: Decision['mode']) {
  return db
    .selectFrom('decisions')
    .where('loss', '=', 0)
    .where('mode', '=', mode)
    .where('error', 'is', null)
    .where('rule', '=', rule)
    .where('time', '>=', new Date(from))
    .where('time', '<', new Date(to));
}
