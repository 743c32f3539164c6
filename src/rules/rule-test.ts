/** Reads the tests of a rule: given events or feature values, and what is expected of them when. */

import type { Millis } from '../core/units.ts';
import { type Diagnostics, startOf } from './diagnostics.ts';
import { type Located, type LocatedMap, type LocatedScalar, plainValue } from './located.ts';
import { MapReader } from './map-reader.ts';

/** A Monday. */
export const DEFAULT_START: Millis = Date.UTC(2026, 0, 5);

export interface RuleTest {
  readonly rule: string;
  readonly name: string;
  readonly place: LocatedScalar;
  /** Time of `at: 0h`. */
  readonly start: Millis;
  /** Feature values of one entity, instead of events. */
  readonly with?: TestFacts;
  readonly given: readonly GivenEvent[];
  readonly expect: readonly Expectation[];
}

/** Values of one entity by name, each with its place. */
export interface TestFacts {
  /** The keys as written; which of them names the entity is settled once the kinds are known. */
  readonly values: ReadonlyMap<string, TestValue>;
  readonly place: { readonly source: LocatedScalar['source']; readonly span: LocatedScalar['span'] };
}

export interface TestValue {
  readonly key: LocatedScalar;
  readonly located: Located;
  readonly value: unknown;
}

export interface GivenEvent {
  /** After the start of the test. */
  readonly at: Millis;
  readonly type: LocatedScalar;
  /** Envelope id, where the test gives one. */
  readonly id?: string;
  readonly times: number;
  /** Between repetitions. */
  readonly every: Millis;
  readonly data: Readonly<Record<string, unknown>>;
  readonly fields: readonly LocatedScalar[];
}

export interface Expectation extends TestFacts {
  /** After the start of the test; absent beside `with`. */
  readonly at?: Millis;
}

const TEST_KEYS = ['name', 'start', 'with', 'given', 'expect'];
const GIVEN_KEYS = ['at', 'type', 'id', 'times', 'every'];
const MOST_TIMES = 100_000;

export function readTests(rule: string, reader: MapReader, diagnostics: Diagnostics): RuleTest[] {
  const tests: RuleTest[] = [];
  for (const map of reader.maps('tests')) {
    const test = readTest(rule, map, diagnostics);
    if (test) tests.push(test);
  }
  return tests;
}

function readTest(rule: string, map: LocatedMap, diagnostics: Diagnostics): RuleTest | undefined {
  const reader = new MapReader(map, diagnostics, TEST_KEYS);
  reader.need('name');
  reader.need('expect');
  const name = reader.scalar('name');
  const start = readStart(reader);
  const withMap = reader.submap('with');
  const given = reader.maps('given').map((event) => readGiven(event, diagnostics));
  if (withMap && reader.has('given'))
    diagnostics.report(
      reader.key('with') as LocatedScalar,
      'a test has `given` events or values `with`, not both',
    );
  const expect = withMap ? readPlainExpect(reader) : readTimedExpect(reader, diagnostics);
  if (!name) return undefined;
  return {
    rule,
    name: name.text,
    place: name,
    start: start ?? DEFAULT_START,
    ...(withMap && { with: factsOf(withMap, []) }),
    given: given.filter((event) => event !== undefined),
    expect,
  };
}

function readStart(reader: MapReader): Millis | undefined {
  const scalar = reader.scalar('start');
  if (scalar === undefined) return undefined;
  const start = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(scalar.text)
    ? Date.parse(scalar.text)
    : Number.NaN;
  if (Number.isFinite(start)) return start;
  reader.refuse('start', scalar, 'a time such as 2026-01-05T00:00:00Z');
  return undefined;
}

function readGiven(map: LocatedMap, diagnostics: Diagnostics): GivenEvent | undefined {
  const reader = new MapReader(map, diagnostics, undefined);
  reader.need('at');
  reader.need('type');
  const at = reader.duration('at', true);
  const type = reader.scalar('type');
  const times = reader.number('times', 1, MOST_TIMES, true) ?? 1;
  const every = reader.duration('every') ?? 0;
  const id = reader.text('id');
  const data: Record<string, unknown> = {};
  const fields: LocatedScalar[] = [];
  for (const [name, { key, value }] of map.entries) {
    if (GIVEN_KEYS.includes(name)) continue;
    fields.push(key);
    data[name] = plainValue(value);
  }
  if (at === undefined || type === undefined) return undefined;
  return { at, type, times, every, data, fields, ...(id !== undefined && { id }) };
}

/** Beside `with`, `expect` is one map: the values of the same entity. */
function readPlainExpect(reader: MapReader): Expectation[] {
  const map = reader.submap('expect');
  return map ? [factsOf(map, [])] : [];
}

function readTimedExpect(reader: MapReader, diagnostics: Diagnostics): Expectation[] {
  const expectations: Expectation[] = [];
  for (const map of reader.maps('expect')) {
    const line = new MapReader(map, diagnostics, undefined);
    line.need('at');
    const at = line.duration('at', true);
    if (at !== undefined) expectations.push({ ...factsOf(map, ['at']), at });
  }
  return expectations;
}

function factsOf(map: LocatedMap, besides: readonly string[]): TestFacts {
  const values = new Map<string, TestValue>();
  for (const [name, { key, value }] of map.entries)
    if (!besides.includes(name)) values.set(name, { key, located: value, value: plainValue(value) });
  return { values, place: startOf(map) };
}
