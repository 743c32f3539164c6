/** A published decision seen as an event, `decision.<rule>`: what features may read of it. */

import type { EventField, EventType } from './event-catalogue.ts';

const FIELDS: readonly EventField[] = (
  [
    ['value', 'any'],
    ['old', 'any'],
    ['class', 'text'],
    ['change', 'number'],
    ['entered', 'any'],
    ['left', 'any'],
    ['version', 'number'],
  ] as const
).map(([name, kind]) => ({ name, kind, required: false, personal: false }));

export function decisionEvent(rule: string): EventType {
  return {
    name: `decision.${rule}`,
    schema: {},
    route: [],
    ids: [],
    money: [],
    personal: [],
    fields: FIELDS.map((field) => field.name),
    shape: FIELDS,
    check: () => undefined,
  };
}
