/** Places of readers in Redis, each a field beside the position of its partition: how they move, and that of the intake or the post. */

import type { EntryId } from '../core/entry.ts';
import type { PartitionKeys } from '../core/partition.ts';
import type { OwnerToken, ReaderPlace } from '../core/ports.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { Scripts } from './scripts.ts';

export class RedisReaderPlace implements ReaderPlace {
  private readonly connection: RedisConnection;
  private readonly keys: PartitionKeys;
  private readonly field: 'intake' | 'posted';

  constructor(connection: RedisConnection, keys: PartitionKeys, field: 'intake' | 'posted') {
    this.connection = connection;
    this.keys = keys;
    this.field = field;
  }

  async position(): Promise<EntryId> {
    const stored = await this.connection.ask('reading the place of a reader', (redis) =>
      redis.hget(this.keys.position, this.field),
    );
    return stored ?? '0-0';
  }

  async advance(token: OwnerToken, from: EntryId, to: EntryId): Promise<'OK' | 'FENCED' | 'STALE'> {
    return movePlace(this.connection, this.keys, token, [this.field, from, to]);
  }
}

/**
 * Moves a field of the position of a partition. Only over the connection over which the token was drawn: what a reader
 * wrote elsewhere before may be lost by a Redis that fell since, and is then done again.
 */
export async function movePlace(
  connection: RedisConnection,
  { owner, position }: PartitionKeys,
  token: OwnerToken,
  move: readonly [field: string, from: string, to: string],
): Promise<'OK' | 'FENCED' | 'STALE'> {
  const call = [2, owner, position, token.epoch, token.nonce, ...move];
  const send = (redis: unknown) => (redis as Scripts).weirMove(call);
  const answer = await connection.askAt('moving the place of a reader', owner, send, token.session);
  return answer as 'OK' | 'FENCED' | 'STALE';
}
