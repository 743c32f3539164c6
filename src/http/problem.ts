/** Errors over HTTP: application/problem+json (RFC 9457). */

import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export interface Problem {
  /** The last part of the problem's type: `/problems/<slug>`. */
  readonly slug: string;
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer?: string; readonly detail?: string }[];
  readonly [extension: string]: unknown;
}

export function problem(
  c: Context,
  { slug, status, ...rest }: Problem,
  headers: Record<string, string> = {},
): Response {
  const body = { type: `/problems/${slug}`, status, ...rest, instance: new URL(c.req.url).pathname };
  return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json', ...headers });
}

/** Redis or Postgres cannot be asked: the answer is not known now. */
export function unavailable(c: Context, code: 'redis_away' | 'history_away'): Response {
  const [title, server] =
    code === 'redis_away'
      ? ['The state cannot be read now', 'Redis']
      : ['The history cannot be read now', 'Postgres'];
  return problem(
    c,
    { slug: 'unavailable', status: 503, title, detail: `${server} does not answer; try again` },
    { 'retry-after': '1' },
  );
}
