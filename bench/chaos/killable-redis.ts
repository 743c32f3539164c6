/** A redis-server on a folder of its own that can be killed, paused, emptied, cramped and started again. */

import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Millis, SECOND } from '../../src/core/units.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/processor/embedded-redis.ts';

const run = promisify(execFile);

export interface RedisSettings {
  readonly folder: string;
  readonly fsync: 'always' | 'everysec';
  /** For replicas; the unix socket is there as well. */
  readonly port: number;
}

/** A library that shifts the clock of a process; undefined where there is no C compiler: then it is left alone. */
const CLOCK_LIBRARY = compiledClock();

export class KillableRedis {
  readonly settings: RedisSettings;
  #server: EmbeddedRedis;
  #ended = false;

  private constructor(settings: RedisSettings, server: EmbeddedRedis) {
    this.settings = settings;
    this.#server = server;
    this.#watch();
  }

  static async start(settings: RedisSettings, more: readonly string[] = []): Promise<KillableRedis> {
    await mkdir(settings.folder, { recursive: true });
    await writeFile(join(settings.folder, 'start.sh'), script(settings.folder), { mode: 0o755 });
    await writeFile(join(settings.folder, 'clock'), '0');
    return new KillableRedis(settings, await launch(settings, more));
  }

  static readonly clockMoves = CLOCK_LIBRARY !== undefined;

  get path(): string {
    return this.#server.target.path;
  }

  get isRunning(): boolean {
    return !this.#ended;
  }

  async kill(): Promise<void> {
    if (!this.#ended) process.kill(this.#server.processId, 'SIGKILL');
    await this.#server.ended;
  }

  async startAgain(more: readonly string[] = []): Promise<void> {
    this.#server = await launch(this.settings, more);
    this.#watch();
  }

  /** Everything it wrote is gone; to be called while it is down. */
  async empty(): Promise<void> {
    await rm(join(this.settings.folder, 'appendonlydir'), { recursive: true, force: true });
    await rm(join(this.settings.folder, 'dump.rdb'), { force: true });
  }

  pause(): void {
    process.kill(this.#server.processId, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.#server.processId, 'SIGCONT');
  }

  /** No file may grow beyond what its largest has now: as a full disk. `false` undoes it. */
  async cramp(isFull: boolean): Promise<void> {
    const bytes = isFull ? await largest(join(this.settings.folder, 'appendonlydir')) : 'unlimited';
    await run('prlimit', ['--pid', String(this.#server.processId), `--fsize=${bytes}:unlimited`]);
  }

  /** Within a second. */
  async shiftClock(off: Millis): Promise<void> {
    await writeFile(join(this.settings.folder, 'clock'), String(off / SECOND));
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  #watch(): void {
    this.#ended = false;
    const server = this.#server;
    void server.ended.then(() => {
      if (this.#server === server) this.#ended = true;
    });
  }
}

function launch({ folder, fsync, port }: RedisSettings, more: readonly string[]): Promise<EmbeddedRedis> {
  const settings = ['--port', String(port), '--appendfsync', fsync, '--repl-diskless-sync-delay', '0'];
  return startEmbeddedRedis(folder, { program: join(folder, 'start.sh'), settings: [...settings, ...more] });
}

/** A write beyond the limit is to fail and not to end the process. */
function script(folder: string): string {
  const clock = CLOCK_LIBRARY
    ? `export LD_PRELOAD=${CLOCK_LIBRARY} CLOCK_FILE=${join(folder, 'clock')}\n`
    : '';
  return `#!/bin/sh\ntrap '' XFSZ\n${clock}exec redis-server "$@"\n`;
}

async function largest(folder: string): Promise<number> {
  const { stdout } = await run('ls', ['-1', folder]);
  const sizes = stdout.split('\n').filter((name) => name.includes('.aof') && !name.endsWith('.manifest'));
  return Math.max(
    1,
    ...(await Promise.all(sizes.map(async (name) => (await stat(join(folder, name))).size))),
  );
}

function compiledClock(): string | undefined {
  const library = join(mkdtempSync(join(tmpdir(), 'weir-clock-')), 'clock-shift.so');
  const source = join(import.meta.dirname, 'clock-shift.c');
  try {
    execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, source], { stdio: 'ignore' });
    return library;
  } catch {
    return undefined;
  }
}
