/** Idempotency-Key: a request that is sent twice is carried out once, and answered the same. */

import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { KeptAnswers } from '../processor/kept-answers.ts';
import { problem } from './problem.ts';

const LONGEST_KEY = 200;
/** Answers longer than this are not kept: nobody needs them twice. */
const LARGEST_ANSWER = 1024 * 1024;

/** @param whose who asks what: another caller's key is another one */
export async function answerOnce(
  c: Context,
  kept: KeptAnswers,
  whose: string,
  bytes: Uint8Array,
  answer: () => Promise<Response>,
): Promise<Response> {
  const given = c.req.header('idempotency-key');
  if (given === undefined) return answer();
  if (given === '' || given.length > LONGEST_KEY)
    return problem(c, {
      slug: 'bad-idempotency-key',
      status: 400,
      title: 'The Idempotency-Key does not fit',
      detail: `It has 1 to ${LONGEST_KEY} characters`,
    });
  const key = sha256(`${whose}\n${given}`);
  const request = sha256(new URL(c.req.url).search, bytes);
  const found = await kept.begin(key, request);
  if (found === 'busy')
    return problem(
      c,
      {
        slug: 'request-under-way',
        status: 409,
        title: 'The same request is being answered',
        detail: 'Send it again in a moment: it is answered as the first one was',
      },
      { 'retry-after': '1' },
    );
  if (found === 'other')
    return problem(c, {
      slug: 'idempotency-key-reused',
      status: 422,
      title: 'The Idempotency-Key stood for another request',
      detail: 'Within a day a key belongs to one body and query: draw another one',
    });
  if (found !== 'first')
    return new Response(found.body, {
      status: found.status,
      headers: { ...found.headers, 'idempotency-replayed': 'true' },
    });
  return keepAnswer(kept, key, request, answer);
}

async function keepAnswer(
  kept: KeptAnswers,
  key: string,
  request: string,
  answer: () => Promise<Response>,
): Promise<Response> {
  let made: Response;
  try {
    made = await answer();
  } catch (error) {
    // whether it was carried out is not known: it may be tried again
    await kept.forget(key).catch(() => undefined);
    throw error;
  }
  const body = await made.text();
  const type = made.headers.get('content-type');
  const headers: Record<string, string> = type === null ? {} : { 'content-type': type };
  if (made.status >= 500 || made.status === 429 || body.length > LARGEST_ANSWER) await kept.forget(key);
  else await kept.keep(key, request, { status: made.status, headers, body });
  return new Response(body, { status: made.status, headers: made.headers });
}

function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
