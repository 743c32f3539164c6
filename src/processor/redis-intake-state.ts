/** The intake's position in Redis, beside the position of partition 0 and under its fence. */

import type { EntryId } from '../core/entry.ts';
import type { PartitionKeys } from '../core/partition.ts';
import type { OwnerToken } from '../core/ports.ts';
import type { IntakeState } from './intake.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { Scripts } from './scripts.ts';

export class RedisIntakeState implements IntakeState {
  private readonly connection: RedisConnection;
  private readonly keys: PartitionKeys;

  constructor(connection: RedisConnection, keys: PartitionKeys) {
    this.connection = connection;
    this.keys = keys;
  }

  async position(): Promise<EntryId> {
    const stored = await this.connection.ask('reading the intake position', (redis) =>
      redis.hget(this.keys.position, 'intake'),
    );
    return stored ?? '0-0';
  }

  async advance(token: OwnerToken, from: EntryId, to: EntryId): Promise<'OK' | 'FENCED' | 'STALE'> {
    const call = [2, this.keys.owner, this.keys.position, token.epoch, token.nonce, from, to];
    const answer = await this.connection.ask('moving the intake position', (redis) =>
      (redis as unknown as Scripts).weirIntake(call),
    );
    return answer as 'OK' | 'FENCED' | 'STALE';
  }
}
