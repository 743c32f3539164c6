/** Plants a bug: the source of one file is read with a few words changed, in this process alone. */

import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Change } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

const ROOT = new URL('../../../', import.meta.url);

/** To be called before the files it changes are imported. @throws Error when there is no such bug */
export function plant(name: string): void {
  const mutant = MUTANTS.find((other) => other.name === name);
  if (!mutant)
    throw new Error(
      `there is no planted bug ${name}; there are ${MUTANTS.map((one) => one.name).join(', ')}`,
    );
  const changes = new Map<string, Change[]>();
  for (const change of mutant.changes) {
    const url = new URL(change.file, ROOT).href;
    changes.set(url, [...(changes.get(url) ?? []), change]);
  }
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const wanted = changes.get(url);
      if (!wanted) return loaded;
      const source = wanted.reduce((text, change) => changed(text, change), textOf(loaded.source));
      return { ...loaded, source };
    },
  });
}

function textOf(source: unknown): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array);
}

/** @throws Error when the words are not there any more, or not once: a bug that is not planted proves nothing */
export function changed(text: string, { file, from, to }: Change): string {
  const parts = text.split(from);
  if (parts.length !== 2)
    throw new Error(`${file} has the words ${JSON.stringify(from)} ${parts.length - 1} times and not once`);
  return parts.join(to);
}

export function pathOf({ file }: Change): string {
  return fileURLToPath(new URL(file, ROOT));
}
