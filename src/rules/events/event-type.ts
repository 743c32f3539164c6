/** An event type made from its fields: compiled check, and the first problem in plain words. */

import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { shown } from '../../core/shown.ts';
import type { EventField, EventType } from '../event-catalogue.ts';
import { type Field, type NamedField, nameFields, objectSchema } from './field.ts';

export interface EventTypeDefinition {
  /** Fields one of which routes the event; with several, one of them must be there. */
  readonly route: readonly string[];
  readonly required?: Readonly<Record<string, Field>>;
  readonly optional?: Readonly<Record<string, Field>>;
  readonly erases?: boolean;
}

type Problem = { readonly field: string; readonly problem: string };

export function eventType(name: string, definition: EventTypeDefinition): EventType {
  return new FieldedType(
    name,
    definition.route,
    nameFields(definition.required ?? {}, definition.optional ?? {}),
    definition.erases ?? false,
  );
}

/** The same type with the largest amounts that its money fields may have, by the field's name. */
export function withLargest(type: EventType, amounts: ReadonlyMap<string, number>): EventType {
  if (!(type instanceof FieldedType) || !type.money.some((path) => amounts.has(lastName(path)))) return type;
  return new FieldedType(type.name, type.route, limited(type.shape, amounts), type.erases);
}

function limited(shape: readonly NamedField[], amounts: ReadonlyMap<string, number>): NamedField[] {
  return shape.map((field) => {
    const largest = field.kind === 'money' || field.kind === 'budget' ? amounts.get(field.name) : undefined;
    if (largest !== undefined) return { ...field, largest };
    if (field.rows === undefined) return field;
    return { ...field, rows: limited(field.rows as readonly NamedField[], amounts) };
  });
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

class FieldedType implements EventType {
  readonly name: string;
  readonly schema: TSchema;
  readonly route: readonly string[];
  readonly ids: readonly string[];
  readonly money: readonly string[];
  readonly personal: readonly string[];
  readonly erases: boolean;
  readonly fields: readonly string[];
  readonly shape: readonly NamedField[];
  readonly #naming: readonly NamedField[];
  /** Compiled on first use: a start pays only for the types that arrive. */
  #validator: { Check(value: unknown): boolean } | undefined;

  constructor(name: string, route: readonly string[], shape: readonly NamedField[], erases: boolean) {
    const named = (holds: (field: NamedField) => boolean) => shape.filter(holds).map((field) => field.name);
    this.name = name;
    this.route = route;
    this.shape = shape;
    this.erases = erases;
    this.#naming = shape.filter(({ field }) => field.oneOf !== undefined);
    this.fields = named(() => true);
    this.ids = named((field) => field.kind === 'id');
    this.money = moneyFields(shape, '');
    this.personal = named((field) => field.personal);
    const oneRoute = route.length > 1 ? { anyOf: route.map((field) => ({ required: [field] })) } : {};
    this.schema = objectSchema(shape, { $id: name, ...oneRoute });
  }

  check(data: Record<string, unknown>): Problem | undefined {
    this.#validator ??= Compile(this.schema);
    const isRouted = this.route.length === 1 || this.#isRouted(data);
    if (this.#validator.Check(data) && isRouted && this.#hasNames(data)) return undefined;
    return (
      firstProblem(this.shape, data, '') ?? {
        field: this.route[0] as string,
        problem: `${oneOfWords(this.route)} is missing`,
      }
    );
  }

  /** An optional field that is null counts as absent, which the schema does not see. */
  #hasNames(data: Record<string, unknown>): boolean {
    return this.#naming.every(({ name, field }) => data[name] == null || field.fits(data[name]));
  }

  #isRouted(data: Record<string, unknown>): boolean {
    for (const field of this.route) if (data[field] !== undefined && data[field] !== null) return true;
    return false;
  }
}

function moneyFields(shape: readonly EventField[], at: string): string[] {
  return shape.flatMap(({ name, kind, rows }) => {
    if (rows) return moneyFields(rows, `${at}${name}.`);
    return kind === 'money' || kind === 'budget' ? [at + name] : [];
  });
}

function oneOfWords(route: readonly string[]): string {
  return route.length === 1 ? (route[0] as string) : `one of ${route.join(', ')}`;
}

/** The first field, in declared order, that does not fit. */
function firstProblem(
  shape: readonly NamedField[],
  data: Record<string, unknown>,
  at: string,
): Problem | undefined {
  for (const { name, required, field } of shape) {
    const value = data[name];
    const path = at + name;
    if (value === undefined || value === null) {
      if (required) return { field: path, problem: `${path} is missing` };
    } else if (!field.fits(value)) {
      return (Array.isArray(value) && rowProblem(field, value, path)) || wrong(field, path, value);
    }
  }
  return undefined;
}

function rowProblem(field: Field, list: readonly unknown[], path: string): Problem | undefined {
  if (field.rows === undefined) return undefined;
  for (const [index, row] of list.entries()) {
    const at = `${path}[${index}]`;
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      return { field: at, problem: `${at} must be an object, is ${shown(row)}` };
    const problem = firstProblem(field.rows, row as Record<string, unknown>, `${at}.`);
    if (problem) return problem;
    const { oneOf = [] } = field;
    if (oneOf.length > 0 && oneOf.every((name) => (row as Record<string, unknown>)[name] == null))
      return { field: at, problem: `${at}: ${oneOfWords(oneOf)} is missing` };
  }
  return undefined;
}

/** Values of personal fields are not shown: the sentence goes into logs. */
function wrong(field: Field, path: string, value: unknown): Problem {
  const is = field.personal ? '' : `, is ${shown(value)}`;
  return { field: path, problem: `${path} must be ${field.expected}${is}` };
}
