/** Event types that operators declare themselves, in `config/events/*.yaml`. */

import { didYouMean } from '../../core/did-you-mean.ts';
import { WeirError } from '../../core/errors.ts';
import { shown } from '../../core/shown.ts';
import type { EventType } from '../event-catalogue.ts';
import { eventType } from './event-type.ts';
import { any, boolean, type Field, id, money, number, personal, text, time } from './field.ts';

export interface EventDeclaration {
  readonly event: string;
  /** The field that routes, or several of which one must be there. */
  readonly route: string | readonly string[];
  readonly fields: Readonly<Record<string, FieldDeclaration>>;
}

export interface FieldDeclaration {
  readonly type: 'id' | 'text' | 'number' | 'money' | 'boolean' | 'time' | 'any';
  readonly required?: boolean;
  readonly personal?: boolean;
}

const KINDS = new Map<string, Field>(Object.entries({ id, text, number, money, boolean, time, any }));

const EVENT_NAME = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
const FIELD_NAME = /^[a-z][a-z0-9_]*$/;
const OURS = ['decision.', 'rules.', 'shared.', 'learned.', 'action.', 'anomaly.'];
/** Names that the envelope has, and that JavaScript gives every object. */
const TAKEN = ['id', 'type', 'time', 'ts', 'event_source', 'data', 'constructor', 'prototype'];

/**
 * The event type of a declaration. Throws config_invalid at the first problem; `context.path` says where in
 * the declaration it lies, so that a loader can point at the line.
 */
export function declareEventType(declaration: EventDeclaration): EventType {
  const { event, fields } = declaration;
  if (typeof event !== 'string' || !EVENT_NAME.test(event))
    refuse(
      event,
      ['event'],
      `the name must be words with a dot between, like crm.called, is ${shown(event)}`,
    );
  const ours = OURS.find((prefix) => event.startsWith(prefix));
  if (ours) refuse(event, ['event'], `names that begin with ${ours} are the processor's own; choose another`);
  if (!isObject(fields)) refuse(event, ['fields'], `fields must be an object, is ${shown(fields)}`);
  const route = typeof declaration.route === 'string' ? [declaration.route] : declaration.route;
  if (!Array.isArray(route) || route.length === 0)
    refuse(
      event,
      ['route'],
      `route must name the field whose entity the event belongs to, is ${shown(route)}`,
    );
  const required: Record<string, Field> = {};
  const optional: Record<string, Field> = {};
  for (const [name, field] of Object.entries(fields)) {
    const kind = fieldOf(event, name, field);
    if (field.required || (route.length === 1 && route[0] === name)) required[name] = kind;
    else optional[name] = kind;
  }
  for (const name of route) checkRoute(event, name, fields);
  return eventType(event, { route, required, optional });
}

function fieldOf(event: string, name: string, field: FieldDeclaration): Field {
  const path = ['fields', name];
  if (!FIELD_NAME.test(name))
    refuse(event, path, `field ${shown(name)}: a name is small letters, digits and _`);
  if (TAKEN.includes(name)) refuse(event, path, `field ${name}: the envelope uses that name; choose another`);
  if (!isObject(field))
    refuse(event, path, `field ${name} must be an object like {type: text}, is ${shown(field)}`);
  const kind = KINDS.get(field.type);
  if (!kind) {
    const near = didYouMean(String(field.type), KINDS.keys());
    const hint = near ? `; did you mean ${near}?` : '';
    refuse(
      event,
      [...path, 'type'],
      `field ${name}: type must be one of ${[...KINDS.keys()].join(', ')}, is ${shown(field.type)}${hint}`,
    );
  }
  for (const mark of ['required', 'personal'] as const)
    if (field[mark] !== undefined && typeof field[mark] !== 'boolean')
      refuse(
        event,
        [...path, mark],
        `field ${name}: ${mark} must be true or false, is ${shown(field[mark])}`,
      );
  return field.personal ? personal(kind) : kind;
}

function checkRoute(event: string, name: string, fields: Readonly<Record<string, FieldDeclaration>>): void {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) {
    const near = didYouMean(String(name), Object.keys(fields));
    refuse(event, ['route'], `route: no field ${shown(name)}${near ? `; did you mean "${near}"?` : ''}`);
  }
  if (field.type !== 'id')
    refuse(event, ['route'], `route: field ${name} must be of type id, is ${field.type}`);
  if (field.personal)
    refuse(event, ['route'], `route: field ${name} is personal, and personal fields do not route`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(event: unknown, path: readonly string[], problem: string): never {
  throw new WeirError('config_invalid', `event type ${typeof event === 'string' ? event : '?'}: ${problem}`, {
    context: { path },
  });
}
