/** The body of a request: its media type, its bytes up to the bound, and what they are as JSON. */

import type { Context } from 'hono';
import { badJson } from '../step/refusal.ts';
import { checkBody } from './check-body.ts';
import type { Problem } from './problem.ts';
import type { BodyRule } from './route.ts';

export interface ReadBody {
  readonly bytes: Uint8Array;
  /** Undefined where the route reads the bytes itself, and where there are none. */
  readonly body: unknown;
}

const NONE: ReadBody = { bytes: new Uint8Array(), body: undefined };

export async function readBody(
  c: Context,
  rule: BodyRule | undefined,
): Promise<ReadBody | { problem: Problem }> {
  if (rule === undefined) return NONE;
  const bytes = await bytesOf(c, rule.most);
  if (bytes === undefined) {
    const detail = `At most ${rule.most} bytes a request${rule.advice ?? ''}`;
    return { problem: { slug: 'too-large', status: 413, title: 'The request is too large', detail } };
  }
  const refused = bytes.length > 0 ? typeProblem(c.req.header('content-type'), rule) : undefined;
  if (refused) return { problem: refused };
  if (rule.schema === undefined) return { bytes, body: undefined };
  const text = Buffer.from(bytes).toString('utf8');
  if (text.trim() === '') {
    if (!rule.required) return NONE;
    return { problem: bad([{ pointer: '', detail: 'the body is missing' }]) };
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return {
      problem: bad([{ pointer: '', detail: `the body must be JSON: ${badJson(error as Error).problem}` }]),
    };
  }
  const problem = checkBody(rule.schema, body);
  return problem ? { problem } : { bytes, body };
}

/** Undefined when there are more than `most`; nothing beyond is kept. */
async function bytesOf(c: Context, most: number): Promise<Uint8Array | undefined> {
  const told = c.req.header('content-length');
  if (Number(told ?? 0) > most) return undefined;
  // the server takes no more than it was told
  if (told !== undefined) return new Uint8Array(await c.req.arrayBuffer());
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of c.req.raw.body ?? []) {
    size += piece.length;
    if (size > most) return undefined;
    pieces.push(piece);
  }
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}

function typeProblem(header: string | undefined, { types }: BodyRule): Problem | undefined {
  const type = header?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === undefined || types.includes(type)) return undefined;
  return {
    slug: 'unsupported-media-type',
    status: 415,
    title: 'The body is of a type that this address does not take',
    detail: `content-type is ${type.slice(0, 100)}; known: ${types.join(', ')}`,
  };
}

function bad(errors: Problem['errors'] & object): Problem {
  return { slug: 'bad-body', status: 400, title: 'The body does not fit', errors };
}
