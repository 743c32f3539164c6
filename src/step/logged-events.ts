/** What the history keeps of an entry: its events without personal fields, or what the processor itself wrote. */

import { splitEntityKey } from '../core/entity-key.ts';
import { type Entry, entryMillis } from '../core/entry.ts';
import type { LoggedEvent } from '../core/history/logged-event.ts';
import { normalId } from '../core/id.ts';
import { parseInstant } from '../core/instant.ts';
import type { Plan } from '../rules/plan.ts';
import type { Item } from './decode.ts';

/** Refused events are left out: dead letters have them. */
export function loggedEvents(plan: Plan, entry: Entry, items: readonly Item[]): LoggedEvent[] {
  const logged: LoggedEvent[] = [];
  for (const item of items) {
    // that somebody was erased is told by the event itself, and not a second time in every partition
    if (item.kind === 'dead' || item.kind === 'erased') continue;
    if (item.kind !== 'event') {
      logged.push(ownEntry(entry));
      continue;
    }
    const { id, source, type, time, data } = item.event;
    const erases = plan.events.get(type)?.erases ? { erases: true as const } : {};
    logged.push({
      item: item.index,
      time,
      type,
      source,
      id,
      ...subjectOf(plan, type, data),
      data,
      ...erases,
    });
  }
  return logged;
}

/** Control entries stand alone in theirs. */
function ownEntry(entry: Entry): LoggedEvent {
  const { type, time, states, values, ...data } = JSON.parse(entry.d ?? '{}') as Record<string, unknown>;
  // what a partition knows of a shared entity is made from the events of that partition: they are kept already
  const kept = {
    ...data,
    ...(states === undefined || type === 'shared.partial' ? {} : { states }),
    ...(values === undefined ? {} : { values: withoutPredictor(values) }),
  };
  return {
    item: 0,
    time: parseInstant(time) ?? entryMillis(entry.id),
    type: String(type),
    source: '',
    id: null,
    kind: null,
    entity: null,
    data: kept,
  };
}

/** A model is large, comes every minute to every partition, and is made from events that are kept. */
function withoutPredictor(values: unknown): unknown {
  if (typeof values !== 'object' || values === null) return values;
  const { predictor: _, ...others } = values as Record<string, unknown>;
  return others;
}

/** The entity that an event's route names: the one whose key is that field alone. */
export function subjectOf(
  plan: Plan,
  type: string,
  data: Readonly<Record<string, unknown>>,
): { readonly kind: string | null; readonly entity: string | null } {
  // what people do with anomalies names the entity by its key
  if (type.startsWith('anomaly.') && typeof data.entity === 'string') {
    const { kind, id } = splitEntityKey(data.entity);
    return plan.kindOf.has(kind) ? { kind, entity: id } : { kind: null, entity: data.entity };
  }
  for (const field of plan.events.get(type)?.route ?? []) {
    const entity = data[field] === undefined || data[field] === null ? undefined : normalId(data[field]);
    if (entity === undefined) continue;
    const kind = plan.kinds.find(({ key, role }) => role === 'local' && key.length === 1 && key[0] === field);
    return { kind: kind?.name ?? null, entity };
  }
  return { kind: null, entity: null };
}
