/** Compiles a feature of a local kind that looks at a shared one. */

import type { CompileContext } from './compile-context.ts';
import type { Drafted, NodeDraft } from './node-draft.ts';
import type { LookupNode } from './plan-node.ts';
import type { KindDefinition, LookupFeature } from './rule-set.ts';
import { queryRefusal } from './scope.ts';

/** A local kind reads what the owner of a shared entity told last. */
export function draftLookup(
  feature: LookupFeature,
  definition: string,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { name, of, field } = feature;
  const { diagnostics, declared, kinds } = context;
  const shared = kinds.get(of.text);
  const by: number[] = [];
  if (shared === undefined) {
    if (!diagnostics.mayBeLost(of.text))
      diagnostics.reportUnknown(of, 'kind of entity', of.text, kinds.keys());
  } else if (!shared.shared) {
    diagnostics.report(of, `\`last\` of a kind reads a shared kind, ${shared.name} is none`);
  } else {
    const names = declared.of(shared.name);
    const known = names.get(field.text);
    if (known?.sort === 'query') diagnostics.report(field, queryRefusal(field.text));
    else if (known === undefined && !diagnostics.mayBeLost(field.text))
      diagnostics.reportUnknown(field, 'feature', field.text, names.keys(), ` of ${shared.name}`);
    const own = declared.of(kind.name);
    for (const key of shared.key) {
      if (own.has(key)) by.push(context.slot(kind.name, key));
      else if (!diagnostics.mayBeLost(key))
        diagnostics.report(of, `which ${shared.name}? ${kind.name} has no feature \`${key}\``);
    }
  }
  const node: Drafted<LookupNode> = {
    type: 'lookup',
    name,
    definition,
    of: of.text,
    field: field.text,
    by,
    default: feature.default,
  };
  return { name, node, reads: by, feeds: [], below: [`${of.text}.${field.text}`], rank: 0 };
}
