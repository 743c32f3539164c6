/** Finds features that look at a shared entity which is made of them: their news would run in a circle. */

import type { CompileContext } from './compile-context.ts';
import type { NodeDraft } from './node-draft.ts';

export function reportLoops(
  drafts: ReadonlyMap<string, readonly NodeDraft[]>,
  context: CompileContext,
): void {
  const reads = readsByName(drafts, (kind, slot) => [...context.declared.of(kind).keys()][slot]);
  for (const [kind, nodes] of drafts)
    for (const { name, node } of nodes) {
      if (node.type !== 'lookup') continue;
      const path = pathBack(`${kind}.${name}`, reads);
      const place = context.feature(kind, name)?.place;
      if (path && place)
        context.diagnostics.report(place, `features depend on each other: ${path.join(' -> ')}`);
    }
}

/** What each node reads, of its own kind and of others, as `kind.name`. */
export function readsByName(
  drafts: ReadonlyMap<string, readonly NodeDraft[]>,
  nameOf: (kind: string, slot: number) => string | undefined,
): Map<string, readonly string[]> {
  const reads = new Map<string, readonly string[]>();
  for (const [kind, nodes] of drafts)
    for (const draft of nodes)
      reads.set(`${kind}.${draft.name}`, [
        ...draft.reads.map((slot) => `${kind}.${nameOf(kind, slot)}`),
        ...draft.below,
      ]);
  return reads;
}

function pathBack(start: string, reads: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const seen = new Set<string>();
  const walk = (name: string): string[] | undefined => {
    for (const read of reads.get(name) ?? []) {
      if (read === start) return [name, read];
      if (seen.has(read)) continue;
      seen.add(read);
      const path = walk(read);
      if (path) return [name, ...path];
    }
    return undefined;
  };
  return walk(start);
}
