/** DELETE of an entity: the request goes into its log, where it takes effect; or, with dry_run, what it would remove. */

import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { MINUTE } from '../core/units.ts';
import { writeEvents } from '../processor/write-events.ts';
import { FREE } from './answer-schemas.ts';
import type { AppOptions } from './app.ts';
import { iso } from './history-answer.ts';
import { flag } from './parameter.ts';
import { problem } from './problem.ts';
import { route } from './route.ts';

/** Streams are trimmed, and bytes in the history forgotten, within so much of their time. */
const SLACK = 2 * MINUTE;

const ERASED = Type.Object({
  kind: Type.String(),
  id: Type.String(),
  dry_run: Type.Optional(Type.Boolean()),
  would_remove: Type.Optional(FREE),
  event_id: Type.Optional(Type.String()),
  requested_by: Type.Optional(Type.String()),
  gone_by: Type.String({ format: 'date-time', description: 'When the last copy goes' }),
});

/** Of leads alone: nobody else is a person. */
const KIND = 'lead';

export const deleteLeadRoute = route({
  method: 'DELETE',
  path: '/v1/leads/{id*}',
  tag: 'Leads',
  summary: 'Erases a person',
  permission: 'administer',
  changes: true,
  query: { dry_run: flag('true: removes nothing and counts what it would') },
  answers: {
    200: { description: 'What would be removed', schema: ERASED },
    202: { description: 'The request is in the log', schema: ERASED },
  },
  answer: async (c, options, { params, query, caller }) => {
    const { plan, logs, clock, retention } = options;
    const id = params.id as string;
    const key = plan().kindOf.get(KIND)?.key[0];
    if (key === undefined)
      return problem(c, { slug: 'not-found', status: 404, title: `There is no kind ${KIND}` });
    // the rest of what holds the person's events forgets them by itself
    const gone = { gone_by: iso(clock.now() + retention + SLACK) };
    if (query.dry_run) {
      const would_remove = await counts(options, KIND, id);
      return c.json({ kind: KIND, id, dry_run: true, would_remove, ...gone });
    }
    const event = randomUUID();
    const requested_by = caller.name;
    const data = { [key]: id, requested_by };
    const text = JSON.stringify({ id: event, source: 'weir', type: `${KIND}.erased`, data });
    const { accepted, rejected } = await writeEvents([text], plan().events, logs, clock.now());
    if (accepted === 1) return c.json({ kind: KIND, id, event_id: event, requested_by, ...gone }, 202);
    const { reason = 'bad-id', problem: title = 'The request is refused' } = rejected[0] ?? {};
    return problem(c, { slug: reason.replaceAll('_', '-'), status: 400, title });
  },
});

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
