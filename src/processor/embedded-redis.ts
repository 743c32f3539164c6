/** A redis-server of our own: private socket, AOF on, and gone when we are, even after SIGKILL. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../core/errors.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { connect, type RedisConnection } from './redis-connection.ts';

export interface EmbeddedRedis {
  readonly target: { readonly path: string };
  readonly processId: number;
  /** Resolves when the server ended, asked or not. */
  readonly ended: Promise<void>;
  /** Ends the server; everything written is on disk then. */
  stop(): Promise<void>;
}

export interface EmbeddedRedisOptions {
  /** The server's program, by name or path. */
  readonly program?: string;
  /** Arguments of redis-server put after ours. */
  readonly settings?: readonly string[];
  /** The longest wait for the server to load its data. */
  readonly readyWithin?: Millis;
}

/** Of macOS, the shortest of our systems: 104 bytes with the final zero; Linux allows 107. */
const LONGEST_SOCKET_PATH = 103;

/**
 * Runs the server in `$@` as its child, says its process id, and ends it when our end of stdin closes: the
 * kernel closes it however we die. `cat` waits for that; the server's own end ends the watchdog.
 */
const WATCHDOG = `
command -v "$1" >/dev/null || exit 127
exec 3<&0
"$@" 3<&- </dev/null >/dev/null 2>&1 &
server=$!
echo $server
(cat <&3 >/dev/null; kill -TERM $server; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1; done; kill -KILL $server) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $server
status=$?
kill $watcher 2>/dev/null
exit $status
`;

/** Starts the server on the data in `folder`, made where it is missing; ready when the promise resolves. */
export async function startEmbeddedRedis(
  folder = join('.weir', 'redis'),
  options: EmbeddedRedisOptions = {},
): Promise<EmbeddedRedis> {
  const data = resolve(folder);
  await mkdir(data, { recursive: true, mode: 0o700 });
  const path = await socketPath(data);
  await waitUntilFree(path, data);
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'weir-redis', ...serverCall(data, path, options)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: data,
    // A session of its own: Ctrl-C in our terminal must not end the server before our last commit.
    detached: true,
  });
  const ended = new Promise<number | null>((settle) => {
    watchdog.once('error', () => settle(null));
    watchdog.once('exit', (code) => settle(code));
  });
  // A pipe broken by the watchdog's end is no news: `ended` tells.
  watchdog.stdin.on('error', () => undefined);
  watchdog.once('exit', () => watchdog.stdin.destroy());
  const stop = () => end(watchdog, ended);
  try {
    const processId = await saidProcessId(watchdog);
    await waitUntilReady({ path }, processId, ended, options.readyWithin ?? 60 * SECOND);
    // The process may end without asking us to stop: the watchdog sees to the server.
    watchdog.unref();
    for (const pipe of [watchdog.stdin, watchdog.stdout]) (pipe as unknown as { unref(): void }).unref();
    return { target: { path }, processId, ended: ended.then(() => undefined), stop };
  } catch (error) {
    const code = watchdog.exitCode;
    await stop();
    throw await setupFailed(data, options.program ?? 'redis-server', code, error);
  }
}

/** The server that another process runs on the data in `folder`; undefined where none answers. */
export async function findEmbeddedRedis(folder: string): Promise<EmbeddedRedis['target'] | undefined> {
  const path = await socketPath(resolve(folder));
  return (await answeringProcess({ path })) === undefined ? undefined : { path };
}

function serverCall(data: string, path: string, options: EmbeddedRedisOptions): string[] {
  const settings = {
    port: '0',
    unixsocket: path,
    unixsocketperm: '700',
    dir: data,
    daemonize: 'no',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    logfile: 'redis.log',
  };
  const call = [options.program ?? 'redis-server'];
  for (const [name, value] of Object.entries(settings)) call.push(`--${name}`, value);
  // The append-only file is the only copy: no snapshots beside it.
  return [...call, '--save', '', ...(options.settings ?? [])];
}

