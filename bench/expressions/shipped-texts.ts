/** Every expression in the rule files that weir ships, templates and those of other kinds too. */

import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/cli/read-config.ts';
import { compile } from '../../src/rules/expression/compile.ts';

const CONFIG = fileURLToPath(new URL('../../config', import.meta.url));

/** Texts that are an expression and more than a name; of texts with `{{…}}` what stands within. */
export function shippedTexts(): string[] {
  const found = new Set<string>();
  for (const { text } of readConfig(CONFIG)) {
    for (const document of parseAllDocuments(text))
      for (const leaf of textsIn(document.toJS())) {
        const pieces = [...leaf.matchAll(/\{\{(.*?)\}\}/gs)].map(([, inside]) => inside as string);
        for (const piece of leaf.includes('{{') ? pieces : [leaf]) if (isExpression(piece)) found.add(piece);
      }
  }
  return [...found];
}

function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) yield* textsIn(inner);
}

function isExpression(text: string): boolean {
  if (!/[-+*/=<>&?.[({$]| and | or /.test(text)) return false;
  try {
    compile(text);
    return true;
  } catch {
    return false;
  }
}
