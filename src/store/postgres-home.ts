/** The folder of a PostgreSQL of our own: where it lies, its data, its password and its socket. */

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { WeirError } from '../core/errors.ts';
import { canReach, type ServerUser } from './server-user.ts';

const run = promisify(execFile);

export interface PostgresHome {
  readonly data: string;
  readonly password: string;
  /** The folder of its unix socket: only its user may enter. */
  readonly socket: string;
  readonly log: string;
}

export const SUPERUSER = 'weir';
export const SOCKET = '.s.PGSQL.5432';
/** Of macOS, the shortest of our systems: 104 bytes with the final zero; Linux allows 107. */
const LONGEST_SOCKET_PATH = 103;

/** Nothing of ours is inherited: the server must not depend on who starts it. */
export const SERVER_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Finds or makes the home for the data in `folder`, with an empty cluster where there is none yet. */
export async function openHome(
  folder: string,
  programs: string,
  user: ServerUser | undefined,
): Promise<PostgresHome> {
  const home = await reachableFolder(resolve(folder), user);
  const cluster = join(home, 'cluster');
  if (!(await exists(cluster))) await makeCluster(home, cluster, programs, user);
  const password = await readFile(join(cluster, 'password'), 'utf8');
  const socket = await socketFolder(home, user);
  return { data: join(cluster, 'data'), password, socket, log: join(home, 'postgres.log') };
}

/** The home of data that is there already; undefined where none was made, and none is made. */
export async function findHome(
  folder: string,
  user: ServerUser | undefined,
): Promise<PostgresHome | undefined> {
  const wanted = resolve(folder);
  const home = (await exists(join(wanted, MARK))) ? shortFolder(wanted) : wanted;
  const cluster = join(home, 'cluster');
  const password = await readFile(join(cluster, 'password'), 'utf8').catch(() => undefined);
  if (password === undefined) return undefined;
  const socket = await socketFolder(home, user);
  return { data: join(cluster, 'data'), password, socket, log: join(home, 'postgres.log') };
}

async function reachableFolder(wanted: string, user: ServerUser | undefined): Promise<string> {
  // others may pass through the parent, never look into it
  await mkdir(dirname(wanted), { recursive: true, mode: 0o711 });
  if (user !== undefined) {
    await removeAbandoned();
    const moved = await exists(join(wanted, MARK));
    if (moved || !(await canReach(dirname(wanted), user))) return elsewhere(wanted, user);
  }
  await privateFolder(wanted, user);
  return wanted;
}

/** Where the server's user cannot reach the folder wanted: one for temporary files stands in for it. */
async function elsewhere(wanted: string, user: ServerUser): Promise<string> {
  if (!(await canReach(tmpdir(), user)))
    throw new WeirError(
      'setup_failed',
      `starting PostgreSQL: its user can reach neither ${wanted} nor ${tmpdir()}; set WEIR_DATA to a folder that others may enter, or set DATABASE_URL`,
    );
  await mkdir(wanted, { recursive: true, mode: 0o700 });
  const mark = join(wanted, MARK);
  if (!(await exists(mark))) await writeFile(mark, randomBytes(16).toString('hex'), { mode: 0o600 });
  const home = shortFolder(wanted);
  await privateFolder(home, user);
  await writeFile(join(home, ORIGIN), JSON.stringify([wanted, await readFile(mark, 'utf8')]), {
    mode: 0o600,
  });
  return home;
}

/** In the folder wanted, and the same in its stand-in beside the folder's path: who removes the one means both. */
const MARK = 'elsewhere';
const ORIGIN = 'origin';

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(SHORT)) continue;
    const home = join(tmpdir(), name);
    const [wanted, token] = await originOf(home);
    if (wanted === undefined) continue;
    const mark = await readFile(join(wanted, MARK), 'utf8').catch(() => undefined);
    if (mark !== token) await rm(home, { recursive: true, force: true });
  }
}

/** Nothing where there is none, or where it is just being written. */
async function originOf(home: string): Promise<[wanted?: string, token?: string]> {
  try {
    return JSON.parse(await readFile(join(home, ORIGIN), 'utf8')) as [string, string];
  } catch {
    return [];
  }
}

/** Prepared aside and put in place at once: a set-up that is cut short leaves nothing that looks finished. */
async function makeCluster(
  home: string,
  cluster: string,
  programs: string,
  user: ServerUser | undefined,
): Promise<void> {
  const fresh = await mkdtemp(join(home, 'new-'));
  await give(fresh, user);
  const passwordFile = join(fresh, 'password');
  await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
  await give(passwordFile, user);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`];
  try {
    await run(
      join(programs, 'initdb'),
      [`--pgdata=${join(fresh, 'data')}`, ...access, ...locale, '--no-instructions'],
      { ...user, cwd: fresh, env: SERVER_ENVIRONMENT },
    );
    await rename(fresh, cluster);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    const said = String((error as { stderr?: string }).stderr || (error as Error).message);
    throw new WeirError(
      'setup_failed',
      `making the data of PostgreSQL in ${home}: ${said.trim().split('\n').slice(-2).join(' | ')}; see to it, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

/** In the home, or where that is too deep for a socket, in a short folder. */
async function socketFolder(home: string, user: ServerUser | undefined): Promise<string> {
  if (Buffer.byteLength(join(home, SOCKET)) <= LONGEST_SOCKET_PATH) return home;
  const folder = shortFolder(home);
  await privateFolder(folder, user);
  return folder;
}

function shortFolder(path: string): string {
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(tmpdir(), `${SHORT}${name}`);
}

const SHORT = `weir-postgres-${process.getuid?.() ?? 0}-`;

async function privateFolder(folder: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await checkOwner(folder, user);
  await give(folder, user);
  await chmod(folder, 0o700);
}

async function checkOwner(folder: string, user: ServerUser | undefined): Promise<void> {
  const found = await lstat(folder);
  if (found.isDirectory() && [process.getuid?.() ?? 0, user?.uid].includes(found.uid)) return;
  throw new WeirError('setup_failed', `starting PostgreSQL: ${folder} belongs to another user; remove it`);
}

async function give(path: string, user: ServerUser | undefined): Promise<void> {
  if (user) await chown(path, user.uid, user.gid);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
