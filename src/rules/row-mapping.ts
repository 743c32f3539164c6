/**
 * A map file `{events: <JSONata>}` as a function from a row of an imported file to its events; imports are a cold
 * path, so this one place uses the jsonata evaluator as it is, asynchronous and complete.
 */

import jsonata from 'jsonata';
import type { Millis } from '../core/units.ts';
import { Diagnostics, startOf } from './diagnostics.ts';
import { parse } from './expression/parse.ts';
import { MapReader } from './map-reader.ts';
import type { Problem } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { spanInScalar } from './scalar-offsets.ts';
import { SourceFile } from './source-file.ts';
import { spreadMicros } from './spread-micros.ts';

/** Where a row comes from; bound in the expression as $row, $file and $start. */
export interface RowPlace {
  /** Counts from 1. */
  readonly row: number;
  /** Base name of the file. */
  readonly file: string;
  readonly start: Millis;
}

/** Rejects with the evaluator's message, or with what is wrong with the result. */
export type RowMapping = (
  row: Readonly<Record<string, unknown>>,
  place: RowPlace,
) => Promise<Record<string, unknown>[]>;

export type ReadMapping =
  | { readonly ok: true; readonly mapping: RowMapping; readonly expression: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A row that needs longer than this, or nests deeper, has an expression that does not end. */
const GUARDRAILS = { timeout: 5_000, stack: 500 };

export function readRowMapping(path: string, text: string): ReadMapping {
  const diagnostics = new Diagnostics();
  const source = new SourceFile(path, text);
  const [map, second] = readYaml(source, diagnostics);
  const refused = () => ({ ok: false, problems: diagnostics.errors }) as const;
  if (second) diagnostics.report(startOf(second), 'a map file holds one document');
  if (map === undefined) {
    if (diagnostics.errors.length === 0) diagnostics.report(wholeFile(source), 'the file holds no map');
    return refused();
  }
  const reader = new MapReader(map, diagnostics, ['events']);
  reader.need('events');
  const scalar = reader.scalar('events');
  if (scalar === undefined) return refused();
  const parsed = parse(scalar.text);
  if (!parsed.ok) {
    const { start, end, message } = parsed.problem;
    diagnostics.report({ source, span: spanInScalar(scalar, start, end) }, message);
  }
  if (diagnostics.errors.length > 0) return refused();
  return { ok: true, mapping: compileMapping(scalar.text), expression: scalar.text };
}

function wholeFile(source: SourceFile) {
  return { source, span: source.lineSpan(0) };
}

function compileMapping(expression: string): RowMapping {
  const compiled = jsonata(expression, GUARDRAILS);
  compiled.registerFunction('spread_micros', spreadMicros);
  return async (row, place) => {
    const result: unknown = await compiled.evaluate(row, { ...place });
    if (result === undefined) return [];
    const events = Array.isArray(result) ? [...result] : [result];
    for (const event of events) {
      if (typeof event !== 'object' || event === null || Array.isArray(event))
        throw new TypeError(
          `a row must give an event or a list of events, this one gives ${JSON.stringify(event)}`,
        );
      if (typeof event.type !== 'string')
        throw new TypeError(`an event without a type: ${JSON.stringify(event)}`);
    }
    // The evaluator gives lists marked as its own and objects without a prototype; ours are plain.
    return events.map((event) => ({ ...event }));
  };
}
