/** The query of a request, read strictly: unknown names and values that do not fit are told all at once. */

import { didYouMean } from '../core/did-you-mean.ts';
import type { Millis } from '../core/units.ts';
import type { Parameters, Values } from './parameter.ts';
import type { Problem } from './problem.ts';

/** @param given each with every value it has in the address */
export function readQuery<const Q extends Parameters>(
  given: Readonly<Record<string, readonly string[]>>,
  parameters: Q,
  now: Millis,
): { readonly values: Values<Q> } | { readonly problem: Problem } {
  const errors: { pointer: string; detail: string }[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const texts = Object.hasOwn(given, name) ? (given[name] ?? []) : [];
    const value = texts[0] === undefined ? parameter.otherwise : parameter.read(texts[0], now);
    if (texts.length > 1)
      errors.push({ pointer: `?${name}`, detail: `${name} is given ${texts.length} times` });
    else if (value !== undefined) values[name] = value;
    else if (texts.length > 0)
      errors.push({ pointer: `?${name}`, detail: `${name} must be ${parameter.wanted}` });
  }
  const known = Object.keys(parameters);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(parameters, name));
  const onlyUnknown = errors.length === 0;
  for (const name of unknown) {
    const meant = didYouMean(name, known);
    const detail = meant === undefined ? 'this address does not take it' : `did you mean ${meant}?`;
    errors.push({ pointer: `?${name.slice(0, 50)}`, detail });
  }
  if (errors.length === 0) return { values: values as Values<Q> };
  return {
    problem: {
      slug: onlyUnknown ? 'unknown-parameter' : 'bad-parameter',
      status: 400,
      title: onlyUnknown ? 'Unknown query parameter' : 'A query parameter does not fit',
      detail: known.length === 0 ? 'This address takes none' : `Known: ${known.join(', ')}`,
      errors,
    },
  };
}
