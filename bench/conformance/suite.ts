/** The cases of a directory in the format of the official JSONata test-suite. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SuiteCase {
  /** `group/file`, and `#index` if the file holds several. */
  readonly name: string;
  readonly expression: string;
  readonly input: unknown;
  readonly bindings: Readonly<Record<string, unknown>>;
  /** The reference's own call depth at which it gives up. */
  readonly depth: number | undefined;
  /** The order of the result's items does not count. */
  readonly unordered: boolean;
  readonly expected: Expected;
}

export type Expected =
  | { readonly result: unknown }
  | { readonly code: string; readonly token: string | undefined }
  | { readonly error: Readonly<Record<string, unknown>> };

interface Written extends Record<string, unknown> {
  readonly expr?: string;
  readonly 'expr-file'?: string;
  readonly dataset?: string | null;
  readonly bindings?: Record<string, unknown>;
  readonly depth?: number;
  readonly code?: string;
  readonly token?: string;
  readonly error?: Record<string, unknown>;
}

export function* suiteCases(directory: string): Iterable<SuiteCase> {
  const groups = join(directory, 'groups');
  for (const group of readdirSync(groups).sort()) {
    for (const file of readdirSync(join(groups, group)).sort()) {
      if (!file.endsWith('.json')) continue;
      const content: unknown = JSON.parse(readFileSync(join(groups, group, file), 'utf8'));
      const name = `${group}/${file.slice(0, -'.json'.length)}`;
      const list = Array.isArray(content) ? (content as Written[]) : [content as Written];
      for (const [index, written] of list.entries())
        yield caseOf(written, Array.isArray(content) ? `${name}#${index}` : name, directory, group);
    }
  }
}

function caseOf(written: Written, name: string, directory: string, group: string): SuiteCase {
  const file = written['expr-file'];
  const expression =
    file === undefined ? written.expr : readFileSync(join(directory, 'groups', group, file), 'utf8');
  return {
    name,
    expression: String(expression),
    input: 'data' in written ? written.data : dataset(directory, written.dataset),
    bindings: written.bindings ?? {},
    depth: written.depth,
    unordered: written.unordered === true,
    expected: expectedOf(written),
  };
}

function dataset(directory: string, name: string | null | undefined): unknown {
  if (name === undefined || name === null) return undefined;
  const file = join(directory, 'datasets', `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function expectedOf({ code, token, error, result }: Written): Expected {
  if (code !== undefined) return { code, token };
  return error === undefined ? { result } : { error };
}
