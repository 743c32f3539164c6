/** One entity as it stands in Redis, for whoever asks; it needs no owner and computes nothing new. */

import type { Decision } from '../core/decision.ts';
import type { EntryId } from '../core/entry.ts';
import { partitionKeys } from '../core/partition.ts';
import type { Millis } from '../core/units.ts';
import { isVisible } from '../rules/plan.ts';
import type { Entity } from '../step/entity.ts';
import { type LastDecision, lastDecision } from '../step/last-decision.ts';
import type { Head } from '../step/partition-state.ts';
import { decodeEntity, isTombstone } from '../step/record.ts';
import type { Result } from '../step/result.ts';
import { ownerOf } from '../step/route.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisRuleLibrary } from './redis-rule-library.ts';

export interface StoredEntity {
  readonly entity: Entity;
  readonly partition: number;
  readonly position: EntryId;
  readonly streamTime: Millis;
  /** The last decision of each rule, by rule. */
  readonly decided: ReadonlyMap<string, LastDecision>;
}

/** Reads an entity at its partition's stream time; undefined when nothing is known of it. */
export async function readEntity(
  connection: RedisConnection,
  rules: RedisRuleLibrary,
  kindName: string,
  id: string,
): Promise<StoredEntity | undefined> {
  const current = rules.wanted;
  const kind = current.kindOf.get(kindName);
  if (!kind || !isVisible(kind)) return undefined;
  const partition = ownerOf(kind, id, current.settings.partitions);
  const keys = partitionKeys(partition, current.settings.partitions);
  const key = `${kindName}:${id}`;
  const [record, position] = await connection
    .ask('reading an entity', (redis) =>
      // one round trip, one moment: both lie in the same slot
      redis.multi().hget(keys.state, key).hmget(keys.position, 'entry', 'head').exec(),
    )
    .then((replies) => (replies ?? []).map(([, value]) => value) as [string | null, (string | null)[]]);
  const [entry, headText] = position ?? [];
  if (!record || !entry || !headText || isTombstone(record)) return undefined;
  const head = JSON.parse(headText) as Head;
  const plan = (await rules.load(head.rules)) ?? current;
  const entity = await rules.known.read((layouts) => decodeEntity(plan, key, record, layouts, head.time));
  const decided = await decisionsOf(connection, entity, keys.decided);
  return { entity, partition, position: entry, streamTime: head.time, decided };
}

/** The last decisions; from their kept texts where they cannot be made again. */
async function decisionsOf(
  connection: RedisConnection,
  entity: Entity,
  kept: string,
): Promise<Map<string, LastDecision>> {
  const decided = new Map<string, LastDecision>();
  const texts: string[] = [];
  for (const node of entity.kind.nodes) {
    if (node.type !== 'rule') continue;
    const last = lastDecision(entity, node);
    if (last) decided.set(node.rule.name, last);
    else if ((entity.states[node.state] as Result).count > 0) texts.push(node.rule.name);
  }
  if (texts.length === 0) return decided;
  const found = await connection.ask('reading decisions', (redis) =>
    redis.hmget(kept, ...texts.map((name) => `${entity.key}#${name}`)),
  );
  found.forEach((text, i) => {
    if (text !== null) decided.set(texts[i] as string, JSON.parse(text) as Decision);
  });
  return decided;
}
