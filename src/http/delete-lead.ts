/** DELETE of an entity: the request goes into its log, where it takes effect; or, with dry_run, what it would remove. */

import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { MINUTE } from '../core/units.ts';
import { writeEvents } from '../processor/write-events.ts';
import { callerOf } from './access.ts';
import type { AppOptions } from './app.ts';
import { iso } from './history-answer.ts';
import { problem } from './problem.ts';
import { Query } from './query.ts';

/** Streams are trimmed, and bytes in the history forgotten, within so much of their time. */
const SLACK = 2 * MINUTE;

export async function deleteEntity(
  c: Context,
  options: AppOptions,
  kind: string,
  id: string,
): Promise<Response> {
  const { plan, logs, clock, retention } = options;
  const query = new Query(c.req.query(), clock.now());
  const dry = query.flag('dry_run') ?? false;
  const refused = query.problem();
  if (refused) return problem(c, refused);
  const key = plan().kindOf.get(kind)?.key[0];
  if (key === undefined)
    return problem(c, { slug: 'not-found', status: 404, title: `There is no kind ${kind}` });
  // the rest of what holds the person's events forgets them by itself
  const gone = { gone_by: iso(clock.now() + retention + SLACK) };
  if (dry) return c.json({ kind, id, dry_run: true, would_remove: await counts(options, kind, id), ...gone });
  const event = randomUUID();
  const requested_by = callerOf(c).name;
  const data = { [key]: id, requested_by };
  const text = JSON.stringify({ id: event, source: 'weir', type: `${kind}.erased`, data });
  const { accepted, rejected } = await writeEvents([text], plan().events, logs, clock.now());
  if (accepted === 1) return c.json({ kind, id, event_id: event, requested_by, ...gone }, 202);
  const { reason = 'bad-id', problem: title = 'The request is refused' } = rejected[0] ?? {};
  return problem(c, { slug: reason.replaceAll('_', '-'), status: 400, title });
}

/** Rows by where they are; history is null where none is kept. */
async function counts({ readEntity, tryErasing }: AppOptions, kind: string, id: string) {
  const [stored, history] = await Promise.all([readEntity(kind, id), tryErasing?.(kind, id)]);
  const { entity } = stored ?? {};
  return {
    state: {
      entities: entity === undefined ? 0 : 1,
      personal_fields: Object.keys(entity?.person ?? {}).length,
      last_decisions: stored?.decided.size ?? 0,
    },
    history: history ?? null,
  };
}
