/** All values at a stream time as a function of the set of events: no order, no lateness, no memory of the path. */

import type { Grouped, Rule, RuleSet } from './definition.ts';
import { type Entity, newEntity } from './entity.ts';
import { featureNow, feed, placeOf } from './evaluate.ts';
import { feedingsOf } from './feeding.ts';
import { find, standingLines } from './find.ts';
import { canonical } from './ordering.ts';
import type { Happening } from './received.ts';
import { fedBy, listName, touchesOf } from './touch.ts';

/**
 * Features and results by entity key. Left out is what depends on the path: features of decisions, results of
 * rules with `hold` or `every`, allocations, and whatever reads one of these. Ids must be distinct.
 */
export async function finalValues(
  set: RuleSet,
  events: readonly Happening[],
  time: number,
): Promise<Map<string, Record<string, unknown>>> {
  const entities = new Map<string, Entity>();
  const ordered = events.toSorted((a, b) => a.time - b.time || (canonical(a) < canonical(b) ? -1 : 1));
  // The zone first, in a pass of its own: conditions on other features depend on it.
  for (const isPlace of [true, false])
    for (const event of ordered) await feedAll(set, entities, event, isPlace, time);
  const values = new Map<string, Record<string, unknown>>();
  for (const kind of set.kinds) {
    for (const entity of [...entities.values()]) addParents(set, entities, entity);
    for (const entity of entities.values())
      if (entity.kind === kind) values.set(entity.key, await valuesOf(set, entities, entity, time));
  }
  return values;
}

async function feedAll(
  set: RuleSet,
  entities: Map<string, Entity>,
  event: Happening,
  isPlace: boolean,
  time: number,
): Promise<void> {
  for (const touch of touchesOf(set.kinds, event, [...entities.values()])) {
    const key = `${touch.kind.name}:${touch.id}`;
    const entity = entities.get(key) ?? newEntity(touch.kind, touch.id, touch.keys);
    entities.set(key, entity);
    for (const feature of fedBy(touch.kind, event.type)) {
      const place = feature.name === 'timezone' || feature.name === 'currency';
      if (listName(feature, event.type) !== touch.each || place !== isPlace) continue;
      feed(entity, feature.name, await feedingsOf(feature, event, touch.fields, placeOf(set, entity)));
      if (place)
        entity.values[feature.name] = (
          await featureNow(feature, entity, [], time, placeOf(set, entity))
        ).value;
    }
  }
}

async function valuesOf(
  set: RuleSet,
  entities: Map<string, Entity>,
  entity: Entity,
  time: number,
): Promise<Record<string, unknown>> {
  const { values, kind } = entity;
  const left = new Set<string>();
  for (const fact of kind.facts) {
    const reads = fact.is === 'rule' ? fact.reads : fact.is === 'calc' ? fact.formula.reads : [];
    const ofDecisions = fact.is === 'fed' && fact.on.some(({ type }) => type.startsWith('decision.'));
    if (ofDecisions || reads.some((name) => left.has(name)) || (fact.is === 'rule' && isPathBound(fact))) {
      left.add(fact.name);
      continue;
    }
    const place = placeOf(set, entity);
    const children = fact.is === 'group' ? childrenOf(fact, entities, entity) : [];
    values[fact.name] =
      fact.is === 'rule'
        ? await resultOf(set, fact, entity)
        : (await featureNow(fact, entity, children, time, place)).value;
  }
  return Object.fromEntries(
    kind.facts.filter(({ name }) => !left.has(name)).map(({ name }) => [name, values[name]]),
  );
}

function isPathBound(rule: Rule): boolean {
  return rule.hold > 0 || rule.every !== undefined || rule.shape.is === 'allocate' || lasts(rule);
}

function lasts({ shape }: Rule): boolean {
  return shape.is === 'pick' && shape.lines.some(({ until }) => until !== undefined);
}

async function resultOf(set: RuleSet, rule: Rule, entity: Entity): Promise<unknown> {
  const { shape } = rule;
  const scope = { ...entity.values, params: rule.params };
  const place = placeOf(set, entity);
  if (shape.is === 'allocate') return undefined;
  try {
    if (rule.when && (await rule.when.evaluate(scope, place)) !== true) return undefined;
    const finding = await find(shape, scope, place);
    if (finding.is === 'value') return finding.value;
    if (finding.is !== 'lines' || shape.is !== 'pick') return undefined;
    return (await standingLines(shape, finding.holding, scope, place)).value;
  } catch {
    return undefined;
  }
}

function childrenOf(group: Grouped, entities: Map<string, Entity>, parent: Entity): Entity[] {
  return [...entities.values()].filter(
    ({ kind, values }) =>
      kind.name === group.of && group.by.map((name) => values[name]).join('/') === parent.id,
  );
}

function addParents(set: RuleSet, entities: Map<string, Entity>, child: Entity): void {
  for (const kind of set.kinds) {
    const group = kind.facts.find((fact) => fact.is === 'group' && fact.of === child.kind.name);
    if (group?.is !== 'group') continue;
    const id = group.by.map((name) => child.values[name]).join('/');
    const keys = Object.fromEntries(kind.key.map((name) => [name, child.values[name]]));
    const key = `${kind.name}:${id}`;
    if (!entities.has(key)) entities.set(key, newEntity(kind, id, keys));
  }
}
