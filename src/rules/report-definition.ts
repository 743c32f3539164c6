/** Reads a `report:` document: JSON that is computed when somebody asks, and its tests. */

import type { Millis } from '../core/units.ts';
import { NAME, nameRule } from './definition-name.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { LocatedMap, LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';
import { readParams } from './params-definition.ts';
import { type RuleTest, readTests } from './rule-test.ts';

export interface ReportDefinition {
  readonly name: string;
  readonly place: LocatedScalar;
  readonly description: string;
  /** A short address of its own beside /v1/reports/NAME. */
  readonly path?: LocatedScalar;
  /** With `?from=&to=` the features that look back exactly this far are counted over that time instead. */
  readonly range?: Millis;
  readonly params: Readonly<Record<string, unknown>>;
  readonly value: LocatedScalar;
}

/** Reports are about the whole business: they read the features of the kind without a key. */
export const REPORT_KIND = 'all';

export const REPORT_KEYS: readonly string[] = [
  'report',
  'description',
  'path',
  'range',
  'params',
  'value',
  'tests',
];

export interface ReadReport {
  /** Absent when the report is too broken to check further. */
  readonly report?: ReportDefinition;
  readonly tests: readonly RuleTest[];
}

export function readReport(map: LocatedMap, diagnostics: Diagnostics): ReadReport {
  const reader = new MapReader(map, diagnostics, REPORT_KEYS);
  reader.need('value');
  const name = readWord(reader, 'report');
  const path = readWord(reader, 'path');
  const range = reader.duration('range');
  const description = reader.text('description');
  const { params } = readParams(reader);
  const value = reader.scalar('value');
  if (!name || !value) return { tests: [] };
  const report: ReportDefinition = {
    name: name.text,
    place: name,
    description: description ?? '',
    ...(path && { path }),
    ...(range !== undefined && { range }),
    params,
    value,
  };
  return { report, tests: readTests(name.text, reader, diagnostics) };
}

/** Names of reports are parts of addresses: the same words as names of features. */
function readWord(reader: MapReader, key: string): LocatedScalar | undefined {
  const word = reader.scalar(key);
  if (word === undefined || NAME.test(word.text)) return word;
  reader.diagnostics.report(word, nameRule(word.text));
  return undefined;
}
