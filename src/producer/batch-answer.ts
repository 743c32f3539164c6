/** What weir answered to a batch: which events it refused and why, and whether to try again. */

import { WeirError } from '../core/errors.ts';
import type { Millis } from '../core/units.ts';

export interface BatchAnswer {
  /** By place in the batch. */
  readonly refused: ReadonlyMap<number, WeirError>;
  /** Why none of the others was taken; undefined where they were. */
  readonly failed?: WeirError | undefined;
  /** The same events may be sent again, this many milliseconds from now at the earliest. */
  readonly again?: { readonly after: Millis } | undefined;
}

interface Body {
  readonly title?: string;
  readonly detail?: string;
  readonly rejected?: readonly {
    readonly index: number;
    readonly id: string | null;
    readonly reason: string;
    readonly problem: string;
  }[];
}

/** @param retryAfter seconds, as the header has them */
export function answerOf(status: number, retryAfter: string | null, body: unknown): BatchAnswer {
  const { title = `answer ${status}`, detail, rejected = [] } = (body ?? {}) as Body;
  const told = `sending events: ${title}${detail === undefined ? '' : `. ${detail}`}`;
  const refused = new Map(
    rejected
      // its first copy stands in the same batch
      .filter(({ reason }) => reason !== 'duplicate_in_request')
      .map(({ index, id, reason, problem }) => {
        const error = new WeirError('event_refused', `sending event ${id ?? index}: ${problem}`, {
          context: { id, reason, problem },
        });
        return [index, error] as const;
      }),
  );
  if (status === 202 || (status === 400 && rejected.length > 0)) return { refused };
  if (status === 429 || status >= 500) {
    const failed = new WeirError('no_answer', `${told}; it is tried again`, { context: { status } });
    const seconds = Number(retryAfter ?? 0);
    return { refused, failed, again: { after: Number.isFinite(seconds) ? seconds * 1000 : 0 } };
  }
  const code = status === 401 || status === 403 ? 'not_allowed' : 'event_refused';
  return { refused, failed: new WeirError(code, told, { context: { status } }) };
}
