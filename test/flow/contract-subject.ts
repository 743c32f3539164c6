/** What the contract suite runs against: one partition's State and Log, simulated or in a real Redis. */

import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type PartitionKeys, partitionKeys } from '../../src/core/partition.ts';
import type { Log, Mailbox, ReaderPlace, State } from '../../src/core/ports.ts';
import type { Millis } from '../../src/core/units.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { RedisLog } from '../../src/processor/redis-log.ts';
import { RedisMailbox } from '../../src/processor/redis-mailbox.ts';
import { RedisReaderPlace } from '../../src/processor/redis-reader-place.ts';
import { RedisState } from '../../src/processor/redis-state.ts';
import { RespStreamReader } from '../../src/processor/resp-stream-reader.ts';
import type { StreamReader } from '../../src/processor/stream-reader.ts';
import { SimulatedClock } from '../simulation/simulated-clock.ts';
import { SimulatedPartition } from '../simulation/simulated-partition.ts';
import {
  SimulatedConnection,
  SimulatedLog,
  SimulatedMailbox,
  SimulatedState,
} from '../simulation/simulated-state.ts';
import { startTemporaryRedis } from './temporary-redis.ts';

export type Contents = ReturnType<SimulatedPartition['contents']>;

export interface Subject {
  readonly state: State;
  readonly log: Log;
  readonly outbox: Mailbox;
  readonly place: ReaderPlace;
  elapse(duration: Millis): Promise<void>;
  /** Keeps what there is, for `rollBack`. */
  mark(): Promise<void>;
  /** Loses all writes since the mark, or only those to the log. */
  rollBack(part: 'all' | 'log'): Promise<void>;
  contents(): Promise<Contents>;
  dispose(): Promise<void>;
}

export function simulatedSubject(): Subject {
  const clock = new SimulatedClock(Date.UTC(2026, 0, 5));
  const partition = new SimulatedPartition(() => clock.now());
  const connection = new SimulatedConnection(partition);
  const mailbox = new SimulatedMailbox(connection);
  let mark = 0;
  return {
    state: new SimulatedState(connection),
    log: new SimulatedLog(connection, clock),
    outbox: mailbox,
    place: mailbox,
    elapse: async (duration) => clock.advance(duration),
    mark: async () => {
      mark = partition.mark();
    },
    rollBack: async (part) => partition.rollBack(mark, part),
    contents: async () => partition.contents(),
    dispose: async () => undefined,
  };
}

let prefixes = 0;

/** Subjects in a real Redis, which stands while the tests of the file run. */
export function realSubjects(): () => RedisSubject {
  let server: EmbeddedRedis;
  let connection: RedisConnection;
  let reader: StreamReader;
  before(async () => {
    server = await startTemporaryRedis();
    connection = connect(server.target);
    reader = new RespStreamReader(connection);
  });
  after(async () => {
    await reader?.close();
    await connection?.close();
    await server?.stop();
  });
  return () => redisSubject(connection, reader);
}

export interface RedisSubject extends Subject {
  readonly connection: RedisConnection;
  readonly keys: PartitionKeys;
}

export function redisSubject(connection: RedisConnection, reader: StreamReader): RedisSubject {
  prefixes += 1;
  const prefix = `contract${prefixes}`;
  const keys = partitionKeys(prefixes % 16, 16, prefix);
  const ask = <T>(send: (redis: Redis) => Promise<T>) => connection.ask('testing', send);
  const allKeys = () => ask((redis) => redis.keys(`${prefix}:*`)) as Promise<string[]>;
  let dumps = new Map<string, Buffer>();
  const texts = async (key: string) =>
    ((await ask((redis) => redis.xrange(key, '-', '+'))) as [string, string[]][]).map(
      ([, fields]) => fields[1] as string,
    );
  const hash = (key: string) => ask((redis) => redis.hgetall(key)) as Promise<Record<string, string>>;
  const scores = async (key: string) => {
    const flat = await ask((redis) => redis.zrange(key, '0', '-1', 'WITHSCORES'));
    const found: Record<string, number> = {};
    for (let i = 0; i < flat.length; i += 2) found[flat[i] as string] = Number(flat[i + 1]);
    return found;
  };
  const state = new RedisState(connection, keys);
  const log = new RedisLog(connection, reader, keys.in);
  return {
    connection,
    keys,
    state,
    log,
    outbox: new RedisMailbox(connection, keys.out),
    place: new RedisReaderPlace(connection, keys, 'posted'),
    elapse: async (duration) => {
      await sleep(duration);
    },
    mark: async () => {
      dumps = new Map();
      for (const key of await allKeys())
        dumps.set(key, (await ask((redis) => redis.dumpBuffer(key))) as Buffer);
    },
    rollBack: async (part) => {
      const touched = part === 'log' ? [keys.in] : await allKeys();
      await ask((redis) => redis.del(keys.in, ...touched));
      for (const [key, dump] of dumps)
        if (part === 'all' || key === keys.in) await ask((redis) => redis.restore(key, 0, dump));
    },
    contents: async () => {
      const owner = await hash(keys.owner);
      const position = await hash(keys.position);
      const sent = (await ask((redis) => redis.xrange(keys.out, '-', '+'))) as [string, string[]][];
      const number = (id: string | undefined) =>
        id === undefined ? undefined : sent.findIndex(([other]) => other === id);
      const ids: Record<string, string> = {};
      for (const key of await allKeys())
        if (key.startsWith(`${keys.ids}:`)) {
          const bucket = Number(key.slice(keys.ids.length + 1));
          ids[bucket] = Buffer.from(await state.loadIds(bucket)).toString('hex');
        }
      return {
        owner: {
          ...(owner.epoch === undefined ? {} : { epoch: Number(owner.epoch) }),
          ...(owner.nonce === undefined ? {} : { nonce: owner.nonce }),
          ...(owner.instance === undefined ? {} : { instance: owner.instance }),
        } as Contents['owner'],
        position:
          position.entry === undefined
            ? undefined
            : {
                entry: position.entry,
                commit: Number(position.commit),
                entries: Number(position.entries),
                incarnation: Number(position.incarnation),
                head: position.head as string,
              },
        log: await log.read('0-0', 1_000_000, 0),
        out: sent.flatMap(([, [name, text]]) => (name === 'd' ? [text as string] : [])),
        mail: sent.flatMap(([id, fields]) =>
          fields[0] === 't'
            ? [[number(id) as number, fields[1] as string, fields[3] as string] as const]
            : [],
        ),
        lastMail: number(position.mail),
        posted: number(position.posted),
        resendDue: position.resend !== undefined,
        changed: await scores(keys.changed),
        dead: await texts(keys.dead),
        late: await texts(keys.late),
        states: await hash(keys.state),
        decided: await hash(keys.decided),
        timers: await state.dueTimers(Number.MAX_SAFE_INTEGER, 1_000_000),
        ids,
      };
    },
    dispose: async () => {
      await ask((redis) => redis.del(keys.in, keys.owner));
      for (const key of await allKeys()) await ask((redis) => redis.del(key));
    },
  };
}
