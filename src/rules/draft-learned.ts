/** Compiles a feature that is learned from the outcomes of other entities of its kind. */

import type { CompileContext } from './compile-context.ts';
import { slotsRead } from './compile-rule.ts';
import type { Drafted, NodeDraft } from './node-draft.ts';
import type { LearnedNode } from './plan-node.ts';
import type { KindDefinition, LearnedFeature } from './rule-set.ts';
import { entityScope } from './scope.ts';

export function draftLearned(
  feature: LearnedFeature,
  definition: string,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { name, horizon } = feature;
  const { declared, diagnostics, texts } = context;
  const slot = (of: string) => context.slot(kind.name, of);
  const types = (of: string) => context.types.of(kind.name, of);
  const scope = { ...entityScope(kind.name, declared, slot, undefined, 'feature'), types };
  const outcome = texts.expression(feature.outcome, scope, { sort: 'truth', what: '`learn`' });
  const lost = feature.lost && texts.expression(feature.lost, scope, { sort: 'truth', what: '`lost`' });
  const inputs = feature.inputs.flatMap((input) => {
    if (declared.of(kind.name).get(input.text)?.sort === 'key')
      diagnostics.report(input, `\`${input.text}\` is the key of ${kind.name}: it says nothing of others`);
    else if (scope.lookup(input.text)) return [{ name: input.text, slot: slot(input.text) }];
    else if (!diagnostics.mayBeLost(input.text)) {
      const { message, hint } = scope.refuse(input.text);
      diagnostics.report(input, message, hint);
    }
    return [];
  });
  const node: Drafted<LearnedNode> = {
    type: 'learned',
    name,
    definition,
    model: `${kind.name}.${name}`,
    outcome,
    ...(lost && { lost }),
    inputs,
    horizon,
  };
  const read = slotsRead(lost ? [outcome, lost] : [outcome], kind.name, context);
  const reads = [...new Set([...inputs.map((input) => input.slot), ...read])];
  return { name, node, reads, feeds: [], below: [], rank: 2 };
}
