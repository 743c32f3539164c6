/** Where an event belongs: the value it is routed by, and the partition that value names. */

import { keyValues, splitEntityKey } from '../core/entity-key.ts';
import { normalId } from '../core/id.ts';
import { partitionOf } from '../core/partition.ts';
import type { EventCatalogue } from '../rules/event-catalogue.ts';
import type { Fields } from './normalise.ts';

/** The value that routes an event of a known type: the first of its route fields that is there. */
export function routeOf(type: string, data: Readonly<Fields>, catalogue: EventCatalogue): string | undefined {
  const route = catalogue.get(type)?.route;
  if (route === undefined) return undefined;
  for (const field of route) {
    const value = data[field];
    if (value !== undefined && value !== null) return normalId(value);
  }
  return undefined;
}

/** The partition of an event; undefined when its type or its route is bad: any partition may refuse it then. */
export function partitionOfEvent(
  type: string,
  data: Readonly<Fields>,
  catalogue: EventCatalogue,
  partitions: number,
): number | undefined {
  const route = routeOf(type, data, catalogue);
  if (route === undefined) return undefined;
  if (type.startsWith('action.')) return partitionOfDecision(route, partitions);
  return partitionOf(type.startsWith('anomaly.') ? routeOfEntity(route) : route, partitions);
}

/** The partition of an entity by its id: a kind without key fields has one entity, routed by its name. */
export function ownerOf(kind: { readonly key: readonly string[] }, id: string, partitions: number): number {
  return partitionOf(keyValues(id, kind.key.length)[0] ?? id, partitions);
}

/** A decision's id begins with the partition that made it, and only that log can judge it. */
function partitionOfDecision(id: string, partitions: number): number | undefined {
  const match = /^(\d{1,4})-\d+-\d+$/.exec(id);
  if (!match) return undefined;
  const partition = Number(match[1]);
  return partition < partitions ? partition : undefined;
}

/** An entity named by its key (`lead:7`, `channel:c1/jooble`) lies where the first of its key values routes. */
function routeOfEntity(entity: string): string {
  const { kind, id } = splitEntityKey(entity);
  return kind === 'channel' ? (keyValues(id, 2)[0] as string) : id;
}
