/** Whom a PostgreSQL of our own runs as: it refuses to be root, so root lends it a user who owns nothing else. */

import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { WeirError } from '../core/errors.ts';

const run = promisify(execFile);

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'postgres';

/** Undefined: ourselves. As root the user `postgres`, made where there is none. */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const known = await userNamed(NAME);
  if (known) return known;
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', NAME]);
  } catch (error) {
    throw new WeirError(
      'setup_failed',
      `starting PostgreSQL: it does not run as root, and making the user ${NAME} failed (${firstLine(error)}); run weir as another user or set DATABASE_URL`,
      { cause: error },
    );
  }
  return (await userNamed(NAME)) as ServerUser;
}

async function userNamed(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

function firstLine(error: unknown): string {
  return String((error as Error).message)
    .trim()
    .split('\n')
    .at(-1) as string;
}

/** Whether the user may enter every folder down to `path`, itself included. */
export async function canReach(path: string, user: ServerUser): Promise<boolean> {
  const { uid, gid, mode } = await stat(path);
  const search = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & search) === 0) return false;
  const parent = dirname(path);
  return parent === path || canReach(parent, user);
}
