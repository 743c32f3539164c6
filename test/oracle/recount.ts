/** All values of shared kinds at a stream time, from all events and all entities of all partitions at once. */

import type { Feature, Kind, RuleSet } from './definition.ts';
import { type Entity, newEntity } from './entity.ts';
import { placeOf } from './evaluate.ts';
import { standing } from './feature-value.ts';
import { GivenShare, givingOf } from './given-share.ts';
import { keysOf } from './owner.ts';
import type { Partition } from './partition.ts';

/**
 * By entity key. Results of rules depend on when their owner was told: they are the owner's own.
 * @param partitions all of them, each settled at this time
 */
export async function recount(
  set: RuleSet,
  partitions: readonly Partition[],
  time: number,
): Promise<Map<string, Entity>> {
  const entities = partitions.flatMap(({ fold }) => [...fold.entities.values()]);
  const shared = new Map<string, Entity>();
  for (const kind of set.shared) {
    const gathered = new Map<Feature, Map<string, GivenShare>>();
    for (const fact of kind.facts)
      if (fact.is === 'group' && fact.top === undefined) {
        const shares = new Map<string, GivenShare>();
        gathered.set(fact, shares);
        for (const child of [...entities, ...shared.values()]) {
          if (child.kind.name !== fact.of) continue;
          const giving = await givingOf(fact, kind.name, child, placeOf(set, child));
          if (giving === undefined) continue;
          const share = shares.get(giving.id) ?? new GivenShare();
          shares.set(giving.id, share);
          share.put(child.id, giving.gift, 1);
        }
      }
    for (const id of idsOf(kind, partitions)) {
      const entity = newEntity(kind, id, keysOf(kind, id));
      shared.set(entity.key, entity);
      for (const fact of kind.facts) {
        if (fact.is === 'fed') {
          const fed = partitions.flatMap(({ shares }) => shares.fed.get(entity.key)?.get(fact.name) ?? []);
          entity.values[fact.name] = standing(fact, fed, time).value;
        } else if (fact.is === 'group') {
          const share = gathered.get(fact)?.get(id);
          if (fact.top === undefined)
            entity.values[fact.name] = GivenShare.together(fact, share ? [share] : []);
        } else if (fact.is === 'calc') {
          const value = await fact.formula
            .evaluate(entity.values, placeOf(set, entity))
            .catch(() => undefined);
          entity.values[fact.name] = value ?? fact.otherwise;
        } else entity.values[fact.name] = ownResult(partitions, entity.key, fact.name);
      }
    }
  }
  return shared;
}

function ownResult(partitions: readonly Partition[], key: string, rule: string): unknown {
  return partitions
    .map(({ owner }) => owner.entities.get(key)?.values[rule])
    .find((each) => each !== undefined);
}

function idsOf(kind: Kind, partitions: readonly Partition[]): Set<string> {
  const own = `${kind.name}:`;
  const keys = partitions.flatMap(({ shares }) => [...shares.keys]);
  return new Set(keys.filter((key) => key.startsWith(own)).map((key) => key.slice(own.length)));
}
