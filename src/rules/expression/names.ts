/** Paths that are only names: the common case, without any list as long as there is none in the data. */

import { Callable } from './callable.ts';
import { fieldOf, readField } from './field.ts';
import type { Run } from './run.ts';
import { Gathering, Sequence, unwrap, WholeList } from './sequence.ts';
import type { Code } from './term.ts';

/** Reads the names one after the other from what `start` gives, else from the context. */
export function namesCode(start: Code | undefined, names: readonly string[]): Code {
  if (start !== undefined) return (run, item, slots) => follow(run, start(run, item, slots), names, 0);
  const name = names[0] as string;
  if (names.length > 1) {
    return (run, item) =>
      Array.isArray(item) ? overList(run, item, names, 0) : follow(run, fieldOf(item, name), names, 1);
  }
  return (run, item) => {
    if (Array.isArray(item)) return overList(run, item, names, 0);
    const value = fieldOf(item, name);
    return value instanceof Sequence ? overList(run, [item], names, 0) : value;
  };
}

function follow(run: Run, start: unknown, names: readonly string[], from: number): unknown {
  let value = start;
  for (let i = from; i < names.length; i++) {
    if (typeof value !== 'object' || value === null || value instanceof Callable) return undefined;
    if (Array.isArray(value)) return overList(run, value instanceof WholeList ? [value] : value, names, i);
    const name = names[i] as string;
    const next = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    if (next instanceof Sequence) return overList(run, [value], names, i);
    value = next;
  }
  return value;
}

function overList(run: Run, list: readonly unknown[], names: readonly string[], from: number): unknown {
  if (list.length === 0) return undefined;
  let input = list;
  for (let i = from; i < names.length && input.length > 0; i++) {
    input = nameStep(run, input, names[i] as string, i === names.length - 1);
  }
  return unwrap(input);
}

/** One name over many items. */
export function nameStep(run: Run, input: readonly unknown[], name: string, last: boolean): unknown[] {
  run.spend(input.length);
  const gathering = new Gathering();
  for (let i = 0; i < input.length; i++) {
    const value = readField(run, input[i], name);
    if (value !== undefined) gathering.add(value);
  }
  return gathering.done(last);
}
