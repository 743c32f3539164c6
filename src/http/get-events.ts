/** What became of an event: received, processed, late or dead, and the decisions it caused. */

import Type from 'typebox';
import { DECISION, FREE, STANDING, TIME } from './answer-schemas.ts';
import { decisionAnswer } from './get-decisions.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { text } from './parameter.ts';
import { problem } from './problem.ts';
import { route } from './route.ts';

const TRACE = Type.Object({
  status: Type.Enum(['processed', 'late', 'dead', 'orphaned']),
  events: Type.Array(FREE, { description: 'Each time it stood in a log' }),
  dead: Type.Array(Type.Object({ id: Type.String(), reason: Type.String(), problem: Type.String() })),
  late: Type.Array(Type.Object({ time: TIME, stream_time: TIME })),
  decisions: Type.Array(DECISION),
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
    const trace = await history.event(params.id as string, query.source);
    if (!trace)
      return problem(c, {
        slug: 'not-found',
        status: 404,
        title: 'The history has no such event',
        detail: 'It may not have arrived, or not be written yet; ids are those that producers give',
      });
    return c.json({
      status: trace.status,
      events: trace.events.map(({ time, ...event }) => ({ ...event, time: iso(time) })),
      dead: trace.dead,
      late: trace.late.map(({ time, streamTime }) => ({ time: iso(time), stream_time: iso(streamTime) })),
      decisions: trace.decisions.map(decisionAnswer),
      ...standing,
    });
  },
});
