/** Reads weir.yaml: time zone, currency, partitions, the kinds of entities, and who is told decisions. */

import { LARGEST_SUMMAND } from '../core/units.ts';
import { isZone } from '../core/zone.ts';
import { NAME, nameRule } from './definition-name.ts';
import { type Diagnostics, startOf } from './diagnostics.ts';
import type { LocatedMap, LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';
import type { Settings } from './plan.ts';
import type { KindDefinition } from './rule-set.ts';
import { readSubscriptions } from './subscription-definition.ts';

export const SETTINGS_KEYS: readonly string[] = [
  'timezone',
  'currency',
  'largest',
  'partitions',
  'entities',
  'lists',
  'subscriptions',
  'webhooks',
  'actions',
];

export interface SettingsDefinition {
  readonly settings: Settings;
  readonly kinds: readonly KindDefinition[];
  readonly lists: readonly ListName[];
  /** The largest amounts that are believed, by the names of fields of events. */
  readonly largest: ReadonlyMap<string, LargestAmount>;
  /** Rules that subscriptions name. */
  readonly subscribed: readonly LocatedScalar[];
}

/** A short name by which lists of a kind are filtered and ordered. */
export interface ListName {
  readonly kind: LocatedScalar;
  readonly name: LocatedScalar;
  readonly rule: LocatedScalar;
}

export interface LargestAmount {
  readonly key: LocatedScalar;
  readonly amount: number;
}

export const DEFAULT_SETTINGS: Settings = {
  timezone: 'UTC',
  currency: 'EUR',
  partitions: 16,
  lists: {},
  subscriptions: [],
  automatic: true,
};

export function readSettings(map: LocatedMap, diagnostics: Diagnostics): SettingsDefinition {
  const reader = new MapReader(map, diagnostics, SETTINGS_KEYS);
  const settings = {
    timezone: readTimezone(reader) ?? DEFAULT_SETTINGS.timezone,
    currency: readCurrency(reader) ?? DEFAULT_SETTINGS.currency,
    partitions: reader.number('partitions', 1, 1024, true) ?? DEFAULT_SETTINGS.partitions,
  };
  reader.need('entities');
  const kinds: KindDefinition[] = [];
  for (const [name, { key, value }] of reader.submap('entities')?.entries ?? []) {
    if (!NAME.test(name)) diagnostics.report(key, nameRule(name));
    else if (value.type === 'map') kinds.push(readKind(key, value, diagnostics));
    else diagnostics.report(startOf(value), `a kind of entity is a map such as { key: ${name}_id }`);
  }
  const lists = readLists(reader);
  const byKind: Record<string, Record<string, string>> = {};
  for (const { kind, name, rule } of lists) {
    byKind[kind.text] ??= {};
    (byKind[kind.text] as Record<string, string>)[name.text] = rule.text;
  }
  const { subscriptions, rules: subscribed } = readSubscriptions(reader);
  const largest = readLargest(reader);
  return {
    settings: { ...settings, lists: byKind, subscriptions, automatic: readAutomatic(reader) },
    kinds,
    lists,
    largest,
    subscribed,
  };
}

function readLargest(reader: MapReader): Map<string, LargestAmount> {
  const largest = new Map<string, LargestAmount>();
  const map = reader.submap('largest');
  if (map === undefined) return largest;
  const amounts = new MapReader(map, reader.diagnostics, undefined);
  for (const [name, { key }] of map.entries) {
    const amount = amounts.number(name, 0, LARGEST_SUMMAND);
    if (amount !== undefined) largest.set(name, { key, amount });
  }
  return largest;
}

function readLists(reader: MapReader): ListName[] {
  const lists: ListName[] = [];
  const { diagnostics } = reader;
  for (const [, { key: kind, value: names }] of reader.submap('lists')?.entries ?? []) {
    if (names.type !== 'map') {
      diagnostics.report(
        kind,
        `\`lists\` has names and rules for each kind: { ${kind.text}: { score: RULE } }`,
      );
      continue;
    }
    for (const [name, { key, value }] of names.entries) {
      if (!NAME.test(name)) diagnostics.report(key, nameRule(name));
      else if (RESERVED_LISTS.includes(name))
        diagnostics.report(key, `no list may be filtered by \`${name}\`: the word has a meaning of its own`);
      else if (value.type === 'scalar') lists.push({ kind, name: key, rule: value });
      else diagnostics.report(startOf(value), `\`${name}\` names one rule`);
    }
  }
  return lists;
}

/** `actions: { automatic: false }` is the kill switch of the deployment. */
function readAutomatic(reader: MapReader): boolean {
  const map = reader.submap('actions');
  if (map === undefined) return DEFAULT_SETTINGS.automatic;
  const actions = new MapReader(map, reader.diagnostics, ['automatic']);
  actions.need('automatic');
  return actions.boolean('automatic') ?? DEFAULT_SETTINGS.automatic;
}

/** Parameters that every list has. */
const RESERVED_LISTS = ['limit', 'after', 'order', 'format', 'id'];

function readKind(place: LocatedScalar, map: LocatedMap, diagnostics: Diagnostics): KindDefinition {
  const reader = new MapReader(map, diagnostics, ['key', 'shared']);
  const shared = reader.boolean('shared') ?? false;
  if (!shared) reader.need('key');
  const key = reader.scalars('key').map((scalar) => scalar.text);
  if (new Set(key).size < key.length) diagnostics.report(place, `\`${place.text}\` names a key field twice`);
  return { name: place.text, key, shared, place };
}

function readTimezone(reader: MapReader): string | undefined {
  const scalar = reader.scalar('timezone');
  if (scalar === undefined || isZone(scalar.text)) return scalar?.text;
  reader.refuse('timezone', scalar, 'a time zone such as Europe/Madrid');
  return undefined;
}

function readCurrency(reader: MapReader): string | undefined {
  const scalar = reader.scalar('currency');
  if (scalar === undefined || /^[A-Z]{3}$/.test(scalar.text)) return scalar?.text;
  reader.refuse('currency', scalar, 'an ISO 4217 code such as EUR');
  return undefined;
}
