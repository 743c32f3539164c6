/** A route, declared once: what it is asked with, what it answers and who may ask; documents and checks follow from it. */

import type { Context } from 'hono';
import type { Static, TSchema } from 'typebox';
import type { Caller, Permission } from './access.ts';
import type { AppOptions } from './app.ts';
import type { Parameters, Values } from './parameter.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** What a request brings beside its address. */
export interface BodyRule {
  readonly description: string;
  /** Media types it may have; a body without one is taken as the first. */
  readonly types: readonly string[];
  /** Bytes. */
  readonly most: number;
  /** What to do when it is larger, behind `At most N bytes a request`. */
  readonly advice?: string;
  readonly required?: true;
  /** Of a JSON body: checked before the route sees it. Absent: the route reads the bytes itself. */
  readonly schema?: TSchema;
  /** Of a body that the route reads itself: what its JSON looks like, for documents. */
  readonly shown?: TSchema;
}

export interface AnswerRule {
  readonly description: string;
  /** JSON, unless `type` says otherwise. */
  readonly schema?: TSchema;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request asks, read and checked. */
export interface Asked<Q extends Parameters = Parameters, Body = unknown> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Values<Q>;
  /** Undefined where none was sent. */
  readonly body: Body;
  readonly bytes: Uint8Array;
  /** Who asks; nobody where the route needs no permission. */
  readonly caller: Caller;
  /** The entity tags of If-Match, without quotes; undefined where it was not sent. */
  readonly ifMatch: readonly string[] | undefined;
  /** Adds to what the audit log keeps of this request; never personal data. */
  readonly note: (detail: Readonly<Record<string, unknown>>) => void;
}

interface Declared {
  readonly method: Method;
  /** `{id}` is one segment of the path, `{id*}` one or more. */
  readonly path: string;
  /** Heading under which documents list it; absent: they do not. */
  readonly tag?: string;
  readonly summary: string;
  /** Undefined: anybody, also without a token. */
  readonly permission: Permission | undefined;
  /** By status; problems that every route may have are not listed. */
  readonly answers: Readonly<Record<number, AnswerRule>>;
  /** Its own problems, by status: `{ 409: ['resolved'] }`. */
  readonly problems?: Readonly<Record<number, readonly string[]>>;
  /** It changes something: it takes Idempotency-Key, and the audit log keeps it. */
  readonly changes?: true;
  /** It takes Idempotency-Key, though the audit log does not keep it. */
  readonly repeatable?: true;
  /** It takes If-Match. */
  readonly conditional?: true;
  /** Called so in metrics; the path where absent. */
  readonly label?: string;
}

export interface Route extends Declared {
  readonly query: Parameters;
  readonly body?: BodyRule;
  answer(c: Context, options: AppOptions, asked: Asked): Response | Promise<Response>;
}

type BodyOf<B> = B extends { readonly schema: infer S extends TSchema } ? Static<S> | undefined : undefined;

/** Binds what a route reads to what it declares. */
export function route<
  const Q extends Parameters = Record<never, never>,
  const B extends BodyRule | undefined = undefined,
>(
  declared: Declared & {
    readonly query?: Q;
    readonly body?: B;
    readonly answer: (
      c: Context,
      options: AppOptions,
      asked: Asked<Q, BodyOf<B>>,
    ) => Response | Promise<Response>;
  },
): Route {
  return { query: {}, ...declared } as unknown as Route;
}
