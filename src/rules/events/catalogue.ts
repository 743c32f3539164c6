/** The catalogue of event types: the built-in ones, and how operators' own are added. */

import { WeirError } from '../../core/errors.ts';
import type { EventCatalogue, EventType, FieldKind } from '../event-catalogue.ts';
import { actionEvents } from './action-events.ts';
import { anomalyEvents } from './anomaly-events.ts';
import { campaignEvents } from './campaign-events.ts';
import { contentEvents } from './content-events.ts';
import { withLargest } from './event-type.ts';
import { leadEvents } from './lead-events.ts';
import { marketEvents } from './market-events.ts';
import { referralEvents } from './referral-events.ts';

export const builtInEvents: EventCatalogue = catalogueOf([
  ...leadEvents,
  ...contentEvents,
  ...referralEvents,
  ...campaignEvents,
  ...marketEvents,
  ...actionEvents,
  ...anomalyEvents,
]);

/** A new catalogue with more types; a name that is there already is refused. */
export function extendCatalogue(base: EventCatalogue, types: readonly EventType[]): EventCatalogue {
  return catalogueOf([...base.types, ...types]);
}

/** A new catalogue in which amounts above the largest ones, by the names of their fields, are refused. */
export function limitCatalogue(base: EventCatalogue, amounts: ReadonlyMap<string, number>): EventCatalogue {
  return amounts.size === 0 ? base : catalogueOf(base.types.map((type) => withLargest(type, amounts)));
}

function catalogueOf(types: readonly EventType[]): EventCatalogue {
  const byName = new Map<string, EventType>();
  for (const type of types) {
    if (byName.has(type.name))
      throw new WeirError(
        'config_invalid',
        `event type ${type.name} is declared twice; give one another name`,
        {
          context: { event: type.name },
        },
      );
    byName.set(type.name, type);
  }
  return { types, get: (type) => byName.get(type), strays: straysIn(types) };
}

function straysIn(types: readonly EventType[]): EventCatalogue['strays'] {
  const known = new WeakMap<EventType, ReadonlyMap<string, FieldKind>>();
  const plain = new Set(
    types.flatMap(({ shape }) => shape.filter((field) => !field.personal).map(({ name }) => name)),
  );
  const find = (type: EventType) => {
    const found = new Map<string, FieldKind>();
    for (const { shape, route } of types)
      for (const { name, kind, personal } of shape)
        if (personal && !type.fields.includes(name) && (!plain.has(name) || route[0] === type.route[0]))
          found.set(name, kind);
    return found;
  };
  return (type) => {
    let strays = known.get(type);
    if (strays === undefined) {
      strays = find(type);
      known.set(type, strays);
    }
    return strays;
  };
}
