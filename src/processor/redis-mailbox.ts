/** Mail in an outbox, as the post sees it. */

import type { EntryId } from '../core/entry.ts';
import type { Mailbox, MailPage } from '../core/ports.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { Scripts } from './scripts.ts';

export class RedisMailbox implements Mailbox {
  readonly #connection: RedisConnection;
  readonly #key: string;

  constructor(connection: RedisConnection, key: string) {
    this.#connection = connection;
    this.#key = key;
  }

  async mail(after: EntryId, count: number): Promise<MailPage> {
    const reply = await this.#connection.ask('reading mail', (redis) =>
      (redis as unknown as Scripts).weirMail([1, this.#key, after, count]),
    );
    const [to, more, lost, ...mail] = reply as [EntryId, number, number, ...[string, string][]];
    return { to, more: more === 1, lost: lost === 1, mail };
  }
}
