/** Reads the `params:` of a rule or report: numbers and lists that its expressions name. */

import { NAME, nameRule } from './definition-name.ts';
import { type LocatedScalar, plainValue } from './located.ts';
import type { MapReader } from './map-reader.ts';

export interface Params {
  readonly params: Readonly<Record<string, unknown>>;
  readonly paramPlaces: ReadonlyMap<string, LocatedScalar>;
}

export function readParams(reader: MapReader): Params {
  const map = reader.submap('params');
  if (map === undefined) return { params: {}, paramPlaces: new Map() };
  for (const [name, { key }] of map.entries)
    if (!NAME.test(name)) reader.diagnostics.report(key, nameRule(name));
  const paramPlaces = new Map([...map.entries].map(([name, { key }]) => [name, key]));
  return { params: plainValue(map) as Record<string, unknown>, paramPlaces };
}
