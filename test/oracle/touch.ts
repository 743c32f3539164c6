/** Which entities an event is about, and with which fields it reaches each of them. */

import type { Fed, Kind } from './definition.ts';
import type { Happening } from './received.ts';

export interface Touch {
  readonly kind: Kind;
  readonly id: string;
  readonly keys: Readonly<Record<string, unknown>>;
  /** The event's fields; for `each`, one element's fields over them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The array the element came from: only features with this `each` are fed. */
  readonly each: string | undefined;
}

/**
 * A kind is touched by the events that are routed by its first key field and carry all its key fields. A list of
 * parts touches also the parts that it does not name, where a parent has a row for each of them.
 * @param known every entity there is of these kinds with the event's first key value, at least
 */
export function touchesOf(
  kinds: readonly Kind[],
  event: Happening,
  known: Iterable<{ readonly kind: Kind; readonly id: string }>,
): Touch[] {
  return kinds
    .filter((kind) => kind.key[0] === routeOf(kinds, event))
    .flatMap((kind) => {
      const arrays = new Set(
        fedBy(kind, event.type).flatMap((feature) => listName(feature, event.type) ?? []),
      );
      const direct = touch(kind, event.data, undefined);
      const elements = [...arrays].flatMap((each) =>
        listOf(event.data[each]).flatMap((element) => touch(kind, { ...event.data, ...element }, each)),
      );
      // what became of an action is about the rows that it names, and about no other
      if (event.type === REPORT) return [...direct, ...elements];
      const others = [...arrays].flatMap((each) => unnamed(kinds, kind, event, each, elements, known));
      return [...direct, ...elements, ...others];
    });
}

function unnamed(
  kinds: readonly Kind[],
  kind: Kind,
  { data }: Happening,
  each: string,
  named: readonly Touch[],
  known: Iterable<{ readonly kind: Kind; readonly id: string }>,
): Touch[] {
  const parent = kinds.find((other) =>
    other.facts.some((fact) => fact.is === 'group' && fact.of === kind.name && fact.where === undefined),
  );
  if (!parent?.key.every((name) => typeof data[name] === 'string')) return [];
  const leftOut = Array.isArray(data[each]) ? { left_out: true } : {};
  return [...known]
    .filter((entity) => entity.kind === kind && !named.some(({ id }) => id === entity.id))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ id }) => {
      const parts = id.split('/');
      const keys = Object.fromEntries(kind.key.map((name, index) => [name, parts[index]]));
      if (parent.key.some((name) => keys[name] !== data[name])) return [];
      return touch(kind, { ...data, ...keys, ...leftOut }, each);
    });
}

const REPORT = 'action.applied';

/** The list of an event of this type whose elements feed the feature. */
export function listName({ each, eachOfReports }: Fed, type: string): string | undefined {
  return type === REPORT ? eachOfReports : each;
}

export function fedBy(kind: Kind, type: string): Fed[] {
  return kind.facts.filter(
    (fact): fact is Fed => fact.is === 'fed' && fact.on.some((source) => source.type === type),
  );
}

function touch(kind: Kind, fields: Readonly<Record<string, unknown>>, each: string | undefined): Touch[] {
  const values = kind.key.map((name) => fields[name]);
  if (values.some((value) => typeof value !== 'string' || value === '')) return [];
  const keys = Object.fromEntries(kind.key.map((name, index) => [name, values[index]]));
  return [{ kind, id: values.join('/'), keys, fields, each }];
}

function routeOf(kinds: readonly Kind[], { type, data }: Happening): string | undefined {
  if (/^(lead|email|content|referral)\./.test(type)) return 'lead_id';
  if (type.startsWith('campaign.')) return 'campaign_id';
  // told with what was asked for, once the action was found
  if (type === REPORT && data.campaign_id !== undefined) return 'campaign_id';
  if (/^(context|action|anomaly)\./.test(type)) return undefined;
  return kinds.map(({ key }) => key[0]).find((name) => name !== undefined && typeof data[name] === 'string');
}

function listOf(value: unknown): Record<string, unknown>[] {
  return (Array.isArray(value) ? value : []).filter((each) => typeof each === 'object' && each !== null);
}
