/** Reads a `config/` folder as plain texts. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RuleFile } from './load.ts';

/** The rule set the product ships. */
export const SHIPPED = fileURLToPath(new URL('../../config/', import.meta.url));

export function readRuleFiles(folder: string): RuleFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => ({ path, text: readFileSync(`${folder}/${path}`, 'utf8') }));
}