/** In the data folder, or where that is too deep for a socket, in a short folder that only we can enter. */
async function socketPath(data: string): Promise<string> {
  const path = join(data, 'redis.sock');
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  const user = process.getuid?.() ?? 0;
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `weir-${user}-${name}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await stat(folder)).uid !== user)
    throw new WeirError(
      'setup_failed',
      `starting redis-server: ${folder} belongs to another user; remove it`,
    );
  await chmod(folder, 0o700);
  return join(folder, 'redis.sock');
}

/** A server of a run that crashed may still be writing its last words: two on one folder would ruin it. */
async function waitUntilFree(path: string, data: string): Promise<void> {
  for (const patience of [100, 400, 1_500, 3_000, 0]) {
    const holder = await answeringProcess({ path });
    if (holder === undefined) return;
    if (patience === 0)
      throw new WeirError(
        'setup_failed',
        `starting redis-server: ${data} is in use by process ${holder}; stop that weir or set WEIR_DATA to another folder`,
        { context: { folder: data, process: holder } },
      );
    await sleep(patience);
  }
}

/** The process that listens on a socket; 0 when it does not say; undefined when nobody listens. */
async function answeringProcess(target: { path: string }): Promise<number | undefined> {
  const connection = connect(target, { readyWithin: 300, replyWithin: 2 * SECOND });
  try {
    return await processIdOf(connection);
  } catch (error) {
    return /ENOENT|ECONNREFUSED/.test(String((error as Error).message)) ? undefined : 0;
  } finally {
    await connection.close();
  }
}

async function processIdOf(connection: RedisConnection): Promise<number> {
  const info = await connection.ask('asking who the server is', (redis) => redis.info('server'));
  return Number(/^process_id:(\d+)/m.exec(info)?.[1] ?? 0);
}

function saidProcessId(watchdog: ChildProcess): Promise<number> {
  return new Promise((settle, reject) => {
    let said = '';
    watchdog.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('\n')) settle(Number(said));
    });
    watchdog.once('error', reject);
    watchdog.once('exit', (code) => reject(new Error(`it ended with code ${code}`)));
  });
}

async function waitUntilReady(
  target: { path: string },
  processId: number,
  ended: Promise<number | null>,
  within: Millis,
): Promise<void> {
  const connection = connect(target, { readyWithin: within });
  try {
    const code = await Promise.race([
      ended.then((exit) => `it ended with code ${exit}`),
      processIdOf(connection).then((found) =>
        found === processId ? '' : `process ${found} answers in its place`,
      ),
    ]);
    if (code !== '') throw new Error(code);
  } finally {
    await connection.close();
  }
}

async function end(watchdog: ChildProcess, ended: Promise<number | null>): Promise<void> {
  watchdog.ref();
  watchdog.stdin?.destroy();
  // The watchdog itself kills after 10 s; this is for a watchdog that was stopped or killed.
  const hard = setTimeout(() => {
    if (watchdog.pid !== undefined) process.kill(-watchdog.pid, 'SIGKILL');
  }, 15 * SECOND);
  await ended;
  clearTimeout(hard);
}

async function setupFailed(
  data: string,
  program: string,
  code: number | null,
  cause: unknown,
): Promise<WeirError> {
  if (code === 127)
    return new WeirError(
      'setup_failed',
      `starting Redis: the program ${program} was not found; install it (apt install redis-server, brew install redis, dnf install redis) or set REDIS_URL`,
    );
  const log = await readFile(join(data, 'redis.log'), 'utf8').catch(() => '');
  const last = log.trim().split('\n').slice(-3).join(' | ');
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new WeirError(
    'setup_failed',
    `starting redis-server in ${data}: ${problem}${last && `; its log ends: ${last}`}`,
    {
      cause,
      context: { folder: data },
    },
  );
}
