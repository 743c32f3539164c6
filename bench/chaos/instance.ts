/** One `weir run` as a process of its own, under a supervisor that starts it again when it ends by itself. */

import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Millis, SECOND } from '../../src/core/units.ts';

export interface InstanceOptions {
  readonly name: string;
  readonly redisUrl: string;
  readonly databaseUrl: string | undefined;
  /** Its rule files. */
  readonly config: string;
  readonly data: string;
  readonly ttl: string;
  /** Loaded beforehand, asked at each start. */
  readonly imports: () => readonly string[];
}

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const LEASH = join(import.meta.dirname, 'leash.ts');
const SHIFTED = join(import.meta.dirname, 'shifted-clock.ts');
const LINES_KEPT = 20;
const BEFORE_RESTART: Millis = SECOND / 2;
const STOPS_WITHIN: Millis = 60 * SECOND;

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
  /** Once it said where it listens. */
  url: string | undefined;
  /** We ended it. */
  asked: boolean;
}

export class Instance {
  readonly name: string;
  /** Ends that nobody asked for, after it was up: each is a bug. */
  readonly crashes: string[] = [];
  /** What it noticed, by code. */
  readonly notices = new Map<string, number>();
  readonly config: string;
  /** How far its clock is off from its next start on. */
  clockOff: Millis = 0;
  readonly #options: InstanceOptions;
  #run: Run | undefined;
  #wanted = false;

  constructor(options: InstanceOptions) {
    this.name = options.name;
    this.config = options.config;
    this.#options = options;
  }

  /** Where it listens; undefined while it is not up. */
  get url(): string | undefined {
    return this.#run?.url;
  }

  get processId(): number | undefined {
    return this.#run?.child.pid;
  }

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  start(): void {
    this.#wanted = true;
    if (!this.#run) this.#spawn();
  }

  /** SIGKILL, and stays down until `start`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM; what is still there after a while is killed, and was too slow. */
  async stop(): Promise<void> {
    const run = this.#run;
    const overdue = setTimeout(() => {
      this.crashes.push(`${this.name} did not end within ${STOPS_WITHIN / SECOND} s of SIGTERM`);
      run?.child.kill('SIGKILL');
    }, STOPS_WITHIN);
    const end = await this.#end('SIGTERM');
    clearTimeout(overdue);
    // before it is up nobody listens to the signal yet
    if (run?.url && end !== 'code 0') this.crashes.push(`${this.name} answered SIGTERM with ${end}`);
  }

  /** SIGSTOP; the answer undoes it. */
  freeze(): () => void {
    const child = this.#run?.child;
    child?.kill('SIGSTOP');
    return () => void child?.kill('SIGCONT');
  }

  /** It reads its rule files again; before it is up nobody listens to the signal yet. */
  reload(): void {
    if (this.url !== undefined) this.#run?.child.kill('SIGHUP');
  }

  async #end(signal: NodeJS.Signals): Promise<string | undefined> {
    this.#wanted = false;
    const run = this.#run;
    if (!run) return undefined;
    run.asked = true;
    run.child.kill(signal);
    return run.ended;
  }

  #spawn(): void {
    const { name, redisUrl, databaseUrl, config, data, ttl, imports } = this.#options;
    const loaded = [LEASH, ...(this.clockOff === 0 ? [] : [SHIFTED]), ...imports()];
    const before = loaded.flatMap((file) => ['--import', file]);
    const child = spawn(process.execPath, [...before, MAIN, 'run', '--clock', 'log', '--ttl', ttl], {
      env: {
        PATH: process.env.PATH,
        REDIS_URL: redisUrl,
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        PORT: '0',
        WEIR_INSTANCE: name,
        WEIR_CONFIG: config,
        WEIR_DATA: data,
        CHAOS_CLOCK_OFF: String(this.clockOff),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      // a session of its own: it shares the processors with the others as an equal, as it would on its own machine
      detached: true,
    });
    const said: string[] = [];
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    });
    const run: Run = { child, ended, url: undefined, asked: false };
    this.#run = run;
    eachLine(child.stdout, (line) => {
      if (line.startsWith('weir ')) run.url ??= /http:\/\/\S+/.exec(line)?.[0];
    });
    const file = join(data, `${name}.log`);
    appendFileSync(file, `started ${new Date().toISOString()}\n`);
    eachLine(child.stderr, (line) => {
      appendFileSync(file, `${line}\n`);
      this.#note(line);
      said.push(line);
      if (said.length > LINES_KEPT) said.shift();
    });
    void ended.then(async (end) => {
      this.#run = undefined;
      if (run.asked) return;
      // while Redis is away a start may fail: that is what supervisors are for
      if (run.url || !/redis|database|history|postgres/i.test(said.join()))
        this.crashes.push(`${name} ended by itself with ${end}:\n${said.join('\n')}`);
      await sleep(BEFORE_RESTART);
      if (this.#wanted && !this.#run) this.#spawn();
    });
  }

  #note(line: string): void {
    const isLoss = /Redis lost|are lost|are gone/.test(line);
    const code = isLoss ? 'lost' : /"code":"(\w+)"/.exec(line)?.[1];
    if (code !== undefined) this.notices.set(code, (this.notices.get(code) ?? 0) + 1);
  }
}

function eachLine(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
  });
}
