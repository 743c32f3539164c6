/** A JSON body held against the schema of its route: everything that does not fit, each with its place. */

import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { didYouMean } from '../core/did-you-mean.ts';
import type { Problem } from './problem.ts';

interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean | Shape;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Shape[];
}

type Found = { readonly pointer: string; readonly detail: string };

const compiled = new WeakMap<TSchema, ReturnType<typeof Compile>>();
const MOST_ERRORS = 20;

/** Undefined when it fits. */
export function checkBody(schema: TSchema, value: unknown): Problem | undefined {
  const check = compiled.get(schema) ?? Compile(schema);
  compiled.set(schema, check);
  if (check.Check(value)) return undefined;
  const errors = errorsIn(schema as Shape, value, '');
  return {
    slug: 'bad-body',
    status: 400,
    title: 'The body does not fit',
    errors:
      errors.length > 0 ? errors.slice(0, MOST_ERRORS) : [{ pointer: '', detail: 'the body does not fit' }],
  };
}

function errorsIn(shape: Shape, value: unknown, pointer: string): Found[] {
  const name = pointer === '' ? 'the body' : pointer.slice(pointer.lastIndexOf('/') + 1);
  const wanted = wantedBy(shape);
  if (!fitsSelf(shape, value)) return [{ pointer, detail: `${name} must be ${wanted}` }];
  if (Array.isArray(value) && shape.items)
    return value.flatMap((item, i) => errorsIn(shape.items as Shape, item, `${pointer}/${i}`));
  if (shape.properties === undefined) return [];
  return fieldErrors(shape, value as Readonly<Record<string, unknown>>, pointer);
}

function fieldErrors(shape: Shape, value: Readonly<Record<string, unknown>>, pointer: string): Found[] {
  const known = shape.properties ?? {};
  const found: Found[] = [];
  for (const [field, inner] of Object.entries(value)) {
    const at = `${pointer}/${field.slice(0, 50).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.hasOwn(known, field) ? known[field] : undefined;
    if (own) found.push(...errorsIn(own, inner, at));
    else if (shape.additionalProperties === false) {
      const meant = didYouMean(field, Object.keys(known));
      const detail = meant === undefined ? 'there is no such field' : `did you mean ${meant}?`;
      found.push({ pointer: at, detail });
    }
  }
  for (const field of shape.required ?? [])
    if (!Object.hasOwn(value, field))
      found.push({ pointer: `${pointer}/${field}`, detail: `${field} is missing` });
  return found;
}

/** Leaves out what is inside of it. */
function fitsSelf(shape: Shape, value: unknown): boolean {
  if (shape.anyOf) return shape.anyOf.some((one) => Compile(one as TSchema).Check(value));
  if (shape.enum) return shape.enum.includes(value);
  switch (shape.type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return (
        Array.isArray(value) &&
        value.length <= (shape.maxItems ?? Number.POSITIVE_INFINITY) &&
        value.length >= (shape.minItems ?? 0)
      );
    case undefined:
      return true;
  }
  return Compile(shape as TSchema).Check(value);
}

/** In words, from what the schema allows. */
export function wantedBy(shape: Shape): string {
  if (shape.enum) return `one of ${shape.enum.join(', ')}`;
  if (shape.anyOf) return shape.anyOf.map(wantedBy).join(' or ');
  const between = (least: number | undefined, most: number | undefined) =>
    least !== undefined && most !== undefined
      ? ` from ${least} to ${most}`
      : least !== undefined
        ? ` of ${least} or more`
        : most !== undefined
          ? ` of ${most} or less`
          : '';
  switch (shape.type) {
    case 'string':
      return shape.maxLength === undefined ? 'a text' : `a text of at most ${shape.maxLength} characters`;
    case 'integer':
      return `a whole number${between(shape.minimum, shape.maximum)}`;
    case 'number':
      return `a number${between(shape.minimum, shape.maximum)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return shape.maxItems === undefined
        ? 'a list'
        : `a list of ${shape.minItems ?? 0} to ${shape.maxItems}`;
    case 'object':
      return 'an object';
  }
  return shape.description ?? 'something else';
}
