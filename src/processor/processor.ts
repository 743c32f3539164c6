/** The processor: every partition's worker, the intake and the housekeeping of one instance. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { compareEntryIds, type EntryId, entryMillis } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import { partitionKeys } from '../core/partition.ts';
import type { EntitySink, HistoryStream, Meter, Sink, SteadyClock } from '../core/ports.ts';
import { DAY, type Millis, SECOND } from '../core/units.ts';
import type { Head } from '../step/partition-state.ts';
import { RedisChangedEntities } from './changed-entities.ts';
import { countWaiting } from './count-waiting.ts';
import { Deliver } from './deliver.ts';
import { Intake } from './intake.ts';
import { LogSource } from './log-source.ts';
import { Mirror } from './mirror.ts';
import { openSubscribe, type Telling } from './open-subscribe.ts';
import { RedisOutbox } from './outbox.ts';
import { PartitionWorker } from './partition-worker.ts';
import { Post } from './post.ts';
import { lagOf, Pressure } from './pressure.ts';
import { dropRouted, endQuietStreams } from './quiet-streams.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisLog, unreadTrimmed } from './redis-log.ts';
import { RedisMailbox } from './redis-mailbox.ts';
import { RedisReaderPlace } from './redis-reader-place.ts';
import type { RedisRuleLibrary } from './redis-rule-library.ts';
import { RedisState } from './redis-state.ts';
import { redisTime } from './redis-time.ts';
import { RespStreamReader } from './resp-stream-reader.ts';
import type { StreamReader } from './stream-reader.ts';
import type { Subscribe } from './subscribe.ts';
import { trimStreams } from './trim-streams.ts';
import { Turns } from './turns.ts';

export const PUBLIC_STREAM = 'weir:events';

export interface ProcessorOptions {
  readonly connection: RedisConnection;
  readonly rules: RedisRuleLibrary;
  readonly clock: SteadyClock;
  readonly meter: Meter;
  readonly instance: string;
  readonly ttl?: Millis;
  /** Entities of all partitions kept in memory. */
  readonly cacheLimit?: number;
  /** Logs, outboxes and dead letters are kept this long. */
  readonly retention?: Millis;
  readonly clockMode?: 'live' | 'log';
  /** This instance is number `index` of `of`: it asks first for the partitions p with p mod of = index. */
  readonly share?: { readonly index: number; readonly of: number };
  /** Where decisions are kept for good; without it the outboxes are all there is. */
  readonly sink?: Sink | undefined;
  /** Where entities as they stand are kept for lists. */
  readonly entitySink?: EntitySink | undefined;
  /** Absent: subscriptions are told nothing here. */
  readonly telling?: Telling;
  /** How logs are read, where it is to be other than over sockets of their own. */
  readonly openReader?: () => StreamReader;
  /** What ownerships are told apart by; random where absent. */
  readonly newNonce?: () => string;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

/** 3 to 6 kB each; the others are in Redis, one round trip a batch away. */
export const ENTITIES_IN_MEMORY = 24_000;

/** What an instance finds waiting in Redis, whoever owns the partitions. */
export interface Waiting {
  readonly entries: number;
  readonly oldestAge: Millis;
  /** Entries that the logs' partitions have applied in all. */
  readonly applied: number;
  /** Partitions with mail that has not been posted. */
  readonly unposted: number;
}

const HOUSEKEEPING: Millis = SECOND;
const TRIM_EVERY: Millis = 10 * SECOND;

