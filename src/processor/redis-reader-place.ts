/** The place of the intake or the post in Redis: a field beside the position of its partition, under its fence. */

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
    const call = [2, this.keys.owner, this.keys.position, token.epoch, token.nonce, this.field, from, to];
    const answer = await this.connection.ask('moving the place of a reader', (redis) =>
      (redis as unknown as Scripts).weirMove(call),
    );
    return answer as 'OK' | 'FENCED' | 'STALE';
  }
}
