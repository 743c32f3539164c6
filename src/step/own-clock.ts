/** The clock by which a feature counts time: stream time, or for days of its own what clocks show where the entity is. */

import type { Millis } from '../core/units.ts';
import { isZone, localTime, whenLocal } from '../core/zone.ts';
import type { AggregateNode } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';

/** The value of an aggregate at stream time `now`; undefined = absent. */
export function valueAt(node: AggregateNode, state: unknown, entity: Entity, now: Millis): unknown {
  return node.aggregate.value(state, node.local ? shown(entity, now) : now);
}

/** The first time after `now` at which the value may change by itself. */
export function changeAfter(node: AggregateNode, state: unknown, entity: Entity, now: Millis): Millis {
  if (!node.local) return node.aggregate.nextChange(state, now);
  return whenLocal(zoneOf(entity), node.aggregate.nextChange(state, shown(entity, now)), now);
}

/** What the clocks where the entity is show at a time. */
export function shown(entity: Entity, time: Millis): Millis {
  return localTime(zoneOf(entity), time);
}

/** A feature called `timezone` may hold what is no zone: then it is the configured one. */
function zoneOf(entity: Entity): string {
  const zone = entity.zone();
  return isZone(zone) ? zone : entity.plan.settings.timezone;
}