export class Processor {
  readonly workers: readonly PartitionWorker[];
  readonly logs: readonly RedisLog[];
  readonly pressure: Pressure;
  /** Absent without a sink. */
  readonly deliver: Deliver | undefined;
  readonly mirror: Mirror | undefined;
  readonly subscribe: Subscribe | undefined;
  clockMode: 'live' | 'log';
  private readonly options: ProcessorOptions;
  private readonly readers: StreamReader[] = [];
  private readonly turns = new Turns();
  private readonly intake: Intake;
  private readonly post: Post;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(options: ProcessorOptions) {
    this.options = options;
    const { connection, rules, meter, clock, onNotice, share } = options;
    const ttl = options.ttl ?? 5 * SECOND;
    this.clockMode = options.clockMode ?? 'live';
    this.pressure = new Pressure(connection, meter);
    const { partitions } = rules.wanted.settings;
    const logs: RedisLog[] = [];
    this.workers = Array.from({ length: partitions }, (_, partition) => {
      const keys = partitionKeys(partition, partitions);
      const log = this.openLog(keys.in);
      logs.push(log);
      return new PartitionWorker({
        partition,
        instance: options.instance,
        log,
        state: new RedisState(connection, keys),
        rules,
        clock,
        meter,
        turns: this.turns,
        logs: () => logs,
        ...(share && partition % share.of !== share.index ? { patience: 2 * ttl } : {}),
        newNonce: options.newNonce ?? randomUUID,
        clockMode: () => this.clockMode,
        ttl,
        onMail: () => this.post.wake(partition),
        history: () => this.deliver,
        tellsChanged: options.entitySink !== undefined,
        missingAfter: (position) => unreadTrimmed(connection, keys.in, position),
        cacheLimit: Math.ceil((options.cacheLimit ?? ENTITIES_IN_MEMORY) / partitions),
        onNotice,
      });
    });
    this.logs = logs;
    this.intake = new Intake({
      source: this.openLog(PUBLIC_STREAM),
      partitions: logs,
      place: new RedisReaderPlace(connection, partitionKeys(0, partitions), 'intake'),
      catalogue: () => rules.wanted.events,
      token: () => this.workers[0]?.token,
      isFull: () => this.pressure.isFull,
      meter,
      sleep: (duration, signal) => clock.sleep(duration, signal),
      onNotice,
    });
    this.deliver = options.sink && this.openDeliver(options.sink);
    this.mirror = options.entitySink && this.openMirror(options.entitySink);
    this.subscribe = options.telling && openSubscribe({ ...options, workers: this.workers }, options.telling);
    this.post = new Post({
      mailboxes: logs.map(
        (_, partition) => new RedisMailbox(connection, partitionKeys(partition, partitions).out),
      ),
      places: logs.map(
        (_, partition) => new RedisReaderPlace(connection, partitionKeys(partition, partitions), 'posted'),
      ),
      logs,
      token: (partition) => this.workers[partition]?.token,
      clock,
      meter,
      onNotice,
    });
  }

  private openDeliver(sink: Sink): Deliver {
    const { connection, rules, clock, meter, onNotice } = this.options;
    const { partitions } = rules.wanted.settings;
    const open = (stream: HistoryStream, partition: number) => {
      const keys = partitionKeys(partition, partitions);
      if (stream !== 'in') return new RedisOutbox(connection, keys[stream]);
      return new LogSource({
        connection,
        key: keys.in,
        positionKey: keys.position,
        rules,
        committed: () => this.workers[partition]?.position,
        clockMode: () => this.clockMode,
        turns: this.turns,
      });
    };
    return new Deliver({
      sink,
      partitions,
      source: open,
      session: (partition) => this.workers[partition]?.token,
      clock,
      meter,
      onNotice,
    });
  }

  private openMirror(sink: EntitySink): Mirror {
    const { connection, rules, clock, meter, onNotice } = this.options;
    const { partitions } = rules.wanted.settings;
    const keys = this.workers.map(({ partition }) => partitionKeys(partition, partitions));
    return new Mirror({
      connection,
      sink,
      keys,
      changed: keys.map(({ changed }) => new RedisChangedEntities(connection, changed)),
      rules,
      session: (partition) => this.workers[partition]?.token,
      newMark: this.options.newNonce ?? randomUUID,
      turns: this.turns,
      clock,
      meter,
      onNotice,
    });
  }

  private openLog(key: string): RedisLog {
    const { connection, openReader = () => new RespStreamReader(connection) } = this.options;
    const reader = openReader();
    this.readers.push(reader);
    return new RedisLog(connection, reader, key);
  }

  /** Runs until `stop`; rejects when something fails that no retry can heal. */
  run(): Promise<void> {
    const { signal } = this.stopping;
    const parts = [
      ...this.workers.map((worker) => worker.run(signal)),
      this.intake.run(signal),
      this.post.run(signal),
      this.housekeep(signal),
      ...(this.deliver ? [this.deliver.run(signal)] : []),
      ...(this.mirror ? [this.mirror.run(signal)] : []),
      ...(this.subscribe ? [this.subscribe.run(signal)] : []),
    ];
    this.running = Promise.all(parts).then(() => undefined);
    // one part failing for good stops the others: half a processor would be silent about the other half
    this.running.catch(() => this.stopping.abort());
    return this.running;
  }

  /** Commits what was read, releases every partition, closes the readers. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running?.catch(() => undefined);
    await Promise.all(this.readers.map((reader) => reader.close()));
  }

  /** True when this instance owns every partition or another one does, and Redis answers. */
  get owned(): number {
    return this.workers.filter((worker) => worker.token !== undefined).length;
  }

  /**
   * True when nothing waits anywhere: no entry in a log, no mail in an outbox. Two looks, since mail may move from
   * an outbox that is looked at later into a log that was looked at already; then more is applied at the second.
   */
  async drained(): Promise<boolean> {
    const waits = ({ entries, unposted }: Waiting) => entries + unposted > 0;
    const first = await this.lag();
    if (waits(first)) return false;
    const second = await this.lag();
    return !waits(second) && second.applied === first.applied;
  }

