/** What a producer writes: one element of a stream, and the events in it. */

import { partitionKeys, partitionOf } from '../../src/core/partition.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import type { JsonEvent } from '../../test/oracle/generate.ts';
import { PARTITIONS } from './deployment.ts';

export interface Message {
  readonly stream: string;
  readonly fields: readonly string[];
  /** Where each of its events must be found in the end. */
  readonly arrivals: readonly Arrival[];
}

export interface Arrival {
  /** Source and id; where there is none or it cannot be read, the whole text. */
  readonly identity: string;
  /** Undefined: what is refused may be refused anywhere. */
  readonly partition: number | undefined;
}

/** json: field `d`; flat: every value a field of its own, as text. */
export type Form = 'json' | 'flat';

/** Events for the public stream; a flat element holds one. */
export function published(events: readonly JsonEvent[], form: Form): Message {
  return { stream: PUBLIC_STREAM, fields: fieldsOf(events, form), arrivals: events.map(arrivalOf) };
}

/** An event for its partition's log, past the intake. */
export function written(event: JsonEvent, partition: number, form: Form): Message {
  return { stream: logOf(partition), fields: fieldsOf([event], form), arrivals: [arrivalOf(event)] };
}

/** Text that is no event: as it is in a log; what the public stream has as a list arrives element by element. */
export function broken(text: string, stream: string): Message {
  const pieces = stream === PUBLIC_STREAM ? elementsOf(text) : [text];
  const arrivals = pieces.map((identity) => ({ identity, partition: undefined }));
  return { stream, fields: ['d', text], arrivals };
}

function elementsOf(text: string): string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed) || parsed.length === 0) return [text];
    return parsed.map((element) => JSON.stringify(element));
  } catch {
    return [text];
  }
}

export function tick(partition: number, time: number): Message {
  return { stream: logOf(partition), fields: ['d', JSON.stringify({ type: 'tick', time })], arrivals: [] };
}

export function logOf(partition: number): string {
  return partitionKeys(partition, PARTITIONS).in;
}

/** The partition an event belongs to; undefined when nothing in it says so. */
export function partitionOfJson(event: JsonEvent): number | undefined {
  const data = dataOf(event);
  const route = data.lead_id ?? data.campaign_id;
  return route === undefined ? undefined : partitionOf(String(route), PARTITIONS);
}

export function identityOf(event: JsonEvent): string {
  if (event.id === undefined) return JSON.stringify(event);
  const source = typeof event.data === 'object' ? event.source : event.event_source;
  return JSON.stringify([String(source ?? ''), String(event.id)]);
}

function arrivalOf(event: JsonEvent): Arrival {
  const known = typeof event.type === 'string' && !event.type.endsWith('x');
  return { identity: identityOf(event), partition: known ? partitionOfJson(event) : undefined };
}

function dataOf(event: JsonEvent): Readonly<Record<string, unknown>> {
  return typeof event.data === 'object' && event.data !== null
    ? (event.data as Record<string, unknown>)
    : event;
}

function fieldsOf(events: readonly JsonEvent[], form: Form): string[] {
  const [first] = events;
  if (form === 'json' || !first) return ['d', JSON.stringify(events.length === 1 ? first : events)];
  const { data, source, ...envelope } = first;
  const flat = data
    ? { ...envelope, ...(source === undefined ? {} : { event_source: source }), ...(data as object) }
    : first;
  return Object.entries(flat).flatMap(([name, value]) => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
}
