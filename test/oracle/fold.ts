/** The fold over a partition's events: stream time, due times, lateness; everything touched is recomputed. */

import type { Cause, Decision } from './decision.ts';
import type { Grouped, RuleSet } from './definition.ts';
import { type Entity, newEntity } from './entity.ts';
import { evaluate, feed, placeOf } from './evaluate.ts';
import { type Feeding, feedingsOf } from './feeding.ts';
import { byText } from './ordering.ts';
import type { Happening } from './received.ts';
import { fedBy, type Touch, touchesOf } from './touch.ts';
import { refuses } from './window.ts';

export class Fold {
  readonly entities = new Map<string, Entity>();
  readonly decisions: Decision[] = [];
  /** Events that no feature would take any more. */
  late = 0;
  now = Number.NEGATIVE_INFINITY;
  readonly #set: RuleSet;

  constructor(set: RuleSet) {
    this.#set = set;
  }

  /** Time has passed: everything due until then happens, each at its own time. */
  async tick(time: number): Promise<void> {
    for (let first = this.#firstDue(); first && first.due <= time; first = this.#firstDue()) {
      this.now = Math.max(this.now, first.due);
      await this.#step([first], { timer: first.due }, false);
    }
    this.now = Math.max(this.now, time);
  }

  async apply(event: Happening): Promise<void> {
    const late = event.time < this.now;
    await this.tick(event.time);
    const feedings = await this.#feedings(event);
    const taken = feedings.filter(({ refused }) => !refused);
    if (taken.length === 0 && feedings.length > 0) {
      this.late += 1;
      return;
    }
    const touched = touchesOf(this.#set.kinds, event).map((touch) => this.#entity(touch));
    for (const { touch, feature, feeding } of taken) feed(this.#entity(touch), feature, [feeding]);
    await this.#step(touched, { event: event.id, type: event.type }, late);
  }

  async #feedings(
    event: Happening,
  ): Promise<{ touch: Touch; feature: string; feeding: Feeding; refused: boolean }[]> {
    const all = [];
    for (const touch of touchesOf(this.#set.kinds, event)) {
      const known = this.entities.get(keyOf(touch)) ?? newEntity(touch.kind, touch.id, touch.keys);
      for (const feature of fedBy(touch.kind, event.type)) {
        if (feature.each !== touch.each) continue;
        for (const feeding of await feedingsOf(feature, event, touch.fields, placeOf(this.#set, known)))
          all.push({
            touch,
            feature: feature.name,
            feeding,
            refused: refuses(feature, event.time, this.now),
          });
      }
    }
    return all;
  }

  /** Children before their parents; a parent of a touched child is touched too. */
  async #step(entities: Iterable<Entity>, cause: Cause, late: boolean): Promise<void> {
    const touched = new Set(entities);
    const moment = { now: this.now, cause, late, decisions: this.decisions };
    for (const kind of this.#set.kinds)
      for (const entity of [...touched]
        .filter((each) => each.kind === kind)
        .sort((a, b) => byText(a.id, b.id))) {
        await evaluate(this.#set, entity, moment, (group) => this.#children(group, entity));
        for (const parent of this.#parents(entity)) touched.add(parent);
      }
  }

  #parents(child: Entity): Entity[] {
    return this.#set.kinds.flatMap((kind) => {
      const group = kind.facts.find((fact) => fact.is === 'group' && fact.of === child.kind.name);
      const id = group && parentId(group as Grouped, child);
      if (id === undefined) return [];
      const keys = Object.fromEntries(kind.key.map((name) => [name, child.values[name]]));
      return [this.#entity({ kind, id, keys })];
    });
  }

  #children(group: Grouped, parent: Entity): Entity[] {
    return [...this.entities.values()].filter(
      (each) => each.kind.name === group.of && parentId(group, each) === parent.id,
    );
  }

  #entity(of: Pick<Touch, 'kind' | 'id' | 'keys'>): Entity {
    const key = keyOf(of);
    const entity = this.entities.get(key) ?? newEntity(of.kind, of.id, of.keys);
    this.entities.set(key, entity);
    return entity;
  }

  #firstDue(): Entity | undefined {
    let first: Entity | undefined;
    for (const entity of this.entities.values())
      if (!first || entity.due < first.due || (entity.due === first.due && entity.key < first.key))
        first = entity;
    return first && Number.isFinite(first.due) ? first : undefined;
  }
}

function keyOf({ kind, id }: Pick<Touch, 'kind' | 'id'>): string {
  return `${kind.name}:${id}`;
}

function parentId(group: Grouped, child: Entity): string | undefined {
  const parts = group.by.map((name) => child.values[name]);
  return parts.length > 0 && parts.every((part) => typeof part === 'string') ? parts.join('/') : undefined;
}
