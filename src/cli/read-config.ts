/** Reads the rule files of a directory. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleFile } from '../rules/load-rule-set.ts';

/** Every `*.yaml` below the directory, in the order of their paths; throws when the directory cannot be read. */
export function readConfig(directory: string): RuleFile[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const files: RuleFile[] = [];
  for (const name of names.filter((path) => path.endsWith('.yaml')).sort()) {
    const path = join(directory, name);
    files.push({ path: path.replaceAll('\\', '/'), text: readFileSync(path, 'utf8') });
  }
  return files;
}
