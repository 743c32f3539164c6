/** A published decision seen as an event, `decision.<rule>`: what features may read of it. */

import type { EventField, EventType } from './event-catalogue.ts';

const FIELDS: readonly EventField[] = (
  [
    ['value', 'any'],
    ['new', 'any'],
    ['old', 'any'],
    ['class', 'text'],
    ['change', 'number'],
    ['entered', 'any'],
    ['left', 'any'],
    ['version', 'number'],
  ] as const
).map(([name, kind]) => ({ name, kind, required: false, personal: false }));

/** @param key the key fields of the entity that is decided about */
export function decisionEvent(rule: string, key: readonly string[]): EventType {
  const keys = key.map((name) => ({ name, kind: 'text', required: true, personal: false }) as const);
  const shape = [...FIELDS, ...keys];
  return {
    name: `decision.${rule}`,
    schema: {},
    route: [],
    ids: [],
    money: [],
    personal: [],
    fields: shape.map((field) => field.name),
    shape,
    check: () => undefined,
  };
}
