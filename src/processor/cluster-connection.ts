/** A connection to a Redis Cluster: a server that does not hold a key has executed nothing, and the command goes on to the one that does. */

import { Cluster, Redis } from 'ioredis';
import { slotOf } from '../core/partition.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { Readiness } from './readiness.ts';
import { type ClusterAddress, clusterOf, type RedisAddress, type RedisTarget } from './redis-address.ts';
import { awayOrOurs, redisAway } from './redis-away.ts';
import type { ConnectionOptions, RedisConnection } from './redis-connection.ts';
import { SCRIPTS } from './scripts.ts';

/** A change of who holds what is heard of at the first refusal; this is for replicas and for servers that are gone. */
const LOOK_AGAIN: Millis = 5 * SECOND;
const CLOSED_WITHIN: Millis = SECOND / 2;

export class ClusterConnection implements RedisConnection {
  readonly isCluster = true;
  readonly name: string | undefined;
  readonly #target: RedisTarget;
  readonly #address: ClusterAddress;
  readonly #options: ConnectionOptions;
  readonly #cluster: Cluster;
  readonly #readiness: Readiness;
  /** The client gives a server that it lost a new connection, never the old one again: each is a session. */
  readonly #sessions = new WeakMap<Redis, number>();
  #lastSession = 0;
  #closed = false;

  constructor(target: RedisTarget, options: ConnectionOptions = {}) {
    this.#target = target;
    this.#address = clusterOf(target, options.ca) as ClusterAddress;
    this.name = options.name;
    this.#options = options;
    const replyWithin = options.replyWithin ?? 5 * SECOND;
    const { nodes, login } = this.#address;
    this.#cluster = new Cluster(
      nodes.map(({ host, port }) => ({ host: host as string, port: port as number })),
      {
        lazyConnect: true,
        scaleReads: 'master',
        // 0: never. What was sent before a connection went may have been executed.
        retryDelayOnFailover: 0,
        // 0: refused, and not tried again here; whoever asked knows how long it may wait
        retryDelayOnClusterDown: 0,
        retryDelayOnTryAgain: 100,
        slotsRefreshInterval: LOOK_AGAIN,
        slotsRefreshTimeout: replyWithin,
        clusterRetryStrategy: (times) => Math.min(50 * 2 ** Math.min(times - 1, 5), SECOND),
        // by name, as they are called: certificates are for names
        dnsLookup: (name, found) => found(null, name),
        scripts: SCRIPTS,
        redisOptions: {
          ...login,
          autoResendUnfulfilledCommands: false,
          commandTimeout: replyWithin,
          connectTimeout: replyWithin,
          // a silent socket may be half open: it is given up, with all that waits for it
          socketTimeout: replyWithin,
          keepAlive: 5 * SECOND,
          protocol: 2,
          disableClientInfo: true,
          maxLoadingRetryTime: 500,
          scripts: SCRIPTS,
          ...(options.name === undefined ? {} : { connectionName: options.name }),
        },
      },
    );
    this.#readiness = new Readiness(this.#cluster, options.readyWithin ?? 2 * SECOND);
  }

  async ask<T>(doing: string, send: (redis: Redis) => Promise<T>): Promise<T> {
    await this.#ready(doing);
    try {
      // it has the same commands
      return await send(this.#cluster as unknown as Redis);
    } catch (error) {
      throw awayOrOurs(doing, error);
    }
  }

  async askAt<T>(
    doing: string,
    key: string,
    send: (redis: Redis, session: number) => Promise<T>,
    session?: number,
  ): Promise<T> {
    await this.#ready(doing);
    const known = this.#holder(key);
    const lost = new Error('the connection was closed since this partition was acquired');
    if (session !== undefined && (!known || this.#sessionOf(known) !== session)) throw redisAway(doing, lost);
    const redis = known ?? (await this.#find(doing, key));
    try {
      return await send(redis, this.#sessionOf(redis));
    } catch (error) {
      if (/^(?:MOVED|CLUSTERDOWN|READONLY) /.test((error as Error).message))
        await this.#find(doing, key).catch(() => undefined);
      throw awayOrOurs(doing, error);
    }
  }

  async askEach<T>(doing: string, send: (redis: Redis) => Promise<T>): Promise<T[]> {
    await this.#ready(doing);
    try {
      return await Promise.all(this.#cluster.nodes('master').map(send));
    } catch (error) {
      throw awayOrOurs(doing, error);
    }
  }

  /** Asked of the cluster each time: whoever opens a socket has lost one, perhaps because the key was moved. */
  async addressOf(doing: string, key: string): Promise<RedisAddress> {
    const { host, port } = (await this.#find(doing, key)).options;
    return { ...this.#address.login, host: host as string, port: port as number };
  }

  another(options: ConnectionOptions = {}): ClusterConnection {
    return new ClusterConnection(this.#target, { ...this.#options, ...options });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#readiness.close();
    const cluster = this.#cluster;
    const ended = new Promise<void>((resolve) => {
      cluster.once('end', () => resolve());
      setTimeout(resolve, CLOSED_WITHIN).unref();
    });
    const nodes = cluster.nodes();
    cluster.disconnect();
    for (const { stream } of nodes) stream?.destroy();
    if (nodes.length > 0) await ended;
  }

  async #ready(doing: string): Promise<void> {
    if (!this.#closed && this.#cluster.status === 'ready') return;
    try {
      await this.#readiness.wait(doing);
    } catch (error) {
      const why = this.#closed ? undefined : await whyNot(this.#address.nodes[0] as RedisAddress);
      throw why ? redisAway(doing, why) : error;
    }
  }

  /** The connection to the server that holds `key`, as far as that is known and as long as it stands. */
  #holder(key: string): Redis | undefined {
    const place = this.#cluster.slots[slotOf(key)]?.[0];
    if (place === undefined) return undefined;
    const found = this.#cluster
      .nodes('master')
      .find(({ options: { host, port } }) => `${host}:${port}` === place);
    return found?.status === 'ready' && found.stream.writable ? found : undefined;
  }

  /** A command that names the key finds its way, and the client learns it. */
  async #find(doing: string, key: string): Promise<Redis> {
    await this.ask(doing, (redis) => redis.exists(key));
    const holder = this.#holder(key);
    if (holder) return holder;
    throw redisAway(doing, new Error('no server of the cluster holds it now'));
  }

  #sessionOf(redis: Redis): number {
    const known = this.#sessions.get(redis);
    if (known !== undefined) return known;
    this.#lastSession += 1;
    this.#sessions.set(redis, this.#lastSession);
    return this.#lastSession;
  }
}

/** The client only says that it has found no server: the first one is asked why. */
async function whyNot(address: RedisAddress): Promise<Error | undefined> {
  const redis = new Redis({
    ...address,
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    connectTimeout: SECOND,
    commandTimeout: SECOND,
    protocol: 2,
    disableClientInfo: true,
  });
  let why: Error | undefined;
  redis.on('error', (error: Error) => {
    why ??= error;
  });
  try {
    await redis.connect();
    await redis.cluster('SLOTS');
    return undefined;
  } catch (error) {
    if (!/cluster support disabled/.test((error as Error).message)) return why ?? (error as Error);
    return new Error(`${(error as Error).message}: this is one server; write redis:// and its address alone`);
  } finally {
    redis.disconnect();
  }
}
