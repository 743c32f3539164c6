/** The personal values of somebody, to be looked for in texts that may hold anything. */

import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import type { Erasure } from './erasure.ts';

/** Shorter ones would be found in texts that do not mean them. */
const SHORTEST = 5;

export async function namesOf(db: Kysely<Tables>, { kind, id }: Erasure): Promise<string[]> {
  const person = await db
    .selectFrom('persons')
    .select(['email', 'name', 'fields'])
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!person) return [];
  const values = [person.email, person.name, ...Object.values(person.fields as Record<string, string>)];
  return values.filter((value): value is string => typeof value === 'string' && value.length >= SHORTEST);
}

/** As they stand in JSON. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** A pattern for any of them. */
export function anyOf(names: readonly string[]): string {
  return names.map((name) => escaped(inJson(name))).join('|');
}

export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
