/** State in Redis: one partition's durable state, all of it behind the one commit script. */

import { splitEntityKey } from '../core/entity-key.ts';
import type { PartitionKeys } from '../core/partition.ts';
import type { AcquireAnswer, Commit, CommitAnswer, OwnerToken, Position, State } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import { commitCall, idsBytes } from './commit-call.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisTime } from './redis-time.ts';
import type { ScriptArgument, Scripts } from './scripts.ts';

/** HMGET of more would hold up the server for others. */
const LARGEST_LOAD = 2_000;
const KEYS_PER_SCAN = 1_000;

export class RedisState implements State {
  readonly #connection: RedisConnection;
  readonly #keys: PartitionKeys;
  readonly #allKeys: string[];

  constructor(connection: RedisConnection, keys: PartitionKeys) {
    this.#connection = connection;
    this.#keys = keys;
    const { owner, position, in: log, state, decided, timers, out, dead, late, changed } = keys;
    this.#allKeys = [owner, position, log, state, decided, timers, out, dead, late, changed];
  }

  async acquire(instance: string, nonce: string, ttl: Millis, seen?: Position): Promise<AcquireAnswer> {
    const { answer, session } = await this.#connection.askAt(
      'acquiring a partition',
      this.#keys.owner,
      async (redis, sent) => {
        const { commit = 0, incarnation = 0, entry = '0-0', entries = 0 } = seen ?? {};
        const call = [10, ...this.#allKeys, instance, nonce, ttl, commit, incarnation, entry, entries];
        return { answer: await (redis as unknown as Scripts).weirAcquire(call), session: sent };
      },
    );
    if ((answer as unknown[])[0] === 0) {
      const [, holder, expires, time, lost, incarnation] = answer as RefusedReply;
      return { ok: false, instance: holder, expires, time, tailLost: lost === 1, incarnation };
    }
    const [, epoch, entry, commit, entries, incarnation, head, time, lost, due] = answer as AcquiredReply;
    const position = { entry, commit, entries, incarnation, head };
    return {
      ok: true,
      token: { epoch, nonce, session },
      position,
      time,
      tailLost: lost === 1,
      resendDue: due === 1,
    };
  }

  async renew(token: OwnerToken, commit: number, ttl: Millis): Promise<boolean> {
    const { owner, position } = this.#keys;
    const call = [2, owner, position, token.epoch, token.nonce, ttl, commit];
    return (await this.#run('renewing a lease', 'weirRenew', call, token)) === 1;
  }

  async release(token: OwnerToken): Promise<void> {
    await this.#run(
      'releasing a partition',
      'weirRelease',
      [1, this.#keys.owner, token.epoch, token.nonce],
      token,
    );
  }

  async commit(token: OwnerToken, commit: Commit, ttl: Millis): Promise<CommitAnswer> {
    const call = commitCall(this.#allKeys, this.#keys.ids, token, commit, ttl);
    const answer = await this.#run('committing', 'weirCommit', call, token);
    return answer === 'OK' ? { ok: true } : { ok: false, reason: answer as 'FENCED' | 'STALE' | 'LOST_TAIL' };
  }

  async resent(token: OwnerToken): Promise<void> {
    const { owner, position } = this.#keys;
    const call = [2, owner, position, token.epoch, token.nonce];
    await this.#run('noting a resend', 'weirResent', call, token);
  }

  async load(keys: readonly string[]): Promise<(string | undefined)[]> {
    if (keys.length === 0) return [];
    return this.#connection.ask('loading entities', async (redis) => {
      const slices: Promise<(string | null)[]>[] = [];
      for (let i = 0; i < keys.length; i += LARGEST_LOAD)
        slices.push(redis.hmget(this.#keys.state, ...keys.slice(i, i + LARGEST_LOAD)));
      return (await Promise.all(slices)).flat().map((record) => record ?? undefined);
    });
  }

  /** In small steps over the whole hash: one HGETALL would hold up the server, and tell everybody's state. */
  async loadKinds(kinds: readonly string[]): Promise<(readonly [key: string, record: string])[]> {
    const found = new Map<string, string>();
    if (kinds.length === 0) return [];
    const wanted = new Set(kinds);
    const pattern = patternOf(kinds);
    for (let cursor = '0'; ; ) {
      const [next, flat] = await this.#connection.ask('loading shared entities', (redis) =>
        redis.hscan(this.#keys.state, cursor, 'MATCH', pattern, 'COUNT', KEYS_PER_SCAN),
      );
      for (let i = 0; i < flat.length; i += 2) {
        const key = flat[i] as string;
        // a scan may meet a field twice while the hash grows
        if (wanted.has(splitEntityKey(key).kind)) found.set(key, flat[i + 1] as string);
      }
      if (next === '0') return [...found];
      cursor = next;
    }
  }

  async dueTimers(until: Millis, limit: number): Promise<(readonly [key: string, due: Millis])[]> {
    const flat = await this.#connection.ask('reading timers', (redis) =>
      redis.zrangebyscore(this.#keys.timers, '-inf', until, 'WITHSCORES', 'LIMIT', 0, limit),
    );
    const timers: [string, Millis][] = [];
    for (let i = 0; i < flat.length; i += 2) timers.push([flat[i] as string, Number(flat[i + 1])]);
    return timers;
  }

  async loadIds(bucket: number): Promise<Uint8Array> {
    const key = `${this.#keys.ids}:${bucket}`;
    const text = await this.#connection.ask('loading dedup ids', (redis) => redis.get(key));
    return idsBytes(text ?? '');
  }

  time(): Promise<Millis> {
    return redisTime(this.#connection, this.#keys.owner);
  }

  #run(doing: string, script: keyof Scripts, call: ScriptArgument[], token: OwnerToken): Promise<unknown> {
    const send = (redis: unknown) => (redis as Scripts)[script](call);
    return this.#connection.askAt(doing, this.#keys.owner, send, token.session);
  }
}

type RefusedReply = [0, string, number, number, 0 | 1, number];
type AcquiredReply = [1, number, string, number, number, number, string, number, 0 | 1, 0 | 1];

/**
 * One pattern that the keys of all these kinds match, and of few others: for each place of the shortest name the
 * letters that stand there. A scan for each kind would look at every key as often.
 */
function patternOf(kinds: readonly string[]): string {
  const shortest = Math.min(...kinds.map((kind) => kind.length));
  const places = Array.from({ length: shortest }, (_, place) => {
    const letters = new Set(kinds.map((kind) => kind[place] as string));
    return `[${[...letters].map((letter) => (/\w/.test(letter) ? letter : `\\${letter}`)).join('')}]`;
  });
  return `${places.join('')}*:*`;
}
