/** The types of events as TypeScript: what `data` of each holds, for producers that are written in it. */

import type { EventField, EventType } from './event-catalogue.ts';

/** A module that exports `EventData`, one line a field; fields that no type declares are allowed, as over HTTP. */
export function eventTypesText(types: readonly EventType[]): string {
  const sorted = [...types].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    '/** What producers may send: `data` of each type of event, made by `weir schema typescript`. */',
    '',
    '/** Compared as text. */',
    'export type Id = string | number;',
    '/** In units of the currency, with at most 6 decimals; as text where it must be exact. */',
    'export type Money = string | number;',
    '/** RFC 3339 with a zone, or milliseconds. */',
    'export type Time = string | number;',
    'export type Rows<Row> = readonly Row[];',
    'export type MaybeRows<Row> = readonly Row[] | null;',
    '',
    'export interface EventData {',
    ...sorted.flatMap(({ name, shape }) => [
      `  ${/^\w+$/.test(name) ? name : `'${name}'`}: {`,
      ...shape.flatMap((field) => fieldLines(field, '    ')),
      '  };',
    ]),
    '}',
    '',
  ].join('\n');
}

/** Absent and null are the same. */
function fieldLines({ name, required, values, kind, rows }: EventField, indent: string): string[] {
  const mark = required ? '' : '?';
  if (kind === 'rows' && rows !== undefined)
    return [
      `${indent}${name}${mark}: ${required ? 'Rows' : 'MaybeRows'}<{`,
      ...rows.flatMap((row) => fieldLines(row, `${indent}  `)),
      `${indent}}>;`,
    ];
  const type = values === undefined ? TYPES[kind] : values.map((value) => `'${value}'`).join(' | ');
  return [`${indent}${name}${mark}: ${type}${required || kind === 'any' ? '' : ' | null'};`];
}

const TYPES: Readonly<Record<EventField['kind'], string>> = {
  id: 'Id',
  text: 'string',
  number: 'number',
  money: 'Money',
  budget: 'Money',
  boolean: 'boolean',
  time: 'Time',
  any: 'unknown',
  rows: 'readonly unknown[]',
  ip: 'string',
  agent: 'string',
};
