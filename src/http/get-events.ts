/** What became of an event: received, processed, late or dead, and the decisions it caused. */

import type { Context } from 'hono';
import type { AppOptions } from './app.ts';
import { decisionAnswer } from './get-decisions.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { problem } from './problem.ts';
import { Query } from './query.ts';

export async function answerEvent(c: Context, options: AppOptions, id: string): Promise<Response> {
  const query = new Query(c.req.query(), options.clock.now());
  const source = query.text('source');
  const refused = query.problem();
  if (refused) return problem(c, refused);
  const { history } = options;
  if (!history) return noHistory(c);
  const standing = await asOf(options, history);
  const trace = await history.event(id, source);
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
}
