/** What happens to a request before and after its route: who asks, whether it fits, and how it is answered. */

import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { admit, type Caller, callerOf } from './access.ts';
import { answerOnce } from './answer-once.ts';
import type { AppOptions } from './app.ts';
import { readTags, tagged } from './entity-tag.ts';
import { type Problem, problem } from './problem.ts';
import { readQuery } from './query.ts';
import type { RateLimit } from './rate-limit.ts';
import { readBody } from './read-body.ts';
import type { Asked, Route } from './route.ts';
import type { Found, RouteTable } from './route-table.ts';

const ROUTE = 'route';

/** The route's own name: a closed set, whatever paths are asked for. */
export function routeLabel(c: Context): string {
  return (c.get(ROUTE) as string | undefined) ?? 'other';
}

/** For what is answered elsewhere; the name must be one of a closed set too. */
export function nameRoute(c: Context, name: string): void {
  c.set(ROUTE, name);
}

export async function dispatch(
  c: Context,
  options: AppOptions,
  table: RouteTable,
  rates: RateLimit,
): Promise<Response> {
  const { method } = c.req;
  const path = new URL(c.req.url).pathname;
  const found = table.find(method, path);
  if (found) c.set(ROUTE, found.route.label ?? plainPath(found.route.path));
  const access = { ...options.access, sessions: options.sessions };
  const refused = await admit(c, access, found ? found.route.permission : 'nobody');
  const tooMany = limited(c, options, rates, found?.route.path, refused);
  if (tooMany) return tooMany;
  if (refused) {
    if (refused.status !== 401 && found) await audit(c, options, found.route, refused.status, {});
    return problem(c, refused, refused.status === 401 ? { 'www-authenticate': 'Bearer' } : {});
  }
  if (!found) return noRoute(c, table.methods(path));
  const answer = await answerRoute(c, options, found);
  if (found.route.method !== 'GET') return answer;
  const whole = await tagged(c, answer);
  if (method !== 'HEAD') return whole;
  await whole.body?.cancel();
  return new Response(null, { status: whole.status, headers: whole.headers });
}

/** Refusals and log-ins are counted by address, and fewer of them allowed: that is where tokens are guessed. */
const GUESSES_PER_SECOND = 10;
const GUESSING = '/v1/session';

function limited(
  c: Context,
  { requestsPerSecond, access, clock }: AppOptions,
  rates: RateLimit,
  path: string | undefined,
  refused: Problem | undefined,
): Response | undefined {
  if (requestsPerSecond === undefined) return undefined;
  const caller = callerOf(c) as Caller | undefined;
  const guessing = refused?.status === 401 || (path === GUESSING && c.req.method === 'POST');
  // for supervisors, who ask without a token
  if (!guessing && caller === undefined) return undefined;
  const whose = guessing || !caller ? `address ${access.remoteAddress(c)}` : `token ${caller.name}`;
  const most = guessing ? Math.min(GUESSES_PER_SECOND, requestsPerSecond) : requestsPerSecond;
  const wait = rates.take(whose, most, clock.now());
  if (wait === 0) return undefined;
  const detail = `At most ${most} a second on the average`;
  const slow: Problem = { slug: 'too-many-requests', status: 429, title: 'Too many requests', detail };
  return problem(c, slow, { 'retry-after': String(wait) });
}

/** `/v1/leads/{id}` of `/v1/leads/{id*}`. */
export function plainPath(path: string): string {
  return path.replaceAll('*}', '}');
}

async function answerRoute(c: Context, options: AppOptions, { route, params }: Found): Promise<Response> {
  const query = readQuery(c.req.queries(), route.query, options.clock.now());
  if ('problem' in query) return problem(c, query.problem);
  const read = await readBody(c, route.body);
  if ('problem' in read) return problem(c, read.problem);
  const ifMatch = readTags(c.req.header('if-match'));
  const noted: Record<string, unknown> = {};
  const note = (detail: Readonly<Record<string, unknown>>) => void Object.assign(noted, detail);
  const asked: Asked = { params, query: query.values, ...read, caller: callerOf(c), ifMatch, note };
  const { changes, repeatable } = route;
  if (!changes && !repeatable) return route.answer(c, options, asked);
  const carryOut = async () => {
    const answer = await route.answer(c, options, asked);
    await audit(c, options, route, answer.status, noted);
    return answer;
  };
  if (!options.keptAnswers) return carryOut();
  const whose = `${asked.caller.name} ${route.method} ${new URL(c.req.url).pathname}`;
  return answerOnce(c, options.keptAnswers, whose, asked.bytes, carryOut);
}

/** What was changed is changed: a trail that cannot be written is told to whoever runs this, not to who asked. */
async function audit(
  c: Context,
  { audit: write, clock, onNotice }: AppOptions,
  route: Route,
  status: number,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (!route.changes || !write) return;
  const { name: by, role } = callerOf(c);
  const { pathname, search } = new URL(c.req.url);
  const action = `${route.method} ${plainPath(route.path)}`;
  const record = {
    id: randomUUID(),
    at: clock.now(),
    by,
    role,
    action,
    subject: pathname + search,
    status,
    detail,
  };
  await write(record).catch((error: unknown) =>
    onNotice?.('the audit trail could not be written', { ...record, error: (error as Error).message }),
  );
}

function noRoute(c: Context, methods: readonly string[]): Response {
  if (methods.length === 0)
    return problem(c, {
      slug: 'not-found',
      status: 404,
      title: 'There is nothing at this address',
      detail: 'GET /openapi.json lists what there is',
    });
  const refused: Problem = {
    slug: 'method-not-allowed',
    status: 405,
    title: 'This address does not take this method',
    detail: `It takes ${methods.join(', ')}`,
  };
  return problem(c, refused, { allow: methods.join(', ') });
}
