/** Reads an `event:` document: an event type that operators declare themselves. */

import { WeirError } from '../core/errors.ts';
import { type Diagnostics, startOf } from './diagnostics.ts';
import type { EventType } from './event-catalogue.ts';
import { declareEventType, type EventDeclaration } from './events/declared-type.ts';
import {
  type Located,
  type LocatedEntry,
  type LocatedMap,
  type LocatedScalar,
  plainValue,
} from './located.ts';
import { MapReader } from './map-reader.ts';

export const EVENT_KEYS: readonly string[] = ['event', 'description', 'route', 'fields'];

export interface OwnEvent {
  readonly place: LocatedScalar;
  readonly type: EventType;
  readonly declaration: EventDeclaration;
}

export function readEvent(map: LocatedMap, diagnostics: Diagnostics): OwnEvent | undefined {
  const reader = new MapReader(map, diagnostics, EVENT_KEYS);
  for (const key of ['route', 'fields']) reader.need(key);
  const place = reader.scalar('event');
  const route = reader.scalars('route').map((scalar) => scalar.text);
  const fields = reader.submap('fields');
  if (!place || route.length === 0 || !fields) return undefined;
  for (const { value } of fields.entries.values())
    if (value.type === 'map')
      new MapReader(value, diagnostics, ['type', 'required', 'personal', 'description']);
  const declaration = { event: place.text, route, fields: plainValue(fields) } as EventDeclaration;
  try {
    return { place, type: declareEventType(declaration), declaration };
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    const { path } = error.context as { path: readonly string[] };
    diagnostics.report(placeAt(map, path), error.message);
    diagnostics.lose(place.text);
    return undefined;
  }
}

/** The value at a path of keys, or the nearest place to it. */
function placeAt(map: LocatedMap, path: readonly string[]): ReturnType<typeof startOf> {
  let at: Located = map;
  let key: LocatedScalar | undefined;
  for (const name of path) {
    const entry: LocatedEntry | undefined = at.type === 'map' ? at.entries.get(name) : undefined;
    if (entry === undefined) break;
    key = entry.key;
    at = entry.value;
  }
  return at.type === 'scalar' || key === undefined ? startOf(at) : key;
}
