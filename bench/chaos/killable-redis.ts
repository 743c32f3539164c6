/** A redis-server on a folder of its own that can be killed, paused and started again on what it wrote. */

import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/processor/embedded-redis.ts';

/** Nothing acknowledged may be lost when it is killed. */
const SETTINGS = ['--appendfsync', 'always'];

export class KillableRedis {
  readonly #folder: string;
  #server: EmbeddedRedis;

  private constructor(folder: string, server: EmbeddedRedis) {
    this.#folder = folder;
    this.#server = server;
  }

  static async start(folder: string): Promise<KillableRedis> {
    return new KillableRedis(folder, await startEmbeddedRedis(folder, { settings: SETTINGS }));
  }

  get path(): string {
    return this.#server.target.path;
  }

  async kill(): Promise<void> {
    process.kill(this.#server.processId, 'SIGKILL');
    await this.#server.ended;
  }

  async startAgain(): Promise<void> {
    this.#server = await startEmbeddedRedis(this.#folder, { settings: SETTINGS });
  }

  pause(): void {
    process.kill(this.#server.processId, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.#server.processId, 'SIGCONT');
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
