/** The query of a request, read strictly: unknown names and values that do not fit are told all at once. */

import { didYouMean } from '../core/did-you-mean.ts';
import { INSTANT_RULE, parseInstant } from '../core/instant.ts';
import { type Millis, parseDuration } from '../core/units.ts';
import type { Problem } from './problem.ts';

export const USUAL_LIMIT = 50;
export const LARGEST_LIMIT = 200;

export class Query {
  readonly #values: Readonly<Record<string, string>>;
  readonly #now: Millis;
  readonly #known = new Set<string>();
  readonly #errors: { pointer: string; detail: string }[] = [];

  constructor(values: Readonly<Record<string, string>>, now: Millis) {
    this.#values = values;
    this.#now = now;
  }

  /** A text of at most 500 characters. */
  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || (value.length <= 500 && !value.includes('\0'))) return value;
    return this.#refuse(name, 'a text of at most 500 characters');
  }

  word<const Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const found = words.find((word) => word === value);
    return found ?? this.#refuse(name, `one of ${words.join(', ')}`);
  }

  number(name: string): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    return value.trim() !== '' && Number.isFinite(number) ? number : this.#refuse(name, 'a number');
  }

  limit(): number {
    const value = this.#take('limit');
    if (value === undefined) return USUAL_LIMIT;
    const limit = /^\d{1,3}$/.test(value) ? Number(value) : 0;
    if (limit >= 1 && limit <= LARGEST_LIMIT) return limit;
    this.#refuse('limit', `a whole number from 1 to ${LARGEST_LIMIT}`);
    return USUAL_LIMIT;
  }

  /** A point in time, or a duration before now such as `7d`. */
  time(name: string): Millis | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const before = parseDuration(value);
    if (before !== undefined) return this.#now - before;
    const time =
      parseInstant(value.replace(' ', '+')) ?? parseInstant(/^\d+$/.test(value) ? Number(value) : value);
    return time ?? this.#refuse(name, `a time (${INSTANT_RULE}) or a duration before now such as 7d`);
  }

  flag(name: string): boolean | undefined {
    const word = this.word(name, ['true', 'false']);
    return word === undefined ? undefined : word === 'true';
  }

  /** Everything wrong with the query; to be asked once all that is known has been read. */
  problem(): Problem | undefined {
    const known = [...this.#known];
    for (const name of Object.keys(this.#values)) {
      if (this.#known.has(name)) continue;
      const meant = didYouMean(name, known);
      const detail = meant === undefined ? 'this address does not take it' : `did you mean ${meant}?`;
      this.#errors.push({ pointer: `?${name.slice(0, 50)}`, detail });
    }
    if (this.#errors.length === 0) return undefined;
    const unknown =
      this.#errors.length > 0 && this.#errors.every(({ pointer }) => !this.#known.has(pointer.slice(1)));
    return {
      slug: unknown ? 'unknown-parameter' : 'bad-parameter',
      status: 400,
      title: unknown ? 'Unknown query parameter' : 'A query parameter does not fit',
      detail: known.length === 0 ? 'This address takes none' : `Known: ${known.join(', ')}`,
      errors: this.#errors,
    };
  }

  #take(name: string): string | undefined {
    this.#known.add(name);
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  #refuse(name: string, wanted: string): undefined {
    this.#errors.push({ pointer: `?${name}`, detail: `${name} must be ${wanted}` });
    return undefined;
  }
}
