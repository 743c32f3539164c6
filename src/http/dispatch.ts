/** What happens to a request before and after its route: who asks, whether it fits, and how it is answered. */

import type { Context } from 'hono';
import { admit, callerOf } from './access.ts';
import type { AppOptions } from './app.ts';
import { readTags, tagged } from './entity-tag.ts';
import { type Problem, problem } from './problem.ts';
import { readQuery } from './query.ts';
import { readBody } from './read-body.ts';
import type { Asked } from './route.ts';
import type { Found, RouteTable } from './route-table.ts';

const ROUTE = 'route';

/** The route's own name: a closed set, whatever paths are asked for. */
export function routeLabel(c: Context): string {
  return (c.get(ROUTE) as string | undefined) ?? 'other';
}

export async function dispatch(c: Context, options: AppOptions, table: RouteTable): Promise<Response> {
  const { method } = c.req;
  const path = new URL(c.req.url).pathname;
  const found = table.find(method, path);
  if (found) c.set(ROUTE, found.route.label ?? plainPath(found.route.path));
  const refused = await admit(c, options.access, found ? found.route.permission : 'nobody');
  if (refused) return problem(c, refused, refused.status === 401 ? { 'www-authenticate': 'Bearer' } : {});
  if (!found) return noRoute(c, table.methods(path));
  const answer = await answerRoute(c, options, found);
  if (found.route.method !== 'GET') return answer;
  const whole = await tagged(c, answer);
  return method === 'HEAD' ? new Response(null, { status: whole.status, headers: whole.headers }) : whole;
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
  const asked: Asked = { params, query: query.values, ...read, caller: callerOf(c), ifMatch };
  return route.answer(c, options, asked);
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
