/** POST /v1/events: one event, an array or NDJSON; each is checked and answered by its place in the request. */

import Type from 'typebox';
import { writeEvents } from '../processor/write-events.ts';
import { elementSlices } from '../step/json-slices.ts';
import { badJson } from '../step/refusal.ts';
import { MAYBE_TEXT } from './answer-schemas.ts';
import { eventErrors, meantType } from './event-errors.ts';
import { type Problem, problem } from './problem.ts';
import { route } from './route.ts';

const MOST_EVENTS = 10_000;
const LARGEST_BODY = 5 * 1024 * 1024;

const EVENT = Type.Object(
  {
    id: Type.Optional(Type.String({ description: 'With `source` the idempotency key' })),
    source: Type.Optional(Type.String()),
    type: Type.String({ description: 'GET /v1/schemas lists them' }),
    time: Type.Optional(Type.String()),
    data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: true },
);

export const RECEIPT = Type.Object({
  accepted: Type.Integer(),
  rejected: Type.Array(
    Type.Object({
      index: Type.Integer({ description: 'Its place in the request' }),
      id: MAYBE_TEXT,
      reason: Type.String(),
      problem: Type.String(),
    }),
  ),
});

export const FULL: Problem = {
  slug: 'backlog',
  status: 429,
  title: 'The logs are full',
  detail: 'Send again later; nothing was taken',
};

export const postEventsRoute = route({
  method: 'POST',
  path: '/v1/events',
  tag: 'Events',
  summary: 'Takes one event, an array or NDJSON',
  permission: 'send',
  repeatable: true,
  body: {
    description: 'One event, an array of events, or one event a line',
    types: [
      'application/json',
      'application/x-ndjson',
      'application/ndjson',
      'application/jsonl',
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
    ],
    most: LARGEST_BODY,
    advice: '; send several',
    shown: Type.Union([EVENT, Type.Array(EVENT)]),
  },
  answers: { 202: { description: 'Taken; look at `rejected` all the same', schema: RECEIPT } },
  problems: {
    400: ['bad-json', 'bad-utf8', 'no-events', 'unknown-type', 'bad-field'],
    413: ['too-large', 'too-many-events'],
    429: ['backlog'],
  },
  answer: async (c, options, asked) => {
    if (options.isFull()) return problem(c, FULL, { 'retry-after': '5' });
    const bytes = Buffer.from(asked.bytes);
    const body = bytes.toString('utf8');
    if (body.includes('\uFFFD') && !Buffer.from(body).equals(bytes))
      return problem(c, { slug: 'bad-utf8', status: 400, title: 'The body is not UTF-8' });
    const texts = splitBody(body, c.req.header('content-type') ?? '');
    if (typeof texts === 'string')
      return problem(c, { slug: 'bad-json', status: 400, title: 'The body is not JSON', detail: texts });
    if (texts.length === 0)
      return problem(c, { slug: 'no-events', status: 400, title: 'The body holds no event' });
    if (texts.length > MOST_EVENTS)
      return problem(c, {
        slug: 'too-many-events',
        status: 413,
        title: 'Too many events in one request',
        detail: `At most ${MOST_EVENTS}, the request has ${texts.length}`,
      });
    const receipt = await writeEvents(texts, options.plan().events, options.logs, options.clock.now());
    if (receipt.accepted > 0) return c.json(receipt, 202);
    const [first] = receipt.rejected;
    const meant = meantType(receipt.rejected);
    const isOne = texts.length === 1 && /^\s*\{/.test(body);
    return problem(c, {
      slug: (first?.reason ?? 'bad-event').replaceAll('_', '-'),
      status: 400,
      title: texts.length === 1 ? (first?.problem ?? 'The event is refused') : 'Every event is refused',
      ...(meant === undefined ? {} : { did_you_mean: meant }),
      errors: eventErrors(receipt.rejected, texts, isOne),
      accepted: 0,
      rejected: receipt.rejected,
    });
  },
});

/** The source text of each event; a sentence when the body cannot be read at all. */
function splitBody(body: string, contentType: string): string[] | string {
  if (/ndjson|jsonl/i.test(contentType)) return body.split('\n').filter((line) => line.trim() !== '');
  try {
    const value: unknown = JSON.parse(body);
    if (!Array.isArray(value)) return [body];
    return elementSlices(body).map(([from, to]) => body.slice(from, to));
  } catch (error) {
    // several lines, each an event, are NDJSON whatever the header says
    const lines = body.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > 1 && lines.every((line) => line.trimStart().startsWith('{'))) return lines;
    return badJson(error as Error).problem;
  }
}
