/** The kinds of fields that events have: what each accepts, and how it is called in a sentence. */

import Type, { type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { ID_RULE, LONGEST_ID } from '../../core/id.ts';
import { INSTANT_RULE } from '../../core/instant.ts';
import { LARGEST_SUMMAND } from '../../core/units.ts';
import type { EventField, FieldKind } from '../event-catalogue.ts';
import { isTimeZone } from './time-zone.ts';

/** A kind of field; the same object may stand in many event types. */
export interface Field {
  readonly kind: FieldKind;
  /** Of the value after normalising. */
  readonly schema: TSchema;
  /** Completes "must be …". */
  readonly expected: string;
  readonly personal: boolean;
  readonly rows?: readonly NamedField[];
  /** Of a list: names of which each object has one at least. */
  readonly oneOf?: readonly string[];
  fits(value: unknown): boolean;
}

/** A field at its place in an event type. */
export interface NamedField extends EventField {
  readonly field: Field;
}

function field(kind: FieldKind, schema: TSchema, expected: string, rows?: readonly NamedField[]): Field {
  let check: ((value: unknown) => boolean) | undefined;
  const fits = (value: unknown) => {
    if (check === undefined) {
      const validator = Compile(schema);
      check = (candidate) => validator.Check(candidate);
    }
    return check(value);
  };
  return { kind, schema, expected, personal: false, fits, ...(rows && { rows }) };
}

export const id = field('id', Type.String({ minLength: 1, maxLength: LONGEST_ID }), `an id: ${ID_RULE}`);
export const text = field('text', Type.String(), 'text');
export const number = field('number', Type.Number(), 'a number');
export const boolean = field('boolean', Type.Boolean(), 'true or false');
export const time = field('time', Type.Integer(), INSTANT_RULE);
export const money = field('money', Type.Number({ minimum: 0, maximum: LARGEST_SUMMAND }), 'a number');
export const budget = field('budget', money.schema, 'a number');
export const count = field('number', Type.Integer({ minimum: 0 }), 'a whole number, 0 or more');
export const points = field('number', Type.Number({ minimum: 0, maximum: 100 }), 'a number from 0 to 100');
export const share = field('number', Type.Number({ minimum: 0, maximum: 1 }), 'a number from 0 to 1');
export const currency = field('text', Type.String({ pattern: '^[A-Z]{3}$' }), 'an ISO 4217 code like EUR');
export const email = field('text', Type.String({ format: 'email' }), 'an e-mail address');
/** Also a network as it is kept, for producers that cut addresses themselves. */
export const ip = field(
  'ip',
  Type.Union([
    Type.String({ format: 'ipv4' }),
    Type.String({ format: 'ipv6' }),
    Type.String({ pattern: '^(?:\\d{1,3}\\.){3}0/24$|^(?:[0-9a-f]{1,4}:){3}:/48$' }),
  ]),
  'an IPv4 or IPv6 address',
);
export const agent = field('agent', Type.String(), 'text');
export const timezone = field(
  'text',
  Type.Refine(Type.String(), (value) => isTimeZone(value)),
  'a time zone like Europe/Madrid',
);
export const scalar = field(
  'any',
  Type.Union([Type.Number(), Type.String(), Type.Boolean()]),
  'a number, text, true or false',
);
export const any = field(
  'any',
  Type.Union([scalar.schema, Type.Array(Type.Unknown()), Type.Object({})]),
  'a value',
);
export const counts = field(
  'any',
  Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
  'an object of whole numbers, 0 or more',
);

export function oneOf(...choices: readonly string[]): Field {
  return field('text', Type.Enum([...choices]), `one of ${choices.join(', ')}`);
}

/**
 * A list of objects.
 * @param oneOf optional fields of which each object has one at least
 */
export function rows(
  required: Record<string, Field>,
  optional: Record<string, Field> = {},
  oneOf: readonly string[] = [],
): Field {
  const named = nameFields(required, optional);
  const options = oneOf.length === 0 ? {} : { anyOf: oneOf.map((name) => ({ required: [name] })) };
  const list = field('rows', Type.Array(objectSchema(named, options)), 'a list of objects', named);
  if (oneOf.length === 0) return list;
  const hasOne = (row: unknown) =>
    oneOf.some((name) => (row as Record<string, unknown> | null)?.[name] != null);
  const fits = (value: unknown) => list.fits(value) && (value as readonly unknown[]).every(hasOne);
  return { ...list, oneOf, fits };
}

/** The same field marked as personal: its value is never shown, and never reaches a rule. */
export function personal(plain: Field): Field {
  return { ...plain, personal: true };
}

export function nameFields(required: Record<string, Field>, optional: Record<string, Field>): NamedField[] {
  const name = (fields: Record<string, Field>, isRequired: boolean) =>
    Object.entries(fields).map(([key, kind]) => ({
      name: key,
      kind: kind.kind,
      required: isRequired,
      personal: kind.personal,
      field: kind,
      ...bounds(kind.schema),
      ...(kind.rows && { rows: kind.rows }),
    }));
  return [...name(required, true), ...name(optional, false)];
}

/** What the schema says of the values. */
function bounds(schema: TSchema): Pick<EventField, 'values' | 'least' | 'most'> {
  const { enum: values, minimum: least, maximum: most } = schema as Bounded;
  return {
    ...(values && { values }),
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
  };
}

interface Bounded {
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Unknown fields are kept, so they are allowed; an optional field may be null, which counts as absent. */
export function objectSchema(fields: readonly NamedField[], options: Record<string, unknown> = {}): TSchema {
  const properties: Record<string, TSchema> = {};
  for (const {
    name,
    required,
    field: { schema },
  } of fields)
    properties[name] = required ? schema : Type.Optional(Type.Union([schema, Type.Null()]));
  return Type.Object(properties, options);
}
