/** Finds live rules that depend on a shadow one through features; direct reads are refused by their scope. */

import type { CompileContext } from './compile-context.ts';
import type { NodeDraft } from './node-draft.ts';

export function reportShadowReads(
  drafts: ReadonlyMap<string, readonly NodeDraft[]>,
  context: CompileContext,
): void {
  const byName = new Map<string, NodeDraft>();
  const reads = new Map<string, string[]>();
  for (const [kind, nodes] of drafts)
    for (const draft of nodes) {
      byName.set(`${kind}.${draft.name}`, draft);
      reads.set(`${kind}.${draft.name}`, [...namesAt(kind, draft.reads, context), ...draft.below]);
    }
  for (const [name, draft] of byName) {
    if (draft.node.type !== 'rule' || draft.node.rule.mode !== 'live') continue;
    const path = shadowPath(name, byName, reads);
    const rule = context.rules.get(draft.name);
    if (path && rule)
      context.diagnostics.report(
        rule.place,
        `a live rule may not depend on a shadow one: ${path.join(' -> ')}`,
      );
  }
}

/** From a name over features to the result of a shadow rule. */
function shadowPath(
  from: string,
  byName: ReadonlyMap<string, NodeDraft>,
  reads: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const seen = new Set<string>();
  const walk = (name: string): string[] | undefined => {
    if (seen.has(name)) return undefined;
    seen.add(name);
    const node = byName.get(name)?.node;
    if (name !== from && node?.type === 'rule') return node.rule.mode === 'shadow' ? [name] : undefined;
    for (const read of reads.get(name) ?? []) {
      const path = walk(read);
      if (path) return [name, ...path];
    }
    return undefined;
  };
  return walk(from);
}

function namesAt(kind: string, slots: readonly number[], context: CompileContext): string[] {
  const names = [...context.declared.of(kind).keys()];
  return slots.map((slot) => `${kind}.${names[slot]}`);
}
