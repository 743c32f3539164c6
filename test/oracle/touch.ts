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

/** A kind is touched by the events that are routed by its first key field and carry all its key fields. */
export function touchesOf(kinds: readonly Kind[], event: Happening): Touch[] {
  return kinds
    .filter((kind) => kind.key[0] === routeOf(kinds, event))
    .flatMap((kind) => {
      const arrays = new Set(
        fedBy(kind, event.type).flatMap(({ each }) => (each === undefined ? [] : [each])),
      );
      const direct = touch(kind, event.data, undefined);
      const elements = [...arrays].flatMap((each) =>
        listOf(event.data[each]).flatMap((element) => touch(kind, { ...event.data, ...element }, each)),
      );
      return [...direct, ...elements];
    });
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
  if (/^(context|action|anomaly)\./.test(type)) return undefined;
  return kinds.map(({ key }) => key[0]).find((name) => name !== undefined && typeof data[name] === 'string');
}

function listOf(value: unknown): Record<string, unknown>[] {
  return (Array.isArray(value) ? value : []).filter((each) => typeof each === 'object' && each !== null);
}
