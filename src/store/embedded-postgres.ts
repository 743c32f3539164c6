/** A PostgreSQL of our own: private socket, data kept between runs, and gone when we are, even after SIGKILL. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { WeirError } from '../core/errors.ts';
import { type Millis, SECOND } from '../core/units.ts';
import {
  findHome,
  openHome,
  type PostgresHome,
  SERVER_ENVIRONMENT,
  SOCKET,
  SUPERUSER,
} from './postgres-home.ts';
import { postgresPrograms } from './postgres-program.ts';
import { type DatabaseUrls, ROLES } from './roles.ts';
import { serverUser } from './server-user.ts';

export interface EmbeddedPostgres {
  /** Holds the password: never shown, never logged. */
  readonly url: string;
  /** The same server for each of the three roles, which are made by whoever opens the database first. */
  readonly urls: DatabaseUrls;
  readonly processId: number;
  /** Resolves when the server ended, asked or not. */
  readonly ended: Promise<void>;
  /** Ends the server; everything committed is on disk then. */
  stop(): Promise<void>;
}

/**
 * Runs the server in `$@` as its child, says its process id, and ends it when our end of stdin closes: the
 * kernel closes it however we die. INT is the fast shutdown: TERM would wait for clients.
 */
const WATCHDOG = `
log=$1
shift
exec 3<&0
"$@" 3<&- </dev/null >"$log" 2>&1 &
server=$!
echo $server
(cat <&3 >/dev/null; kill -INT $server; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1; done; kill -QUIT $server) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $server
status=$?
kill $watcher 2>/dev/null
exit $status
`;

/** Small on purpose: it shares the machine with Redis and us, and has one client. */
const SETTINGS = {
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  max_connections: '40',
  shared_buffers: '64MB',
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
  log_checkpoints: 'off',
  // lists are planned by statistics, and tables grow fast at first
  autovacuum_naptime: '15s',
};

const READY_WITHIN: Millis = 60 * SECOND;
const STILL_HELD: readonly Millis[] = [100, 400, 1_500, 3_000];

/** Starts the server on the data in `folder`, made where it is missing; ready when the promise resolves. */
export async function startEmbeddedPostgres(folder = join('.weir', 'postgres')): Promise<EmbeddedPostgres> {
  const user = await serverUser();
  const programs = await postgresPrograms(user);
  const home = await openHome(folder, programs, user);
  await waitUntilFree(home);
  for (let tries = 0; ; tries++) {
    try {
      return await launch(home, programs, user);
    } catch (error) {
      const patience = STILL_HELD[tries];
      // what a server that was killed had begun ends a moment after it, and keeps its memory until then
      const isHeld = (await endOfLog(home)).includes('pre-existing shared memory block');
      if (patience === undefined || !isHeld) throw await setupFailed(home, error);
      await sleep(patience);
    }
  }
}

