/** The fold over a partition's events: stream time, due times, lateness; everything touched is recomputed. */

import { Calendar } from './calendar.ts';
import type { Cause, Decision } from './decision.ts';
import type { Grouped, RuleSet, Screen } from './definition.ts';
import { type Entity, newEntity } from './entity.ts';
import { evaluate, feed, placeOf } from './evaluate.ts';
import { type Feeding, feedingsOf, shownTo } from './feeding.ts';
import { Flags, offerAgain } from './flag.ts';
import { byText } from './ordering.ts';
import type { Happening } from './received.ts';
import { Screens } from './screen.ts';
import type { Shares } from './shares.ts';
import { fedBy, listName, type Touch, touchesOf } from './touch.ts';
import { refuses } from './window.ts';

/** Entities that can depend on each other: a lead, or a campaign with its channels. No other entity matters to them. */
type Family = Entity[];

interface Offer {
  readonly touch: Touch;
  readonly feature: string;
  readonly feeding: Feeding;
  readonly refused: boolean;
}

export class Fold {
  readonly entities = new Map<string, Entity>();
  readonly decisions: Decision[] = [];
  /** Types of the events that no feature it knows would take any more. */
  readonly late: string[] = [];
  now = Number.NEGATIVE_INFINITY;
  readonly #screens = new Screens();
  readonly #flags = new Flags();
  readonly #set: RuleSet;
  readonly #shares: Shares;
  readonly #families = new Map<string, Family>();
  readonly #calendar = new Calendar<Family>();

  constructor(set: RuleSet, shares: Shares) {
    this.#set = set;
    this.#shares = shares;
  }

  /** Time has passed; what is due until then happens when its family is needed, each at its own time. */
  tick(time: number): void {
    this.now = Math.max(this.now, time);
  }

