/** The rules that a market is driven by: the shipped ones, and what the bench needs otherwise. */

import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONFIG } from '../house-options.ts';

const RULES = fileURLToPath(new URL('rules', import.meta.url));

/** `free` and `limited` divide budgets without anybody's approval, with limits or without; `shipped` is as shipped. */
export type Limits = 'free' | 'limited' | 'shipped';

/** What `use` returns; the folder is gone afterwards. */
export async function withRules<Result>(
  limits: Limits,
  partitions: number,
  use: (folder: string) => Result | Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-world-'));
  try {
    cpSync(CONFIG, folder, { recursive: true });
    appendFileSync(join(folder, 'weir.yaml'), `\npartitions: ${partitions}\n`);
    if (limits !== 'shipped') copyRules(join(RULES, limits), folder);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyRules(from: string, to: string): void {
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.yaml')) cpSync(join(from, name), join(to, name));
}