  /** What waits, over all partitions and the intake. */
  async lag(): Promise<Waiting> {
    const { connection, rules, clock } = this.options;
    const { partitions } = rules.wanted.settings;
    let entries = 0;
    let applied = 0;
    let unposted = 0;
    let oldest = Number.POSITIVE_INFINITY;
    const count = (lag: { entries: number; oldest: EntryId | undefined }) => {
      entries += Math.max(0, lag.entries);
      if (lag.oldest !== undefined) oldest = Math.min(oldest, entryMillis(lag.oldest));
    };
    const look = async (partition: number) => {
      const keys = partitionKeys(partition, partitions);
      const [entry, reached, mail, posted] = await connection.ask('reading a position', (redis) =>
        redis.hmget(keys.position, 'entry', 'entries', 'mail', 'posted'),
      );
      applied += Number(reached ?? 0);
      if (mail && compareEntryIds(mail, posted ?? '0-0') > 0) unposted += 1;
      count(await lagOf(connection, keys.in, { entry: entry ?? '0-0', entries: Number(reached ?? 0) }));
    };
    // the intake first: what it routes meanwhile is found in the logs
    const { position } = partitionKeys(0, partitions);
    const routed = await connection.ask('reading the intake position', (redis) =>
      redis.hget(position, 'intake'),
    );
    const [waiting, next] = await connection.ask('measuring the intake', (redis) =>
      Promise.all([
        redis.xlen(PUBLIC_STREAM),
        redis.xrange(PUBLIC_STREAM, `(${routed ?? '0-0'}`, '+', 'COUNT', 1),
      ]),
    );
    // the last entry that was routed stays in the stream, where there is one
    if (next.length > 0)
      count({ entries: Math.max(1, routed ? waiting - 1 : waiting), oldest: next[0]?.[0] });
    await Promise.all(Array.from({ length: partitions }, (_, partition) => look(partition)));
    return {
      entries,
      applied,
      unposted,
      oldestAge: oldest === Number.POSITIVE_INFINITY ? 0 : Math.max(0, clock.now() - oldest),
    };
  }

  private async housekeep(signal: AbortSignal): Promise<void> {
    const { clock, meter, onNotice } = this.options;
    let trimmedAt = clock.elapsed();
    while (!signal.aborted) {
      try {
        await this.pressure.measure();
        const lag = await this.lag();
        meter.gauge('weir_stream_lag_events', lag.entries, { stream: 'in' });
        meter.gauge('weir_stream_oldest_pending_seconds', lag.oldestAge / 1000, { stream: 'in' });
        meter.gauge('weir_mail_unposted_partitions', lag.unposted);
        meter.gauge('weir_partitions_owned', this.owned);
        if (this.deliver) meter.gauge('weir_history_lag_entries', await this.deliver.lag());
        if (this.mirror) meter.gauge('weir_history_lag_entities', await this.mirror.lag());
        for (const [subscription, entries] of (await this.subscribe?.lag()) ?? [])
          meter.gauge('weir_subscription_lag_entries', entries, { subscription });
        await countWaiting(
          this.options.connection,
          this.options.rules.wanted.settings.partitions,
          clock,
          meter,
        );
        const windows = this.workers.flatMap(({ dedupWindow }) =>
          dedupWindow === undefined ? [] : [dedupWindow],
        );
        if (windows.length > 0) meter.gauge('weir_dedup_window_seconds', Math.min(...windows) / 1000);
        if (
          clock.elapsed() - trimmedAt >= Math.min(TRIM_EVERY, this.options.retention ?? DAY) ||
          this.pressure.isTight
        ) {
          await this.trim();
          trimmedAt = clock.elapsed();
        }
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        onNotice(error.message, { housekeeping: true, code: error.code });
      }
      await clock.sleep(HOUSEKEEPING, signal);
    }
  }

  /** Of every partition that is ours. */
  private async trim(): Promise<void> {
    const { connection, rules, retention = DAY } = this.options;
    const { partitions } = rules.wanted.settings;
    const now = await redisTime(connection, PUBLIC_STREAM);
    const oldest = `${now - retention}-0`;
    const { deliver } = this;
    let entities: Record<string, number> = {};
    for (const { partition, position, token } of this.workers) {
      if (!position || !token || position.entry === '0-0') continue;
      const keys = partitionKeys(partition, partitions);
      await trimStreams(connection, keys, {
        ...{ now, retention, isTight: this.pressure.isTight },
        ...{ token, committed: position, told: this.subscribe?.position(partition, token) },
        ...(deliver && { delivered: (stream) => deliver.delivered(stream, partition, token) }),
      });
      await endQuietStreams(connection, keys, oldest);
      if (partition === 0) await dropRouted(connection, PUBLIC_STREAM, keys, oldest);
      if (position.head !== '') entities = added(entities, (JSON.parse(position.head) as Head).entities);
    }
    for (const [kind, count] of Object.entries(entities))
      this.options.meter.gauge('weir_entities', count, { kind });
  }
}

function added(a: Record<string, number>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** Wall-clock time and real waiting. */
export const systemClock: SteadyClock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: async (duration, signal) => {
    await delay(duration, undefined, { signal }).catch(() => undefined);
  },
};
