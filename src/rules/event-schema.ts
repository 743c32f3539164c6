/** What producers may send, as JSON Schema: events as they come, before ids and money are normalised. */

import type { EventField, EventType } from './event-catalogue.ts';

type Json = Readonly<Record<string, unknown>>;

/** The fields of one type, for `data`. */
export function dataSchema({ name, shape, route }: EventType): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: name,
    ...fieldsSchema(shape),
    // which of them names whom it is about
    ...(route.length > 1 ? { anyOf: route.map((field) => ({ required: [field] })) } : {}),
  };
}

/** The whole event with its envelope. */
export function eventSchema(type: EventType): Json {
  const { $schema, title, ...data } = dataSchema(type);
  return {
    $schema,
    title,
    type: 'object',
    required: ['type', 'data'],
    properties: {
      id: { ...ID, description: 'With `source` the idempotency key: send it again as often as you like' },
      source: { type: 'string', maxLength: 200 },
      type: { const: type.name },
      time: { ...TIME, description: 'When it happened; when it arrives, where it is absent' },
      data,
    },
  };
}

const ID: Json = { anyOf: [{ type: 'string', minLength: 1, maxLength: 200 }, { type: 'integer' }] };
const TIME: Json = { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'integer' }] };
const MONEY: Json = {
  anyOf: [
    { type: 'number', minimum: 0, maximum: 1e9 },
    { type: 'string', pattern: '^\\d+(\\.\\d{1,6})?$' },
  ],
  description: 'In units of the currency, with at most 6 decimals',
};

function fieldsSchema(fields: readonly EventField[]): Json {
  const required = fields.filter((field) => field.required).map((field) => field.name);
  return {
    type: 'object',
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
    additionalProperties: true,
  };
}

function fieldSchema(field: EventField): Json {
  const { personal, required } = field;
  const schema = { ...kindSchema(field), ...(personal ? { 'x-personal': true } : {}) };
  // absent and null are the same
  return required ? schema : { anyOf: [schema, { type: 'null' }] };
}

function kindSchema({ kind, values, least, most, rows = [] }: EventField): Json {
  switch (kind) {
    case 'id':
      return ID;
    case 'time':
      return TIME;
    case 'money':
    case 'budget':
      return MONEY;
    case 'number':
      return {
        type: 'number',
        ...(least === undefined ? {} : { minimum: least }),
        ...(most === undefined ? {} : { maximum: most }),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'rows':
      return { type: 'array', items: fieldsSchema(rows) };
    case 'any':
      return {};
    case 'text':
    case 'ip':
    case 'agent':
      return { type: 'string', ...(values ? { enum: [...values] } : {}) };
  }
}
