/** Prometheus' own checker, where this machine has it: on the PATH, or where the set-up of the tests put it. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from '../document-blocks.ts';

const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), join(root, '.weir', 'tools')];

export const PROMTOOL = folders.map((folder) => join(folder, 'promtool')).find(existsSync);

export function promtool(
  args: readonly string[],
  input?: string,
): { readonly ok: boolean; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync(PROMTOOL as string, args, {
    cwd: root,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
  return { ok: status === 0, said: `${error?.message ?? ''}${stdout}${stderr}` };
}
