/** Recomputes everything of one entity at one moment, in dependency order. */

import type { Decision, Moment } from './decision.ts';
import type { Feature, Fed, Grouped, Kind, RuleSet } from './definition.ts';
import { type Entity, verdictOf } from './entity.ts';
import { type Standing, standing } from './feature-value.ts';
import { type Feeding, feedingsOf, shownTo } from './feeding.ts';
import type { Place } from './formula.ts';
import { groupValue } from './group.ts';
import { judge, nextOwnTime } from './judge.ts';
import { fedBy } from './touch.ts';
import { readByCalc, readByRule, unchanged } from './unchanged.ts';
import { clockOf, knownZone } from './zone.ts';

/** @param fixed values that are given instead of computed, for rule tests */
export async function evaluate(
  set: RuleSet,
  entity: Entity,
  moment: Moment,
  childrenOf: (group: Grouped, parent: Entity) => Entity[],
  fixed: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  let due = Number.POSITIVE_INFINITY;
  Object.assign(entity.values, fixed);
  for (const fact of entity.kind.facts) {
    if (Object.hasOwn(fixed, fact.name)) continue;
    if (fact.is === 'rule' && unchanged(entity, fact, readByRule)) continue;
    if (fact.is === 'calc' && unchanged(entity, fact.formula, readByCalc)) continue;
    const place = placeOf(set, entity);
    if (fact.is === 'rule') {
      const before = moment.decisions.length;
      await judge(fact, entity, moment, place);
      for (const decision of moment.decisions.slice(before))
        if (decision.error === undefined && decision.mode === 'live')
          await feedDecision(entity, decision, place);
      due = Math.min(due, nextOwnTime(fact, verdictOf(entity, fact.name), moment.now, placeOf(set, entity)));
    } else {
      const children = fact.is === 'group' ? childrenOf(fact, entity) : [];
      const { value, next } = await featureNow(fact, entity, children, moment.now, place);
      entity.values[fact.name] = value;
      due = Math.min(due, next);
    }
  }
  entity.due = due;
}

export async function featureNow(
  feature: Feature,
  entity: Entity,
  children: readonly Entity[],
  now: number,
  place: Place,
): Promise<{ value: unknown; next: number }> {
  if (feature.is === 'fed') {
    const fed = entity.fed.get(feature.name) ?? [];
    const before = entity.found.get(feature.name);
    const { zone } = feature.today ? place : { zone: '' };
    if (before && before.fed === fed.length && before.zone === zone && now < before.next) return before;
    const found = { ...shownStanding(feature, fed, now, place), fed: fed.length, zone };
    entity.found.set(feature.name, found);
    return found;
  }
  if (feature.is === 'screen') return { value: entity.flagged, next: Number.POSITIVE_INFINITY };
  const value =
    feature.is === 'group'
      ? await groupValue(feature, children, place)
      : await feature.formula.evaluate(entity.values, place).catch(() => undefined);
  return { value: value ?? feature.otherwise, next: Number.POSITIVE_INFINITY };
}

export function placeOf(set: RuleSet, { values }: Entity): Place {
  const currency = values.currency;
  return {
    zone: knownZone(values.timezone, set.zone),
    currency: typeof currency === 'string' ? currency : set.currency,
  };
}

/** Of a day of the entity's own the next change is asked of the clock there, by the quarter of an hour. */
function shownStanding(feature: Fed, fed: readonly Feeding[], now: number, place: Place): Standing {
  const { value, next } = standing(feature, fed, shownTo(feature, now, place));
  if (!feature.today || next === Number.POSITIVE_INFINITY) return { value, next };
  const quarter = 15 * 60_000;
  let at = Math.floor(now / quarter) * quarter + quarter;
  while (clockOf(at, place.zone) < next) at += quarter;
  return { value, next: at };
}

/** A published decision is an event of its own entity. */
async function feedDecision(entity: Entity, decision: Decision, place: Place): Promise<void> {
  const event = { type: `decision.${decision.rule}`, time: decision.time };
  const { reasons: _, cause: __, ...fields } = decision;
  for (const feature of fedBy(entity.kind, event.type)) {
    const scope = { ...keysOf(entity.kind, entity), ...fields };
    feed(entity, feature.name, await feedingsOf(feature, event, scope, place));
  }
}

function keysOf(kind: Kind, { values }: Entity): Record<string, unknown> {
  return Object.fromEntries(kind.key.map((name) => [name, values[name]]));
}

export function feed(
  entity: Entity,
  feature: string,
  feedings: readonly (typeof entity.fed extends Map<string, (infer Each)[]> ? Each : never)[],
): void {
  const list = entity.fed.get(feature) ?? [];
  list.push(...feedings);
  entity.fed.set(feature, list);
}
