/** The rule files of a folder or of a git commit, by one name that people give. */

import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { posix, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { WeirError } from '../core/errors.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';
import { readConfig } from './read-config.ts';

const LARGEST_OUTPUT = 64 * 1024 * 1024;

export function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * The files of a folder at a commit (`HEAD~1`, a branch, a tag); paths are shown as `HEAD~1:config/weir.yaml`.
 * @throws WeirError wrong_usage when there is no such commit, or no rule file in it
 */
export async function rulesAt(ref: string, folder: string): Promise<RuleFile[]> {
  const top = (await git(['rev-parse', '--show-toplevel'], folder, ref)).trim();
  const below = relative(top, resolve(folder)).replaceAll('\\', '/');
  // said in full, so that what begins with a dash is no option
  const commit = (
    await git(['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`], top, ref)
  ).trim();
  const listed = await git(
    ['ls-tree', '-r', '-z', '--name-only', commit, '--', below === '' ? '.' : below],
    top,
    ref,
  );
  const paths = listed.split('\0').filter((path) => path.endsWith('.yaml'));
  if (paths.length === 0)
    throw new WeirError(
      'wrong_usage',
      `${ref} has no rule files in ${below || '.'}; give another commit, or --config DIR`,
    );
  const texts = await Promise.all(paths.map((path) => git(['show', `${commit}:${path}`], top, ref)));
  return paths
    .map((path, i) => ({ path: `${ref}:${posix.normalize(path)}`, text: texts[i] as string }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The files of a folder, or of a commit where no folder is called so. */
export async function rulesOf(name: string, config: string): Promise<RuleFile[]> {
  return isFolder(name) ? readConfig(name) : rulesAt(name, config);
}

async function git(args: readonly string[], folder: string, ref: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', [...args], {
      cwd: folder,
      maxBuffer: LARGEST_OUTPUT,
    });
    return stdout;
  } catch (error) {
    const { stderr, message, code } = error as Error & { stderr?: string; code?: unknown };
    const why =
      code === 'ENOENT'
        ? 'git is not there, or the folder is not'
        : (stderr || message).trim().split('\n')[0];
    throw new WeirError('wrong_usage', `"${ref}" is neither a folder nor a commit of ${folder}: ${why}`);
  }
}