  /** Everything due until now has happened. */
  async settle(): Promise<void> {
    for (const family of this.#calendar.until(this.now)) await this.#catchUp(family);
  }

  async apply(given: Happening): Promise<void> {
    const late = given.time < this.now;
    this.tick(given.time);
    const event = this.#screened(given);
    const touches = touchesOf(this.#set.kinds, event, this.#relatives(event));
    for (const family of new Set(touches.map((touch) => this.#familyOf(touch)))) await this.#catchUp(family);
    const flagged = await this.#flagged(event);
    const offers = await this.#offers(event, touches);
    const taken = offers.filter(({ refused }) => !refused);
    const shared = await this.#shares.feed(event, event.data, this.now);
    const nobody = taken.length === 0 && shared.taken === 0;
    if (nobody && offers.length + shared.offered > 0) {
      this.late.push(event.type);
      await this.#step(flagged, this.now, { event: event.id, type: event.type }, late);
      return;
    }
    const touched = [...flagged, ...touches.map((touch) => this.#entity(touch))];
    for (const { touch, feature, feeding } of taken) feed(this.#entity(touch), feature, [feeding]);
    await this.#step(touched, this.now, { event: event.id, type: event.type }, late);
  }

  /** The event with what the screens of the entities it names say of it. */
  #screened(event: Happening): Happening {
    let { fraud } = event.data;
    for (const { kind, id, keys } of touchesOf(this.#set.kinds, event, []))
      for (const fact of kind.facts) {
        if (fact.is !== 'screen' || fact.event !== event.type) continue;
        const found = this.#screens.judge(fact, `${kind.name}:${id}`, event);
        if (found !== undefined) this.#entity({ kind, id, keys }).flagged += 1;
        fraud ??= found;
      }
    for (const [fact, { kind, id }] of this.#screensOf(event))
      this.#flags.keep(fact, `${kind.name}:${id}`, event, (fraud ?? undefined) === undefined);
    return fraud === undefined ? event : { ...event, data: { ...event.data, fraud } };
  }

  *#screensOf(event: Happening): Generator<readonly [Screen, Touch]> {
    for (const touch of touchesOf(this.#set.kinds, event, []))
      for (const fact of touch.kind.facts)
        if (fact.is === 'screen' && fact.event === event.type && fact.flagged !== undefined)
          yield [fact, touch];
  }

  /** The entities from which the event takes a click back. */
  async #flagged(event: Happening): Promise<Entity[]> {
    const touched: Entity[] = [];
    for (const entity of this.#relatives(event).sort((a, b) => byText(a.id, b.id)))
      for (const fact of entity.kind.facts) {
        if (fact.is !== 'screen' || fact.flagged !== event.type) continue;
        if (entity.kind.key.some((name) => (event.data[name] ?? entity.values[name]) !== entity.values[name]))
          continue;
        for (const clicks of this.#flags.take(fact, entity, event))
          for (const touch of touchesOf(this.#set.kinds, clicks[0], [])) {
            const own = this.#entity(touch);
            touched.push(own);
            for (const feature of fedBy(own.kind, clicks[0].type))
              if (listName(feature, clicks[0].type) === undefined)
                await offerAgain(feature, own, clicks, this.now, placeOf(this.#set, own));
          }
      }
    return touched;
  }

  #relatives({ data }: Happening): Entity[] {
    const keys = new Set(this.#set.kinds.map(({ key }) => key[0] as string));
    return [...keys].flatMap((name) => this.#families.get(`${name} ${data[name]}`) ?? []);
  }

  async #offers(event: Happening, touches: readonly Touch[]): Promise<Offer[]> {
    const all = [];
    for (const touch of touches) {
      const known = this.entities.get(keyOf(touch)) ?? newEntity(touch.kind, touch.id, touch.keys);
      for (const feature of fedBy(touch.kind, event.type)) {
        if (listName(feature, event.type) !== touch.each) continue;
        for (const feeding of await feedingsOf(feature, event, touch.fields, placeOf(this.#set, known)))
          all.push({
            touch,
            feature: feature.name,
            feeding,
            refused: refuses(feature, feeding.time, shownTo(feature, this.now, placeOf(this.#set, known))),
          });
      }
    }
    return all;
  }

  async #catchUp(family: Family): Promise<void> {
    for (let first = firstDue(family); first && first.due <= this.now; first = firstDue(family))
      await this.#step([first], first.due, { timer: first.due }, false);
  }

  /** Children before their parents; a parent of a touched child is touched too. */
  async #step(entities: Iterable<Entity>, now: number, cause: Cause, late: boolean): Promise<void> {
    const touched = new Set(entities);
    const moment = { now, cause, late, decisions: this.decisions };
    for (const kind of this.#set.kinds)
      for (const entity of [...touched]
        .filter((each) => each.kind === kind)
        .sort((a, b) => byText(a.id, b.id))) {
        const before = this.decisions.length;
        await evaluate(this.#set, entity, moment, (group) => this.#children(group, entity));
        for (const decision of this.decisions.slice(before)) await this.#shares.tell(entity, decision, now);
        await this.#shares.give(entity);
        for (const parent of this.#parents(entity)) touched.add(parent);
      }
    for (const entity of touched) {
      const family = this.#familyOf(entity);
      this.#calendar.set(family, firstDue(family)?.due ?? Number.POSITIVE_INFINITY);
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
    return this.#familyOf(parent).filter(
      (each) => each.kind.name === group.of && parentId(group, each) === parent.id,
    );
  }

  #entity(of: Pick<Touch, 'kind' | 'id' | 'keys'>): Entity {
    const key = keyOf(of);
    const known = this.entities.get(key);
    if (known) return known;
    const entity = newEntity(of.kind, of.id, of.keys);
    this.entities.set(key, entity);
    this.#familyOf(of).push(entity);
    return entity;
  }

  /** By the first key field: kinds whose keys begin alike lie together. */
  #familyOf({ kind, id }: Pick<Touch, 'kind' | 'id'>): Family {
    const name = `${kind.key[0]} ${kind.key.length === 1 ? id : id.split('/')[0]}`;
    const family = this.#families.get(name) ?? [];
    this.#families.set(name, family);
    return family;
  }
}

function firstDue(family: Family): Entity | undefined {
  let first: Entity | undefined;
  for (const entity of family)
    if (!first || entity.due < first.due || (entity.due === first.due && entity.key < first.key))
      first = entity;
  return first && Number.isFinite(first.due) ? first : undefined;
}

function keyOf({ kind, id }: Pick<Touch, 'kind' | 'id'>): string {
  return `${kind.name}:${id}`;
}

function parentId(group: Grouped, child: Entity): string | undefined {
  const parts = group.by.map((name) => child.values[name]);
  return parts.length > 0 && parts.every((part) => typeof part === 'string') ? parts.join('/') : undefined;
}
