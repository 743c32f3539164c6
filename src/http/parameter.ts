/** Query parameters: how each is described, read and refused. */

import Type, { type TSchema } from 'typebox';
import { splitEntityKey } from '../core/entity-key.ts';
import { INSTANT_RULE, parseInstant } from '../core/instant.ts';
import { type Millis, parseDuration } from '../core/units.ts';

export const USUAL_LIMIT = 50;
export const LARGEST_LIMIT = 200;

export interface Parameter<Value> {
  readonly description: string;
  readonly schema: TSchema;
  /** What it must be, as a sentence about it ends. */
  readonly wanted: string;
  /** Its value where it is not given. */
  readonly otherwise?: Value;
  /** Undefined when the text does not fit. */
  read(text: string, now: Millis): Value | undefined;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

type ValueOf<P> = P extends Parameter<infer Value> ? Value : never;
type Sure<Q extends Parameters> = {
  [Name in keyof Q]: Q[Name] extends { readonly otherwise: unknown } ? Name : never;
}[keyof Q];

/** Those that were given, and those that have a value anyhow. */
export type Values<Q extends Parameters> = { readonly [Name in Sure<Q>]: ValueOf<Q[Name]> } & {
  readonly [Name in Exclude<keyof Q, Sure<Q>>]?: ValueOf<Q[Name]>;
};

/** A text of at most so many characters. */
export function text(description: string, most = 500): Parameter<string> {
  return {
    description,
    schema: Type.String({ maxLength: most }),
    wanted: `a text of at most ${most} characters`,
    read: (given) => (given.length <= most && !given.includes('\0') ? given : undefined),
  };
}

export function word<const Word extends string>(
  description: string,
  words: readonly Word[],
): Parameter<Word> {
  return {
    description,
    schema: Type.Enum([...words]),
    wanted: `one of ${words.join(', ')}`,
    read: (given) => words.find((one) => one === given),
  };
}

export function number(description: string): Parameter<number> {
  return {
    description,
    schema: Type.Number(),
    wanted: 'a number',
    read: (given) => {
      const value = Number(given);
      return given.trim() !== '' && Number.isFinite(value) ? value : undefined;
    },
  };
}

/** `true` or `false`. */
export function flag(description: string): Parameter<boolean> {
  return {
    description,
    schema: Type.Boolean(),
    wanted: 'one of true, false',
    read: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
  };
}

/** A point in time, or a duration before now such as `7d`. */
export function time(description: string): Parameter<Millis> {
  return {
    description,
    schema: Type.String({ examples: ['2026-01-05T09:00:00Z', '7d'] }),
    wanted: `a time (${INSTANT_RULE}) or a duration before now such as 7d`,
    read: (given, now) => {
      const before = parseDuration(given);
      if (before !== undefined) return now - before;
      // of `+02:00` a query makes ` 02:00`
      return (
        parseInstant(given.replace(' ', '+')) ?? parseInstant(/^\d+$/.test(given) ? Number(given) : given)
      );
    },
  };
}

/** `lead:123`, as its kind and its id. */
export function entity(description: string): Parameter<{ readonly kind: string; readonly id: string }> {
  return {
    description,
    schema: Type.String({ maxLength: 500, examples: ['lead:123', 'channel:c1/jooble'] }),
    wanted: 'an entity such as lead:123',
    read: (given) => {
      if (!/^\w+:./.test(given) || given.length > 500 || given.includes('\0')) return undefined;
      return splitEntityKey(given);
    },
  };
}

/** Names with commas between them. */
export function names(description: string): Parameter<readonly string[]> {
  return {
    description,
    schema: Type.String({ maxLength: 5_000 }),
    wanted: 'names with commas between them',
    read: (given) => {
      const found = given.split(',').map((name) => name.trim());
      return given.length <= 5_000 && found.every((name) => /^\w+$/.test(name)) ? found : undefined;
    },
  };
}

/** How many rows a page has. */
export const LIMIT: Parameter<number> & { readonly otherwise: number } = {
  description: 'Rows of a page',
  schema: Type.Integer({ minimum: 1, maximum: LARGEST_LIMIT, default: USUAL_LIMIT }),
  wanted: `a whole number from 1 to ${LARGEST_LIMIT}`,
  otherwise: USUAL_LIMIT,
  read: (given) => {
    const limit = /^\d{1,3}$/.test(given) ? Number(given) : 0;
    return limit >= 1 && limit <= LARGEST_LIMIT ? limit : undefined;
  },
};

export const AFTER = text('The `next` of the page before');
export const SINCE = time('Of this time or later');
