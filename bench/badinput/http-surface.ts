/** Bad input over HTTP: as events, as bodies, in every parameter of every route, and in headers. */

import type { Input } from './corpus.ts';
import type { BadEvent } from './event-trials.ts';
import type { Stage } from './stage.ts';
import type { Fate, Surface, Trial } from './trial.ts';

const ANSWER_WITHIN = 20_000;
const HEADERS = [
  'authorization',
  'if-match',
  'if-none-match',
  'idempotency-key',
  'last-event-id',
  'accept',
  'accept-language',
  'content-type',
  'cookie',
  'origin',
  'user-agent',
  'x-forwarded-for',
];
/** Pages that show an id from their address. */
const PAGES = [
  '/leads/{id}',
  '/campaigns/{id}',
  '/rules/{id}',
  '/actions/{id}',
  '/decisions/{id}',
  '/dead/{id}',
];

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: 'path' | 'query' }[];
  readonly takesBody: boolean;
}

export async function httpSurfaces(stage: Stage, events: readonly BadEvent[]): Promise<Surface[]> {
  const operations = await readOperations(stage);
  const posted = (event: BadEvent): Trial => {
    // the stream was sent the same: an id of its own, or it would be a duplicate
    const bytes = event.marker === undefined ? event.bytes : marked(event.bytes, event.marker);
    return {
      ...event,
      send: async () => {
        const headers = { 'content-type': 'application/json' };
        const fate = await ask(stage, '/v1/events', { method: 'POST', body: bytes, headers });
        // taken is not enough: it has to be seen afterwards
        return fate === 'accepted' && event.marker !== undefined ? { marker: `${event.marker}h` } : fate;
      },
    };
  };
  return [
    { name: 'http events', trials: () => events.map(posted) },
    {
      name: 'http parameters',
      trials: (inputs) => inputs.flatMap((input) => parameterTrials(stage, input, operations)),
    },
    {
      name: 'http bodies',
      trials: (inputs) => inputs.flatMap((input) => bodyTrials(stage, input, operations)),
    },
    { name: 'http headers', trials: (inputs) => inputs.flatMap((input) => headerTrials(stage, input)) },
  ];
}

async function readOperations(stage: Stage): Promise<Operation[]> {
  const answer = await fetch(`${stage.url}/openapi.json`, {
    headers: { authorization: `Bearer ${stage.token}` },
  });
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, Described>> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      parameters: parameters.filter((one) => one.in === 'path' || one.in === 'query'),
      takesBody: requestBody !== undefined,
    })),
  );
  const pages = PAGES.map((path) => ({
    method: 'GET',
    path,
    parameters: [{ name: 'id', in: 'path' as const }],
    takesBody: false,
  }));
  // the stream of news answers for as long as one listens
  return [...described.filter(({ path }) => path !== '/v1/stream'), ...pages];
}

interface Described {
  readonly parameters?: Operation['parameters'];
  readonly requestBody?: unknown;
}

function parameterTrials(stage: Stage, input: Input, operations: readonly Operation[]): Trial[] {
  const written = percentEncoded(input);
  if (written === undefined) return [];
  return operations.flatMap((operation) =>
    operation.parameters
      .filter(() => operation.method === 'GET')
      .map(
        (parameter): Trial => ({
          input,
          place: `${operation.method} ${operation.path} ${parameter.name}`,
          judged: false,
          send: () => ask(stage, addressOf(operation, parameter, written), { method: 'GET' }),
        }),
      ),
  );
}

/** Documents go whole to every route that takes a body. */
function bodyTrials(stage: Stage, input: Input, operations: readonly Operation[]): Trial[] {
  if (input.kind !== 'document') return [];
  return operations
    .filter(({ takesBody, path }) => takesBody && path !== '/v1/events')
    .map(
      (operation): Trial => ({
        input,
        place: `${operation.method} ${operation.path}`,
        judged: true,
        send: () =>
          ask(stage, addressOf(operation, undefined, 'x'), {
            method: operation.method,
            body: input.bytes,
            headers: { 'content-type': 'application/json' },
          }),
      }),
    );
}

function headerTrials(stage: Stage, input: Input): Trial[] {
  if (input.kind !== 'text' && input.kind !== 'format') return [];
  const value = input.text;
  return HEADERS.map((name) => ({
    input,
    place: `header ${name}`,
    judged: false,
    send: async () => {
      const sent = name === 'authorization' ? `Bearer ${value}` : value;
      if (!canBeSent(sent)) return 'skipped';
      return ask(stage, '/v1/leads', { method: 'GET', headers: { [name]: sent } });
    },
  }));
}

/** RFC 9110, section 5.5: visible characters, spaces, tabs and bytes above 0x7f; the rest no client writes. */
function canBeSent(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function percentEncoded(input: Input): string | undefined {
  if (input.kind === 'bytes' || input.kind === 'document')
    return [...input.bytes.subarray(0, 2_000)]
      .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
      .join('');
  if (input.kind === 'event') return undefined;
  return input.text.isWellFormed() ? encodeURIComponent(input.text) : undefined;
}

function addressOf(operation: Operation, parameter: { name: string; in: string } | undefined, value: string) {
  const path = operation.path.replaceAll(/\{(\w+)[^}]*\}/g, (_, name: string) =>
    parameter?.in === 'path' && parameter.name === name ? value : 'x',
  );
  return parameter?.in === 'query' ? `${path}?${parameter.name}=${value}` : path;
}

function marked(bytes: Buffer, marker: string): Buffer {
  const at = bytes.indexOf(`"${marker}"`);
  if (at < 0) return bytes;
  const end = at + marker.length + 1;
  return Buffer.concat([bytes.subarray(0, end), Buffer.from('h'), bytes.subarray(end)]);
}

interface Asked {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

async function ask(stage: Stage, path: string, { method, headers = {}, body }: Asked): Promise<Fate> {
  try {
    const answer = await fetch(`${stage.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${stage.token}`, ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN),
      ...(body && { body: new Uint8Array(body) }),
    });
    await answer.arrayBuffer();
    if (answer.status >= 500) return 'server_error';
    return answer.status >= 400 ? 'refused' : 'accepted';
  } catch {
    await stage.keepAlive();
    return 'unanswered';
  }
}
