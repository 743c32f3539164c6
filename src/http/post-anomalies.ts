/** Acknowledging and muting an anomaly: an event in the log of its partition, which says who, until when and why. */

import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { didYouMean } from '../core/did-you-mean.ts';
import { entityKey } from '../core/entity-key.ts';
import type { Anomaly } from '../core/history/anomaly.ts';
import { parseDecisionId } from '../core/history.ts';
import { INSTANT_RULE, parseInstant } from '../core/instant.ts';
import { LONGEST_MUTE, mutedUntil } from '../core/mute.ts';
import { DAY, type Millis, parseDuration } from '../core/units.ts';
import { callerOf } from './access.ts';
import type { AppOptions } from './app.ts';
import { iso, noHistory } from './history-answer.ts';
import { type Problem, problem } from './problem.ts';

export type Deed = 'acknowledge' | 'mute';

const LONGEST_COMMENT = 2_000;
const FIELDS: Readonly<Record<Deed, readonly string[]>> = {
  acknowledge: ['comment'],
  mute: ['until', 'comment'],
};

/** @param id of the decision that opened it */
export async function answerDeed(
  c: Context,
  options: AppOptions,
  deed: Deed,
  { id, name }: { id: string; name: string },
): Promise<Response> {
  const { history } = options;
  if (!history) return noHistory(c);
  const opened = parseDecisionId(id);
  const anomaly = opened && (await history.anomaly(opened, name));
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
  const time = (await options.readEntity(anomaly.kind, anomaly.entity))?.streamTime ?? options.clock.now();
  const asked = readBody(await c.req.text(), deed, time);
  if ('slug' in asked) return problem(c, asked);
  const event = eventOf(anomaly, deed, time, callerOf(c).name, asked);
  await log.append({ d: JSON.stringify(event) });
  return c.json(event, 202);
}

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

function readBody(text: string, deed: Deed, now: Millis): Asked | Problem {
  if (text.trim() === '') return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return badBody([{ pointer: '', detail: 'the body must be JSON' }]);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return badBody([{ pointer: '', detail: 'the body must be an object' }]);
  const errors: { pointer: string; detail: string }[] = [];
  const asked: { until?: Millis; comment?: string } = {};
  for (const [field, value] of Object.entries(body)) {
    const pointer = `/${field.slice(0, 50)}`;
    if (!FIELDS[deed].includes(field)) {
      const meant = didYouMean(field, FIELDS[deed]);
      errors.push({
        pointer,
        detail: meant === undefined ? 'there is no such field' : `did you mean ${meant}?`,
      });
    } else if (field === 'comment') {
      if (typeof value === 'string' && value.length <= LONGEST_COMMENT) asked.comment = value;
      else
        errors.push({ pointer, detail: `comment must be a text of at most ${LONGEST_COMMENT} characters` });
    } else {
      const until = readUntil(value, now);
      if (until !== undefined && until > now && until <= now + LONGEST_MUTE) asked.until = until;
      else
        errors.push({
          pointer,
          detail: `until must be a time (${INSTANT_RULE}) or a duration such as 4h, after ${iso(now)} and at most ${LONGEST_MUTE / DAY}d later`,
        });
    }
  }
  return errors.length > 0 ? badBody(errors) : asked;
}

function readUntil(value: unknown, now: Millis): Millis | undefined {
  const duration = typeof value === 'string' ? parseDuration(value) : undefined;
  return duration === undefined ? parseInstant(value) : now + duration;
}

function badBody(errors: Problem['errors'] & object): Problem {
  return { slug: 'bad-body', status: 400, title: 'The body does not fit', errors };
}
