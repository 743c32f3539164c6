/** The audit trail on its way to the history: in Redis, where the changes themselves are, until Postgres has it. */

import type { AuditRecord } from '../core/history/audit-record.ts';
import type { RedisConnection } from './redis-connection.ts';

export const AUDIT_STREAM = 'weir:audit';
/** Without a history the newest ones are kept. */
const MOST = 100_000;

export class AuditTrail {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async add(record: AuditRecord): Promise<void> {
    await this.#connection.ask('writing the audit trail', (redis) =>
      redis.xadd(AUDIT_STREAM, 'MAXLEN', '~', MOST, '*', 'd', JSON.stringify(record)),
    );
  }

  /**
   * Hands over the oldest ones, and forgets them once they are taken; several may do so at once.
   * @returns how many they were
   */
  async drain(take: (records: readonly AuditRecord[]) => Promise<void>, most: number): Promise<number> {
    const elements = await this.#connection.ask('reading the audit trail', (redis) =>
      redis.xrange(AUDIT_STREAM, '-', '+', 'COUNT', most),
    );
    if (elements.length === 0) return 0;
    await take(elements.map(([, fields]) => JSON.parse(fields[1] as string) as AuditRecord));
    const ids = elements.map(([id]) => id);
    await this.#connection.ask('forgetting what the history has', (redis) =>
      redis.xdel(AUDIT_STREAM, ...ids),
    );
    return ids.length;
  }
}
