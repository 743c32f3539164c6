/** An event of each type that is accepted: what bad input is put into, one field at a time. */

import type { EventCatalogue, EventType } from '../../src/rules/event-catalogue.ts';

export interface SampleEvent {
  readonly type: string;
  /** Every required field with a value that fits. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Where a text may stand: every field but numbers, lists and truth values. */
  readonly texts: readonly string[];
}

/** Values that fit one kind of field or another. */
const CANDIDATES: readonly unknown[] = [
  'c1',
  'EUR',
  'ana@example.org',
  '203.0.113.9',
  'Europe/Madrid',
  1,
  true,
  [],
  {},
  [{ channel: 'jooble', budget: 10 }],
  Date.UTC(2026, 0, 5),
];
const NO_TEXT = new Set(['number', 'money', 'budget', 'boolean', 'rows']);

/** Types that erase, or that only an action can answer, are left out: their refusals are other tests' matter. */
export function sampleEvents(catalogue: EventCatalogue): SampleEvent[] {
  return catalogue.types
    .filter((type) => !type.erases && !type.route.includes('action_id'))
    .map((type) => ({
      type: type.name,
      data: sampleData(type),
      texts: type.shape.filter(({ kind }) => !NO_TEXT.has(kind)).map(({ name }) => name),
    }));
}

function sampleData(type: EventType): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  // a field is tried alone: the check names the first field that does not fit
  for (const { name, required, values } of type.shape)
    if (required) data[name] = values?.[0] ?? (type.route.includes(name) ? routeValue(name) : undefined);
  for (;;) {
    const wrong = type.check(data)?.field;
    if (wrong === undefined) return data;
    const name = wrong.split(/[.[]/)[0] as string;
    const fitting = CANDIDATES.find((value) => type.check({ ...data, [name]: value })?.field !== wrong);
    if (fitting === undefined) throw new Error(`no sample fits ${name} of ${type.name}`);
    data[name] = fitting;
  }
}

function routeValue(name: string): string {
  return name === 'entity' ? 'campaign:c1' : 'c1';
}