async function launch(
  home: PostgresHome,
  programs: string,
  user: Awaited<ReturnType<typeof serverUser>>,
): Promise<EmbeddedPostgres> {
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: home.socket });
  const call = [join(programs, 'postgres'), '-D', home.data];
  for (const [name, value] of settings) call.push('-c', `${name}=${value}`);
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'weir-postgres', home.log, ...call], {
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: home.data,
    env: SERVER_ENVIRONMENT,
    ...user,
    // A session of its own: Ctrl-C in our terminal must not end the server before our last transaction.
    detached: true,
  });
  const ended = new Promise<void>((settle) => {
    watchdog.once('error', () => settle());
    watchdog.once('exit', () => settle());
  });
  // A pipe broken by the watchdog's end is no news: `ended` tells.
  watchdog.stdin.on('error', () => undefined);
  watchdog.once('exit', () => watchdog.stdin.destroy());
  const stop = () => end(watchdog, ended);
  try {
    const processId = await saidProcessId(watchdog);
    await waitUntilReady(home, processId, ended);
    // The process may end without asking us to stop: the watchdog sees to the server.
    watchdog.unref();
    for (const pipe of [watchdog.stdin, watchdog.stdout]) (pipe as unknown as { unref(): void }).unref();
    const urls = urlsOf(home);
    return { url: urls.admin, urls, processId, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a run has made in `folder`: its addresses where the server answers now, null where it has ended, else undefined. */
export async function findEmbeddedPostgres(folder: string): Promise<DatabaseUrls | null | undefined> {
  const home = await findHome(folder, await serverUser());
  if (home === undefined) return undefined;
  const [holder, status] = await lockFile(home);
  const runs = holder !== undefined && status === 'ready' && (await commandOf(holder)).includes(home.data);
  return runs ? urlsOf(home) : null;
}

function urlsOf({ password, socket }: PostgresHome) {
  const urlOf = (user: string) =>
    `postgres://${user}:${password}@/postgres?host=${encodeURIComponent(socket)}&port=5432`;
  const [migrate, write, read] = [ROLES.migrate, ROLES.write, ROLES.read].map(urlOf) as [
    string,
    string,
    string,
  ];
  return { admin: urlOf(SUPERUSER), migrate, write, read };
}

/** A server of a run that crashed may still be shutting down; one that is in use is left alone. */
async function waitUntilFree(home: PostgresHome): Promise<void> {
  for (const patience of [100, 400, 1_500, 3_000, 0]) {
    const [holder] = await lockFile(home);
    if (holder === undefined) return;
    if (!(await commandOf(holder)).includes(home.data)) {
      // The number in a lock that a crash left is by now another process's: the server would refuse to start.
      await rm(join(home.data, 'postmaster.pid'), { force: true });
      await rm(join(home.socket, `${SOCKET}.lock`), { force: true });
      return;
    }
    if (patience === 0)
      throw new WeirError(
        'setup_failed',
        `starting PostgreSQL: ${home.data} is in use by process ${holder}; stop that weir or set WEIR_DATA to another folder`,
        { context: { folder: home.data, process: holder } },
      );
    await sleep(patience);
  }
}

/** The process a running server says it is, and how far its start came. */
async function lockFile(home: PostgresHome): Promise<[processId?: number, status?: string]> {
  const text = await readFile(join(home.data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const processId = Number(lines[0]);
  return processId > 0 ? [processId, lines[7]?.trim() ?? ''] : [];
}

/** Empty when there is no such process. */
async function commandOf(processId: number): Promise<string> {
  const told = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => undefined);
  if (told !== undefined) return told;
  const asked = promisify(execFile)('ps', ['-o', 'command=', '-p', String(processId)]);
  return asked.then(
    ({ stdout }) => stdout,
    () => '',
  );
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

async function waitUntilReady(home: PostgresHome, processId: number, ended: Promise<void>): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (const begun = Date.now(); Date.now() - begun < READY_WITHIN; await sleep(15)) {
    if (over) throw new Error('it ended while starting');
    const [holder, status] = await lockFile(home);
    if (holder === processId && status === 'ready') return;
  }
  throw new Error(`it was not ready within ${READY_WITHIN / SECOND} s`);
}

async function end(watchdog: ChildProcess, ended: Promise<void>): Promise<void> {
  watchdog.ref();
  watchdog.stdin?.destroy();
  // The watchdog itself is harsh after 10 s; this is for a watchdog that was stopped or killed.
  const hard = setTimeout(() => {
    if (watchdog.pid !== undefined) process.kill(-watchdog.pid, 'SIGKILL');
  }, 15 * SECOND);
  await ended;
  clearTimeout(hard);
}

async function setupFailed(home: PostgresHome, cause: unknown): Promise<WeirError> {
  const last = await endOfLog(home);
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new WeirError(
    'setup_failed',
    `starting PostgreSQL in ${home.data}: ${problem}${last && `; its log ends: ${last}`}; see to it, or set DATABASE_URL`,
    { cause, context: { folder: home.data } },
  );
}

async function endOfLog(home: PostgresHome): Promise<string> {
  const log = await readFile(home.log, 'utf8').catch(() => '');
  return log.trim().split('\n').slice(-3).join(' | ');
}
