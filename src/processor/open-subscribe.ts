/** Subscriptions on Redis: where they stand, what they read, and to whom they go. */

import { partitionKeys } from '../core/partition.ts';
import type { Meter, Rng, SteadyClock } from '../core/ports.ts';
import type { Plan } from '../rules/plan.ts';
import type { Head } from '../step/partition-state.ts';
import { ActionStream } from './action-stream.ts';
import { DecisionStream } from './decision-stream.ts';
import { Durability } from './durability.ts';
import { RedisOutbox } from './outbox.ts';
import type { PartitionWorker } from './partition-worker.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisRuleLibrary } from './redis-rule-library.ts';
import { Subscribe, subscriptionsOf } from './subscribe.ts';
import { RedisSubscriptionPlace } from './subscription-place.ts';
import { Webhook } from './webhook.ts';
import { type SenderOptions, sendWebhook } from './webhook-sender.ts';

export interface Telling {
  /** What a `secret:` names; undefined where there is nothing of that name. */
  readonly secret: (name: string) => string | undefined;
  readonly rng: Rng;
  readonly sender?: SenderOptions;
}

export interface SubscribeParts {
  readonly connection: RedisConnection;
  readonly rules: RedisRuleLibrary;
  readonly workers: readonly PartitionWorker[];
  readonly clock: SteadyClock;
  readonly meter: Meter;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

const ENTRIES_PER_READ = 200;

export function openSubscribe(parts: SubscribeParts, { secret, rng, sender }: Telling): Subscribe {
  const { connection, rules, workers, clock, meter, onNotice } = parts;
  const partitions = workers.length;
  const keys = workers.map(({ partition }) => partitionKeys(partition, partitions));
  const durability = new Durability(connection.another({ name: 'weir-durability' }));
  const outboxes = keys.map(({ out }) => new RedisOutbox(connection, out));
  return new Subscribe({
    partitions,
    read: (partition, after) => (outboxes[partition] as RedisOutbox).read(`(${after}`, ENTRIES_PER_READ),
    place: (partition, name) =>
      new RedisSubscriptionPlace(connection, keys[partition] as (typeof keys)[number], name),
    receiver: (subscription) =>
      subscription.to === 'actions'
        ? new ActionStream(connection)
        : subscription.to === 'stream'
          ? new DecisionStream(connection)
          : new Webhook({
              subscription,
              secret: () => secret(subscription.secret),
              send: (request, signal) => sendWebhook(request, signal, sender),
              now: () => clock.now(),
            }),
    plan: async (partition) => {
      const head = workers[partition]?.position?.head;
      return head ? rules.load((JSON.parse(head) as Head).rules) : undefined;
    },
    token: (partition) => workers[partition]?.token,
    commit: (partition) => workers[partition]?.position,
    acts: (partition) => workers[partition]?.acts,
    durable: (partition, entry) => durability.holds(entry, keys[partition] as (typeof keys)[number]),
    close: () => durability.close(),
    clock,
    rng,
    meter,
    onNotice,
  });
}

/** New subscriptions stand at the end of every outbox from now on. */
export async function beginSubscriptions(connection: RedisConnection, plan: Plan): Promise<void> {
  const { partitions } = plan.settings;
  for (let partition = 0; partition < partitions; partition++)
    for (const { name } of subscriptionsOf(plan))
      await new RedisSubscriptionPlace(connection, partitionKeys(partition, partitions), name).begin();
}
