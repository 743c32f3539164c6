/** Sessions of web pages: a token shown once becomes a cookie that no script and no other site can use. */

import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import Type from 'typebox';
import { SESSION_LASTS } from '../processor/web-sessions.ts';
import {
  type Caller,
  callerWith,
  FOREIGN,
  isOwnOrigin,
  permissionsOf,
  SESSION_COOKIE,
  sessionOf,
  tokenDigest,
} from './access.ts';
import { type Problem, problem } from './problem.ts';
import { type Route, route } from './route.ts';

const WHO = Type.Object({
  name: Type.String(),
  role: Type.String(),
  permissions: Type.Array(Type.String()),
});
const NO_SESSIONS: Problem = { slug: 'no-sessions', status: 404, title: 'This weir keeps no sessions' };
const LARGEST_TOKEN = 2 * 1024;

export const sessionRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/session',
    tag: 'Session',
    summary: 'Shows a token once, for a cookie',
    permission: undefined,
    body: {
      description: 'The token',
      types: ['application/json'],
      most: LARGEST_TOKEN,
      required: true,
      schema: Type.Object({ token: Type.String({ maxLength: 500 }) }, { additionalProperties: false }),
    },
    answers: { 200: { description: 'Who that is', schema: WHO, headers: { 'set-cookie': 'The session' } } },
    problems: { 401: ['unauthorized'], 403: ['foreign-origin'], 404: ['no-sessions'] },
    answer: async (c, { access, sessions }, { body }) => {
      if (!sessions) return problem(c, NO_SESSIONS);
      if (c.req.header('origin') !== undefined && !isOwnOrigin(c)) return problem(c, FOREIGN);
      const token = tokenDigest((body as { token: string }).token);
      const caller = callerWith(token, access.tokens());
      if (caller === undefined)
        return problem(c, { slug: 'unauthorized', status: 401, title: 'There is no such token' });
      const cookie = randomBytes(32).toString('base64url');
      await sessions.open(tokenDigest(cookie), token);
      return c.json(who(caller), 200, { 'set-cookie': cookieHeader(c, cookie, SESSION_LASTS / 1000) });
    },
  }),
  route({
    method: 'GET',
    path: '/v1/session',
    tag: 'Session',
    summary: 'Who asks, and what they may do',
    permission: 'enter',
    answers: { 200: { description: 'Who that is', schema: WHO } },
    answer: (c, _options, { caller }) => c.json(who(caller)),
  }),
  route({
    method: 'DELETE',
    path: '/v1/session',
    tag: 'Session',
    summary: 'Ends the session',
    permission: undefined,
    answers: { 200: { description: 'It has ended', schema: Type.Object({ ended: Type.Boolean() }) } },
    problems: { 403: ['foreign-origin'], 404: ['no-sessions'] },
    answer: async (c, { sessions }) => {
      if (!sessions) return problem(c, NO_SESSIONS);
      if (!isOwnOrigin(c)) return problem(c, FOREIGN);
      const session = sessionOf(c);
      if (session !== undefined) await sessions.close(session);
      return c.json({ ended: session !== undefined }, 200, { 'set-cookie': cookieHeader(c, '', 0) });
    },
  }),
];

function who(caller: Caller) {
  return { name: caller.name, role: caller.role, permissions: permissionsOf(caller.role) };
}

/** @param lasts seconds */
function cookieHeader(c: Context, value: string, lasts: number): string {
  const secure =
    new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https'
      ? '; Secure'
      : '';
  return `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${lasts}${secure}`;
}
