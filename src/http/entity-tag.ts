/** Entity tags: the same answer asked for again is not sent again, however far the logs have gone meanwhile. */

import { createHash } from 'node:crypto';
import type { Context } from 'hono';

/** How fresh an answer is changes all the time; what it says need not. */
const STANDING = /"(?:age_seconds|as_of|position|stream_time)":(?:"[^"]*"|[\d.]+|null)/g;

/** Gives a JSON answer its tag, and answers 304 where the caller has it. A tag that the route gave stands. */
export async function tagged(c: Context, answer: Response): Promise<Response> {
  if (answer.status !== 200 || !answer.headers.get('content-type')?.startsWith('application/json'))
    return answer;
  const own = answer.headers.get('etag');
  const text = await answer.text();
  const tag = own ?? `W/"${createHash('sha1').update(text.replace(STANDING, '')).digest('base64url')}"`;
  const headers = new Headers(answer.headers);
  headers.set('etag', tag);
  if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache');
  const known = readTags(c.req.header('if-none-match'));
  if (known?.some((one) => one === '*' || one === opaque(tag))) {
    for (const name of ['content-type', 'content-length']) headers.delete(name);
    return new Response(null, { status: 304, headers });
  }
  return new Response(text, { status: 200, headers });
}

/** Without quotes and marks of weakness; undefined where the header was not sent. */
export function readTags(header: string | undefined): string[] | undefined {
  if (header === undefined) return undefined;
  return header
    .split(',')
    .map((tag) => opaque(tag.trim()))
    .filter((tag) => tag !== '');
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}
