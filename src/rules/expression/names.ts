/** Paths that are only names: the common case, without any list as long as there is none in the data. */

import { type Field, fieldNamed, readField } from './field.ts';
import type { Run } from './run.ts';
import { Gathering, isSequence, isWholeList, newSequence, unwrap } from './sequence.ts';
import type { Code } from './term.ts';

/** Reads the names one after the other from what `start` gives, else from the context. */
export function namesCode(start: Code | undefined, names: readonly string[]): Code {
  const fields = names.map(fieldNamed);
  if (start !== undefined) return (run, item, slots) => follow(run, start(run, item, slots), fields);
  const [first] = fields as [Field];
  if (fields.length > 1) {
    return (run, item) => (Array.isArray(item) ? overList(run, item, fields, 0) : follow(run, item, fields));
  }
  return (run, item) => {
    if (Array.isArray(item)) return overList(run, item, fields, 0);
    const value = first(item);
    return isSequence(value) ? overList(run, [item], fields, 0) : value;
  };
}

function follow(run: Run, start: unknown, fields: readonly Field[]): unknown {
  let value = start;
  for (let i = 0; i < fields.length; i++) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) return overList(run, isWholeList(value) ? [value] : value, fields, i);
    const next = (fields[i] as Field)(value);
    if (isSequence(next)) return overList(run, [value], fields, i);
    value = next;
  }
  return value;
}

function overList(run: Run, list: readonly unknown[], fields: readonly Field[], from: number): unknown {
  if (list.length === 0) return undefined;
  let input = list;
  for (let i = from; i < fields.length && input.length > 0; i++) {
    input = nameStep(run, input, fields[i] as Field, i === fields.length - 1);
  }
  return unwrap(input);
}

/** One name over many items. */
export function nameStep(run: Run, input: readonly unknown[], field: Field, last: boolean): unknown[] {
  run.spend(input.length);
  return withoutLists(input, field) ?? withLists(run, input, field, last);
}

/** As long as neither the items nor the values are lists, which is so nearly always. */
function withoutLists(input: readonly unknown[], field: Field): unknown[] | undefined {
  const found = newSequence();
  for (let i = 0; i < input.length; i++) {
    const item = input[i];
    if (Array.isArray(item)) return undefined;
    const value = field(item);
    if (Array.isArray(value)) return undefined;
    if (value !== undefined) found.push(value);
  }
  return found;
}

function withLists(run: Run, input: readonly unknown[], field: Field, last: boolean): unknown[] {
  const gathering = new Gathering();
  for (let i = 0; i < input.length; i++) {
    const item = input[i];
    const value = Array.isArray(item) ? readField(run, item, field) : unwrap(field(item));
    if (value !== undefined) gathering.add(value);
  }
  return gathering.done(last);
}
