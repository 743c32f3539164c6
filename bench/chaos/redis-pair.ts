/** The Redis of a stage: one server, or a master and a replica that may change places. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../../src/core/errors.ts';
import { type Millis, SECOND } from '../../src/core/units.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { startTcpProxy, type TcpProxy } from '../../test/flow/tcp-proxy.ts';
import { KillableRedis } from './killable-redis.ts';

const PATIENCE: Millis = 15 * SECOND;

export class RedisPair {
  #master: KillableRedis;
  #replica: KillableRedis | undefined;
  /** What the replica hears of its master. */
  readonly link: TcpProxy;

  private constructor(master: KillableRedis, replica: KillableRedis | undefined, link: TcpProxy) {
    this.#master = master;
    this.#replica = replica;
    this.link = link;
  }

  static async start(
    folder: string,
    { fsync, replicated }: { fsync: 'always' | 'everysec'; replicated: boolean },
  ): Promise<RedisPair> {
    const ports = [await freePort(), await freePort()] as const;
    const master = await KillableRedis.start({ folder: join(folder, 'redis'), fsync, port: ports[0] });
    const link = await startTcpProxy({ host: '127.0.0.1', port: ports[0] });
    if (!replicated) return new RedisPair(master, undefined, link);
    const settings = { folder: join(folder, 'replica'), fsync, port: ports[1] };
    const replica = await KillableRedis.start(settings, following(link));
    const pair = new RedisPair(master, replica, link);
    await pair.untilFollowed();
    return pair;
  }

  get master(): KillableRedis {
    return this.#master;
  }

  get target(): { readonly path: string } {
    return { path: this.#master.path };
  }

  /** The replica becomes the master with what it has; the old one stays as it is. */
  async promote(): Promise<{ old: KillableRedis }> {
    const [old, next] = [this.#master, this.#replica];
    if (!next) throw new Error('there is no replica to promote');
    await asking(next, (connection) =>
      connection.ask('promoting', (redis) => redis.call('REPLICAOF', 'NO', 'ONE')),
    );
    this.#master = next;
    this.#replica = undefined;
    return { old };
  }

  /** The old master comes back as a replica of the new one, and forgets what that never had. */
  async follow(old: KillableRedis): Promise<void> {
    this.link.target = { host: '127.0.0.1', port: this.#master.settings.port };
    this.link.mode = 'through';
    this.link.cut();
    if (old.isRunning)
      await asking(old, (connection) =>
        connection.ask('following', (redis) => redis.call('REPLICAOF', '127.0.0.1', String(this.link.port))),
      );
    else await old.startAgain(following(this.link));
    this.#replica = old;
    await this.untilFollowed();
  }

  /** @throws Error when no replica is in step within 30 s */
  async untilFollowed(): Promise<void> {
    const deadline = performance.now() + 30 * SECOND;
    while (performance.now() < deadline) {
      const text = await asking(this.#master, (connection) =>
        connection.ask('asking for replicas', (redis) => redis.info('replication')),
      ).catch(() => '');
      if (/state=online/.test(text)) return;
      await sleep(100);
    }
    throw new Error('the replica does not follow');
  }

  async close(): Promise<void> {
    await Promise.all([this.#master.stop(), this.#replica?.stop(), this.link.close()]);
  }
}

/** On a connection of its own, past every proxy; asked again for a while where there is no answer. */
export async function asking<Answer>(
  server: Pick<KillableRedis, 'path'>,
  work: (connection: RedisConnection) => Promise<Answer>,
): Promise<Answer> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const connection = connect({ path: server.path }, { name: 'chaos-hand' });
    try {
      return await work(connection);
    } catch (error) {
      if (!(error instanceof WeirError) || performance.now() > deadline) throw error;
      await sleep(200);
    } finally {
      await connection.close();
    }
  }
}

function following(link: TcpProxy): string[] {
  return ['--replicaof', '127.0.0.1', String(link.port)];
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}
