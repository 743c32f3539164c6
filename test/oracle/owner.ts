/** The shared entities of one owner: made from what partitions told, given when it was told; their rules run here. */

import type { Decision, Moment } from './decision.ts';
import type { Feature, Kind, RuleSet } from './definition.ts';
import { type Entity, newEntity, verdictOf } from './entity.ts';
import { placeOf } from './evaluate.ts';
import { FedShare } from './fed-share.ts';
import { GivenShare } from './given-share.ts';
import { judge, nextOwnTime } from './judge.ts';
import type { Share, Shares } from './shares.ts';

/** Which partition told what of a shared entity; a later one has the larger number. */
export interface Letter {
  readonly kind: string;
  readonly id: string;
  readonly partition: number;
  readonly seq: number;
  readonly shares: ReadonlyMap<string, Share>;
}

/** By feature and partition: the newest share. */
type Told = Map<string, Map<number, { readonly seq: number; readonly share: Share }>>;

export class Owner {
  readonly entities = new Map<string, Entity>();
  readonly #set: RuleSet;
  readonly #shares: Shares;
  readonly #decisions: Decision[];
  readonly #told = new Map<Entity, Told>();

  /** @param shares where its entities give in turn */
  constructor(set: RuleSet, shares: Shares, decisions: Decision[]) {
    this.#set = set;
    this.#shares = shares;
    this.#decisions = decisions;
  }

  async take({ kind: name, id, partition, seq, shares }: Letter, now: number): Promise<void> {
    await this.settle(now);
    const kind = this.#set.shared.find((each) => each.name === name) as Kind;
    const key = `${name}:${id}`;
    const entity = this.entities.get(key) ?? newEntity(kind, id, keysOf(kind, id));
    this.entities.set(key, entity);
    const told = this.#told.get(entity) ?? new Map();
    this.#told.set(entity, told);
    for (const [feature, share] of shares) {
      const known = told.get(feature) ?? new Map();
      told.set(feature, known);
      if (seq > (known.get(partition)?.seq ?? -1)) known.set(partition, { seq, share });
    }
    await this.#evaluate(entity, now);
  }

  /** Everything of its own that is due until now happens, each at its own time. */
  async settle(now: number): Promise<void> {
    for (const entity of this.entities.values())
      while (entity.due <= now) await this.#evaluate(entity, entity.due);
  }

  async #evaluate(entity: Entity, now: number): Promise<void> {
    const moment: Moment = { now, cause: { timer: now }, late: false, decisions: this.#decisions };
    const place = placeOf(this.#set, entity);
    entity.due = Number.POSITIVE_INFINITY;
    for (const fact of entity.kind.facts) {
      let next = Number.POSITIVE_INFINITY;
      if (fact.is === 'rule') {
        const before = this.#decisions.length;
        await judge(fact, entity, moment, place);
        for (const decision of this.#decisions.slice(before)) await this.#shares.tell(entity, decision, now);
        next = nextOwnTime(fact, verdictOf(entity, fact.name), now, place);
      } else if (fact.is === 'calc') {
        const value = await fact.formula.evaluate(entity.values, place).catch(() => undefined);
        entity.values[fact.name] = value ?? fact.otherwise;
      } else if (fact.is === 'fed' || (fact.is === 'group' && fact.top === undefined)) {
        const standing = this.#standing(entity, fact, now);
        entity.values[fact.name] = standing.value;
        next = standing.next;
      }
      entity.due = Math.min(entity.due, next);
    }
    await this.#shares.give(entity);
  }

  #standing(entity: Entity, feature: Feature, now: number): { value: unknown; next: number } {
    const told = this.#told.get(entity)?.get(feature.name)?.values() ?? [];
    const shares = [...told].map(({ share }) => share);
    if (feature.is === 'fed') return FedShare.together(feature, shares as FedShare[], now);
    if (feature.is !== 'group') throw new Error(`${feature.name} is no feature that is told of`);
    return { value: GivenShare.together(feature, shares as GivenShare[]), next: Number.POSITIVE_INFINITY };
  }
}

export function keysOf(kind: Kind, id: string): Record<string, unknown> {
  const parts = id.split('/');
  return Object.fromEntries(kind.key.map((name, index) => [name, parts[index]]));
}
