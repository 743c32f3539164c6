/** POST /v1/events: one event, an array or NDJSON; each is checked and answered by its place in the request. */

import type { Context } from 'hono';
import { writeEvents } from '../processor/write-events.ts';
import { elementSlices } from '../step/json-slices.ts';
import { badJson } from '../step/refusal.ts';
import type { AppOptions } from './app.ts';
import { problem } from './problem.ts';

const MOST_EVENTS = 10_000;

export async function postEvents(c: Context, options: AppOptions): Promise<Response> {
  if (options.isFull())
    return problem(
      c,
      {
        slug: 'backlog',
        status: 429,
        title: 'The logs are full',
        detail: 'Send again later; nothing was taken',
      },
      { 'retry-after': '5' },
    );
  const bytes = Buffer.from(await c.req.arrayBuffer());
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
  return problem(c, {
    slug: (first?.reason ?? 'bad-event').replaceAll('_', '-'),
    status: 400,
    title: texts.length === 1 ? (first?.problem ?? 'The event is refused') : 'Every event is refused',
    accepted: 0,
    rejected: receipt.rejected,
  });
}

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
