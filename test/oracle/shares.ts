/** What one partition knows of shared entities: the events it fed them, and what its entities give them now. */

import type { Decision } from './decision.ts';
import type { Fed, Grouped, Kind, RuleSet } from './definition.ts';
import type { Entity } from './entity.ts';
import { placeOf } from './evaluate.ts';
import { FedShare } from './fed-share.ts';
import { type Feeding, feedingsOf } from './feeding.ts';
import type { Scope } from './formula.ts';
import { GivenShare, type Giving, givingOf } from './given-share.ts';
import { fedBy } from './touch.ts';
import { unchanged, watchedBy } from './unchanged.ts';
import { refuses } from './window.ts';

export type Share = FedShare | GivenShare;

/** One group feature of a shared kind over the entities of another. */
interface Gathering {
  readonly into: Kind;
  readonly group: Grouped;
}

export class Shares {
  /** By entity key and feature: everything that was taken, in the order of the log. */
  readonly fed = new Map<string, Map<string, Feeding[]>>();
  readonly #set: RuleSet;
  readonly #gatherings: ReadonlyMap<string, readonly Gathering[]>;
  readonly #live = new Map<string, Map<string, Share>>();
  readonly #given = new Map<Gathering, Map<string, Giving>>();

  constructor(set: RuleSet) {
    this.#set = set;
    this.#gatherings = gatheringsOf(set);
  }

  /** Keys of the shared entities it knows of. */
  get keys(): Iterable<string> {
    return this.#live.keys();
  }

  featuresOf(key: string): string[] {
    return [...(this.#live.get(key)?.keys() ?? [])];
  }

  /** Offers an event to the shared entities that it names. */
  async feed(
    event: { readonly type: string; readonly time: number },
    fields: Scope,
    now: number,
  ): Promise<{ offered: number; taken: number }> {
    const reception = { offered: 0, taken: 0 };
    for (const kind of this.#set.shared) {
      const id = idOf(kind, fields);
      if (id === undefined) continue;
      for (const feature of fedBy(kind, event.type)) {
        const place = { zone: this.#set.zone, currency: this.#set.currency };
        for (const feeding of await feedingsOf(feature, event, fields, place)) {
          reception.offered += 1;
          if (refuses(feature, event.time, now)) continue;
          reception.taken += 1;
          this.#add(`${kind.name}:${id}`, feature, feeding);
        }
      }
    }
    return reception;
  }

  async tell(entity: Entity, decision: Decision, now: number): Promise<void> {
    if (decision.error !== undefined || decision.mode !== 'live') return;
    const { reasons: _, cause: __, ...told } = decision;
    const keys = Object.fromEntries(entity.kind.key.map((name) => [name, entity.values[name]]));
    const event = { type: `decision.${decision.rule}`, time: decision.time };
    await this.feed(event, { ...told, new: told.value, ...keys }, now);
  }

  /** Takes out what the entity gave before and puts in what it gives now. */
  async give(child: Entity): Promise<void> {
    for (const gathering of this.#gatherings.get(child.kind.name) ?? []) {
      const { into, group } = gathering;
      if (unchanged(child, group, watchedBy)) continue;
      const given = this.#given.get(gathering) ?? new Map<string, Giving>();
      this.#given.set(gathering, given);
      const before = given.get(child.id);
      const now = await givingOf(group, into.name, child, placeOf(this.#set, child));
      if (before) this.#shareOf(into, group, before.id).put(child.id, before.gift, -1);
      if (now) this.#shareOf(into, group, now.id).put(child.id, now.gift, 1);
      if (now) given.set(child.id, now);
      else given.delete(child.id);
    }
  }

  /** What it knows of these features now, as it would be told to the owner. */
  frozen(key: string, features: readonly string[], now: number): Map<string, Share> {
    const live = this.#live.get(key);
    return new Map(
      features.flatMap((name) => {
        const share = live?.get(name);
        return share ? [[name, share.frozen(now)] as const] : [];
      }),
    );
  }

  #add(key: string, feature: Fed, feeding: Feeding): void {
    const features = this.fed.get(key) ?? new Map<string, Feeding[]>();
    this.fed.set(key, features);
    const list = features.get(feature.name) ?? [];
    features.set(feature.name, list);
    list.push(feeding);
    (this.#share(key, feature.name, () => new FedShare(feature)) as FedShare).add(feeding);
  }

  #shareOf(into: Kind, group: Grouped, id: string): GivenShare {
    return this.#share(`${into.name}:${id}`, group.name, () => new GivenShare()) as GivenShare;
  }

  #share(key: string, feature: string, create: () => Share): Share {
    const features = this.#live.get(key) ?? new Map<string, Share>();
    this.#live.set(key, features);
    const share = features.get(feature) ?? create();
    features.set(feature, share);
    return share;
  }
}

/** The shared entity that an event or decision names by its fields. */
function idOf({ name, key }: Kind, fields: Scope): string | undefined {
  const parts = key.map((field) => fields[field]);
  if (parts.some((part) => typeof part !== 'string' || part === '')) return undefined;
  return parts.length === 0 ? name : parts.join('/');
}

export function gatheringsOf(set: RuleSet): Map<string, Gathering[]> {
  const gatherings = new Map<string, Gathering[]>();
  for (const into of set.shared)
    for (const group of into.facts)
      if (group.is === 'group' && group.top === undefined) {
        const known = gatherings.get(group.of) ?? [];
        gatherings.set(group.of, [...known, { into, group }]);
      }
  return gatherings;
}
