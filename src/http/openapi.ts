/** The OpenAPI 3.1 document: every route as it is declared, under the rule set in force. */

import type { TSchema } from 'typebox';
import { rolesWith } from './access.ts';
import { PROBLEM } from './answer-schemas.ts';
import { plainPath } from './dispatch.ts';
import type { AnswerRule, BodyRule, Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

const LONG_ID = 'Key fields are joined with `/`: `c1/jooble`';
/** What every route that needs a token may answer. */
const USUAL: Readonly<Record<string, string>> = {
  400: 'A parameter or the body does not fit',
  401: 'A valid token is needed',
  403: 'The role of the token does not allow it',
  429: 'Too many requests; see `retry-after`',
  503: 'Redis or Postgres does not answer; see `retry-after`',
};

/** @param version of weir */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    if (route.tag === undefined) continue;
    const path = plainPath(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'weir',
      version,
      description: 'Turns recruitment-marketing events into explained decisions while they arrive.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.flatMap(({ tag }) => tag ?? []))].map((name) => ({ name })),
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '`weir token new NAME --role ROLE` makes one' },
        session: { type: 'apiKey', in: 'cookie', name: 'weir_session', description: 'POST /v1/session' },
      },
      schemas: { Problem: PROBLEM },
      responses: Object.fromEntries(
        Object.entries(USUAL).map(([status, description]) => [`p${status}`, problemAnswer(description)]),
      ),
    },
  };
}

function operation(route: Route): Json {
  const { method, path, tag, summary, permission, body, changes, repeatable, conditional } = route;
  const headers = [
    ...(changes || repeatable ? [IDEMPOTENCY] : []),
    ...(conditional ? [IF_MATCH] : []),
    ...(method === 'GET' ? [IF_NONE_MATCH] : []),
  ];
  return {
    operationId: `${method.toLowerCase()} ${plainPath(path)}`
      .replace(/[^A-Za-z0-9]+/g, '_')
      .replace(/_$/, ''),
    tags: [tag],
    summary,
    ...(permission === undefined
      ? { security: [] }
      : { description: `For the roles ${rolesWith(permission).join(', ')}.` }),
    parameters: [...pathParameters(path), ...queryParameters(route), ...headers],
    ...(body ? { requestBody: requestBody(body) } : {}),
    responses: { ...answersOf(route), ...problemsOf(route) },
  };
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)(\*?)\}/g)].map(([, name, long]) => ({
    name,
    in: 'path',
    required: true,
    ...(long ? { description: LONG_ID } : {}),
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: Route): Json[] {
  return Object.entries(query).map(([name, { description, schema }]) => ({
    name,
    in: 'query',
    description,
    schema,
  }));
}

const IDEMPOTENCY = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A request with the same key and body within a day is answered as the first one was, and changes nothing',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};
const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  description: 'The `etag` that was seen: something else now is 412',
  schema: { type: 'string' },
};
const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The `etag` of the answer before: 304 where nothing changed',
  schema: { type: 'string' },
};

function requestBody({ description, types, required, schema, shown }: BodyRule): Json {
  const content = (schema ?? shown) as TSchema | undefined;
  return {
    description,
    ...(required ? { required } : {}),
    content: Object.fromEntries(
      types.map((type) => [
        type,
        content && /json$/.test(type) && !/nd/.test(type) ? { schema: content } : {},
      ]),
    ),
  };
}

function answersOf({ answers, method }: Route): Json {
  const found: Record<string, unknown> = {};
  for (const [status, answer] of Object.entries(answers)) found[status] = answerOf(answer);
  if (method === 'GET' && answers[200]?.type === undefined && answers[200] !== undefined)
    found[304] = { description: 'The same as the tag in If-None-Match' };
  return found;
}

function answerOf({ description, schema, type = 'application/json', headers = {} }: AnswerRule): Json {
  const named = Object.entries(headers).map(([name, told]) => [
    name,
    { description: told, schema: { type: 'string' } },
  ]);
  return {
    description,
    ...(named.length === 0 ? {} : { headers: Object.fromEntries(named) }),
    content: { [type]: schema ? { schema } : {} },
  };
}

/** Its own problems with their types, and of the usual ones those it can have. */
function problemsOf({ problems = {}, permission, body, changes, repeatable, conditional }: Route): Json {
  const own: Record<string, string[]> = {};
  const add = (status: number, ...slugs: string[]) => {
    own[status] = [...(own[status] ?? []), ...slugs];
  };
  for (const [status, slugs] of Object.entries(problems)) add(Number(status), ...slugs);
  if (body) {
    add(413, 'too-large');
    add(415, 'unsupported-media-type');
  }
  if (changes || repeatable) {
    add(409, 'request-under-way');
    add(422, 'idempotency-key-reused');
  }
  if (conditional) add(412, 'changed');
  const found: Record<string, unknown> = {};
  for (const [status, slugs] of Object.entries(own)) {
    const types = [...new Set(slugs)].map((slug) => `\`/problems/${slug}\``).join(', ');
    found[status] = problemAnswer(`${USUAL[status] ?? 'Refused'}: ${types}`);
  }
  for (const status of permission === undefined ? ['400'] : Object.keys(USUAL))
    found[status] ??= { $ref: `#/components/responses/p${status}` };
  return found;
}

function problemAnswer(description: string): Json {
  return {
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}
