/** Acknowledging and muting an anomaly: an event in the log of its partition, which says who, until when and why. */

import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { entityKey } from '../core/entity-key.ts';
import type { Anomaly } from '../core/history/anomaly.ts';
import { parseDecisionId } from '../core/history.ts';
import { INSTANT_RULE, parseInstant } from '../core/instant.ts';
import { LONGEST_MUTE, mutedUntil } from '../core/mute.ts';
import { DAY, type Millis, parseDuration } from '../core/units.ts';
import { FREE } from './answer-schemas.ts';
import { iso, noHistory } from './history-answer.ts';
import { type Problem, problem } from './problem.ts';
import { route } from './route.ts';

type Deed = 'acknowledge' | 'mute';

const LARGEST_DEED = 16 * 1024;
const COMMENT = Type.Optional(Type.String({ maxLength: 2_000 }));
const BODIES = {
  acknowledge: Type.Object({ comment: COMMENT }, { additionalProperties: false }),
  mute: Type.Object(
    {
      until: Type.Optional(
        Type.Unknown({ description: 'A time or a duration such as 4h; a day where it is absent' }),
      ),
      comment: COMMENT,
    },
    { additionalProperties: false },
  ),
};

export const deedRoutes = (['acknowledge', 'mute'] as const).map((deed) =>
  route({
    method: 'POST',
    path: `/v1/anomalies/{decision}/{name}/${deed}`,
    label: '/v1/anomalies/{id}',
    tag: 'Anomalies',
    summary: deed === 'mute' ? 'Nobody is to be told of it for a while' : 'Somebody knows of it',
    permission: 'operate',
    changes: true,
    body: {
      description: 'Why, and until when',
      types: ['application/json'],
      most: LARGEST_DEED,
      schema: BODIES[deed],
    },
    answers: { 202: { description: 'The event that says so', schema: FREE } },
    problems: { 404: ['not-found', 'no-history'], 409: ['resolved'] },
    answer: async (c, options, { params, body, caller }) => {
      const { history } = options;
      if (!history) return noHistory(c);
      const opened = parseDecisionId(params.decision as string);
      const anomaly = opened && (await history.anomaly(opened, params.name as string));
      const log = opened && options.logs[opened.partition];
      if (!anomaly || !log)
        return problem(c, {
          slug: 'not-found',
          status: 404,
          title: 'No such anomaly',
          detail: 'GET /v1/anomalies has their ids',
        });
      if (anomaly.resolved !== null)
        return problem(c, {
          slug: 'resolved',
          status: 409,
          title: 'The anomaly is over',
          detail: `It was resolved at ${iso(anomaly.resolved)}`,
        });
      // by the time of the partition: there the mute begins and ends
      const time =
        (await options.readEntity(anomaly.kind, anomaly.entity))?.streamTime ?? options.clock.now();
      const asked = readDeed(body ?? {}, time);
      if ('slug' in asked) return problem(c, asked);
      const event = eventOf(anomaly, deed, time, caller.name, asked);
      await log.append({ d: JSON.stringify(event) });
      return c.json(event, 202);
    },
  }),
);

interface Asked {
  readonly until?: Millis;
  readonly comment?: string;
}

function eventOf(anomaly: Anomaly, deed: Deed, time: Millis, by: string, { until, comment }: Asked) {
  const { rule, name, kind, entity } = anomaly;
  return {
    id: randomUUID(),
    source: '/v1/anomalies',
    type: deed === 'mute' ? 'anomaly.muted' : 'anomaly.acknowledged',
    time: iso(time),
    data: {
      rule,
      name,
      entity: entityKey(kind, entity),
      by,
      ...(deed === 'mute' ? { until: iso(mutedUntil(time, until)) } : {}),
      ...(comment === undefined ? {} : { comment }),
    },
  };
}

function readDeed({ until, comment }: { until?: unknown; comment?: string }, now: Millis): Asked | Problem {
  const asked = comment === undefined ? {} : { comment };
  if (until === undefined) return asked;
  const time = readUntil(until, now);
  if (time !== undefined && time > now && time <= now + LONGEST_MUTE) return { ...asked, until: time };
  const detail = `until must be a time (${INSTANT_RULE}) or a duration such as 4h, after ${iso(now)} and at most ${LONGEST_MUTE / DAY}d later`;
  return {
    slug: 'bad-body',
    status: 400,
    title: 'The body does not fit',
    errors: [{ pointer: '/until', detail }],
  };
}

function readUntil(value: unknown, now: Millis): Millis | undefined {
  const duration = typeof value === 'string' ? parseDuration(value) : undefined;
  return duration === undefined ? parseInstant(value) : now + duration;
}
