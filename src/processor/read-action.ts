/** One action as it stands in Redis, for whoever asks; it needs no owner. */

import { splitEntityKey } from '../core/entity-key.ts';
import { partitionKeys } from '../core/partition.ts';
import type { Millis } from '../core/units.ts';
import type { Action, Heard } from '../step/actions/action.ts';
import { actionsOf } from '../step/actions/home.ts';
import { ActionPlaces } from '../step/actions/places.ts';
import { partitionOfEvent } from '../step/route.ts';
import { readEntity } from './read-entity.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisRuleLibrary } from './redis-rule-library.ts';

export interface StoredAction {
  readonly action: Action;
  /** What became of the last entries about actions of this home. */
  readonly heard: readonly Heard[];
  readonly partition: number;
  readonly streamTime: Millis;
}

/** Undefined when there is none of this id, or it is too long ago. */
export async function readAction(
  connection: RedisConnection,
  rules: RedisRuleLibrary,
  id: string,
): Promise<StoredAction | undefined> {
  const { events, settings } = rules.wanted;
  const partition = partitionOfEvent('action.approved', { action_id: id }, events, settings.partitions);
  if (partition === undefined) return undefined;
  const { state } = partitionKeys(partition, settings.partitions);
  const home = await connection.ask('reading where an action is kept', (redis) =>
    redis.hget(state, ActionPlaces.key(id)),
  );
  if (home === null) return undefined;
  const { kind, id: of } = splitEntityKey(home);
  const stored = await readEntity(connection, rules, kind, of);
  const actions = stored && actionsOf(stored.entity);
  const action = actions?.actions.find((one) => one.id === id);
  if (!stored || !actions || !action) return undefined;
  return { action, heard: actions.heard, partition, streamTime: stored.streamTime };
}
