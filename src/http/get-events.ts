/** What became of an event: received, processed, late or dead, and the decisions it caused. */

import Type from 'typebox';
import type { EventTrace, KeptEvent } from '../core/history/event-trace.ts';
import { touchedBy } from '../rules/rule-graph.ts';
import { decode } from '../step/decode.ts';
import { loggedEvents } from '../step/logged-events.ts';
import { DECISION, FREE, STANDING, TIME } from './answer-schemas.ts';
import type { AppOptions } from './app.ts';
import { decisionAnswer } from './get-decisions.ts';
import { TOUCHED } from './get-event-types.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { text } from './parameter.ts';
import { problem } from './problem.ts';
import { route } from './route.ts';

const TRACE = Type.Object({
  status: Type.Enum(['received', 'processed', 'late', 'dead', 'orphaned'], {
    description: 'received: it stands in a log, and the history does not have it yet',
  }),
  events: Type.Array(FREE, { description: 'Each time it stood in a log' }),
  dead: Type.Array(Type.Object({ id: Type.String(), reason: Type.String(), problem: Type.String() })),
  late: Type.Array(Type.Object({ time: TIME, stream_time: TIME })),
  decisions: Type.Array(DECISION),
  ...TOUCHED,
  ...STANDING,
});

export const eventRoute = route({
  method: 'GET',
  path: '/v1/events/{id}',
  tag: 'Events',
  summary: 'What became of an event, and the decisions it caused',
  permission: 'read',
  query: { source: text('Who sent it, where two sources use the same id') },
  answers: { 200: { description: 'Where it stood in the logs', schema: TRACE } },
  problems: { 404: ['not-found', 'no-history'] },
  answer: async (c, options, { params, query }) => {
    const { history } = options;
    if (!history) return noHistory(c);
    const standing = await asOf(options, history);
    const id = params.id as string;
    const trace = (await history.event(id, query.source)) ?? (await received(options, id, query.source));
    if (!trace)
      return problem(c, {
        slug: 'not-found',
        status: 404,
        title: 'The history has no such event',
        detail: 'It has not arrived, or is older than what is kept; ids are those that producers give',
      });
    return c.json({
      status: trace.status,
      events: trace.events.map(({ time, ...event }) => ({ ...event, time: iso(time) })),
      dead: trace.dead,
      late: trace.late.map(({ time, streamTime }) => ({ time: iso(time), stream_time: iso(streamTime) })),
      decisions: trace.decisions.map(decisionAnswer),
      ...touchedBy(options.plan(), trace.events[0]?.type ?? ''),
      ...standing,
    });
  },
});

/** So many entries of each log are looked through for what the history does not have yet. */
const NEWEST = 100;

/** An event that came a moment ago; undefined where the last entries do not have it either. */
async function received(
  { feed, plan }: Pick<AppOptions, 'feed' | 'plan'>,
  id: string,
  source: string | undefined,
): Promise<(Omit<EventTrace, 'status'> & { status: 'received' }) | undefined> {
  const now = plan();
  const events = ((await feed?.newest(NEWEST)) ?? []).flatMap(({ partition, entry }) => {
    if (entry.d !== undefined && !entry.d.includes(JSON.stringify(id).slice(1, -1))) return [];
    const items = decode(entry, now.events, { clock: 'log' }).filter(
      (item) =>
        item.kind === 'event' &&
        item.event.id === id &&
        (source === undefined || item.event.source === source),
    );
    return loggedEvents(now, entry, items).map(
      (event): KeptEvent => ({
        ...event,
        partition,
        entry: entry.id,
        repeated: false,
        orphaned: false,
      }),
    );
  });
  return events.length === 0 ? undefined : { status: 'received', events, dead: [], late: [], decisions: [] };
}
