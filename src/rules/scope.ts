/** The names that an expression may read where it stands, and what is said about any other name. */

import { didYouMean } from '../core/did-you-mean.ts';
import type { DeclaredNames } from './declared-names.ts';
import type { EventField, EventType } from './event-catalogue.ts';
import type { Binding, Frame, Scope } from './expression/expression.ts';
import type { ValueType } from './expression/types/value-type.ts';

export interface NamedScope extends Scope {
  /** What is wrong with a name that `lookup` does not know. */
  refuse(name: string): Refusal;
  /** What a name may be; undefined when nothing is known of it. */
  readonly types?: (name: string) => ValueType | undefined;
  /** Hears of every parameter that is read by name; of `undefined` when all may be. */
  readonly noteParam?: (name: string | undefined) => void;
}

export interface Refusal {
  readonly message: string;
  readonly hint?: string;
}

/** Features, results and key fields of one entity, and the rule's parameters. */
export function entityScope(
  kind: string,
  declared: DeclaredNames,
  slotOf: (name: string) => number,
  params: Readonly<Record<string, unknown>> | undefined,
  reader: 'live' | 'shadow' | 'off' | 'feature',
): NamedScope {
  const names = declared.of(kind);
  const usable = (name: string) => {
    if (names.get(name)?.sort === 'query') return false;
    const mode = names.get(name)?.mode;
    if (mode === undefined || mode === 'live' || reader === 'off') return true;
    return mode === 'shadow' && reader !== 'live';
  };
  return {
    describe: kind,
    names: () => names.keys(),
    lookup(name) {
      if (params !== undefined && name === 'params') return constant(params);
      if (!names.has(name) || !usable(name)) return undefined;
      const slot = slotOf(name);
      return { read: (frame) => frame.slots[slot] };
    },
    refuse(name) {
      const { mode, sort } = names.get(name) ?? {};
      if (sort === 'query') return { message: queryRefusal(name) };
      if (mode === 'off') return { message: `\`${name}\` is the result of a rule that is off` };
      if (mode === 'shadow')
        return { message: `a live rule may not depend on a shadow one: \`${name}\` is in shadow` };
      const elsewhere = declared.kindsWith(name);
      const message = `unknown feature \`${name}\` of ${kind}`;
      if (elsewhere.length > 0) return { message, hint: `this is a feature of ${elsewhere.join(' and ')}` };
      return hinted(message, name, names.keys());
    },
  };
}

/** The fields of an event; `fields` are those of every type the feature names, with `each` of its elements. */
export function eventScope(type: string, fields: EventFields): NamedScope {
  return {
    describe: `event ${type}`,
    names: () => fields.names,
    lookup(name) {
      if (name === 'time') return { read: (frame) => frame.time };
      if (name === 'type') return constant(type);
      return fields.names.has(name) ? inputField(name) : undefined;
    },
    refuse(name) {
      if (fields.personal.has(name)) return personalRefusal(name);
      return hinted(`unknown field \`${name}\` of ${fields.describe}`, name, [
        ...fields.names,
        'time',
        'type',
      ]);
    },
  };
}

export function queryRefusal(name: string): string {
  return `\`${name}\` is answered when a report asks: rules and features may not read it`;
}

export function personalRefusal(name: string): Refusal {
  return { message: `\`${name}\` is personal: personal fields are never used in features` };
}

/** What expressions over events may read. */
export interface EventFields {
  readonly names: ReadonlySet<string>;
  readonly personal: ReadonlySet<string>;
  /** The types, for messages. */
  readonly describe: string;
}

/** With `each`: true for an entity that is known already and that the event's list does not name. */
export const LEFT_OUT = 'left_out';

/** The fields of types taken together; with `each`, of the elements of the first such list too. */
export function eventFields(types: readonly EventType[], each: readonly string[]): EventFields {
  const names = new Set<string>();
  const personal = new Set<string>();
  const take = (field: EventField) => (field.personal ? personal : names).add(field.name);
  for (const type of types) {
    for (const field of type.shape) take(field);
    for (const field of elementFields(type, each)) take(field);
  }
  if (each.length > 0) names.add(LEFT_OUT);
  for (const name of personal) names.delete(name);
  return { names, personal, describe: types.map((type) => type.name).join(', ') };
}

/** The first of these names that is a list of the type. */
export function listIn(type: EventType, each: readonly string[]): EventField | undefined {
  const lists = type.shape.filter((field) => field.rows !== undefined && field.rows.length > 0);
  return each.map((name) => lists.find((field) => field.name === name)).find((list) => list !== undefined);
}

/** The fields of the elements of that list; none when the type has no such list. */
export function elementFields(type: EventType, each: readonly string[]): readonly EventField[] {
  return listIn(type, each)?.rows ?? [];
}

/** Fields of a row or of another small object given as the frame's input. */
export function inputScope(
  names: readonly string[],
  describe: string,
  params?: Readonly<Record<string, unknown>>,
): NamedScope {
  return {
    describe,
    names: () => names,
    lookup(name) {
      if (params !== undefined && name === 'params') return constant(params);
      return names.includes(name) ? inputField(name) : undefined;
    },
    refuse: (name) => hinted(`unknown field \`${name}\` of ${describe}`, name, names),
  };
}

function constant(value: unknown): Binding {
  return { read: () => value, constant: true };
}

/** Own properties only: an event must not reach what JavaScript gives every object. */
function inputField(name: string): Binding {
  const own = (frame: Frame) => (Object.hasOwn(frame.input, name) ? frame.input[name] : undefined);
  return { read: name in Object.prototype ? own : (frame) => frame.input[name] };
}

function hinted(message: string, name: string, known: Iterable<string>): Refusal {
  const meant = didYouMean(name, known);
  return meant === undefined ? { message } : { message, hint: `did you mean \`${meant}\`?` };
}
