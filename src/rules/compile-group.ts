/** Compiles a feature over the rows of a child kind. */

import type { CompileContext } from './compile-context.ts';
import type { Wanted } from './expression/types/check-expression.ts';
import type { GroupNode } from './plan-node.ts';
import { type GroupFeature, isQuery, type KindDefinition } from './rule-set.ts';
import { entityScope } from './scope.ts';

/** What `where` must be to choose anything. */
export const WHERE: Wanted = { sort: 'truth', what: '`where`' };

type CompiledGroup = Pick<GroupNode, 'child' | 'fields' | 'verb' | 'where'>;

/** `child` is the index in the plan's kinds, which `kindIndex` orders children first. */
export function compileGroup(
  feature: GroupFeature,
  parent: KindDefinition,
  context: CompileContext,
): CompiledGroup {
  const { diagnostics, declared } = context;
  const nothing: CompiledGroup = { child: -1, fields: [], verb: 'rows' };
  const child = context.kinds.get(feature.child.text);
  if (child === undefined) {
    if (!diagnostics.mayBeLost(feature.child.text))
      diagnostics.reportUnknown(feature.child, 'kind of entity', feature.child.text, context.kinds.keys());
    return nothing;
  }
  if (child.shared) {
    diagnostics.report(
      feature.child,
      `a ${child.name} is shared: read its features with { last: FEATURE, of: ${child.name} }`,
    );
    return nothing;
  }
  const { verb } = feature;
  if (verb === 'tally' || isQuery(feature)) {
    const word = verb === 'tally' ? 'tally' : 'top';
    diagnostics.report(
      feature.place,
      `\`${word}\` of a kind is for features of shared kinds, ${parent.name} is none`,
    );
    return nothing;
  }
  if (!isPart(child, parent)) {
    const keys = parent.key.map((field) => `\`${field}\``).join(', ');
    diagnostics.report(
      feature.child,
      `a ${child.name} is no part of a ${parent.name}: its key must have ${keys} and more`,
    );
    return nothing;
  }
  const by = feature.by.map((field) => field.text);
  if (by.length > 0 && by.join() !== parent.key.join())
    diagnostics.report(
      feature.by[0] as GroupFeature['child'],
      `\`by\` must be the key of ${parent.name}: ${parent.key.join(', ')}`,
    );
  const slotOf = (name: string) => context.slot(child.name, name);
  const types = (name: string) => context.types.of(child.name, name);
  const scope = { ...entityScope(child.name, declared, slotOf, undefined, 'feature'), types };
  const fields = [];
  for (const field of feature.value ? [feature.value] : feature.fields) {
    if (scope.lookup(field.text))
      fields.push({ name: field.text, slot: context.slot(child.name, field.text) });
    else if (!diagnostics.mayBeLost(field.text)) {
      const { message, hint } = scope.refuse(field.text);
      diagnostics.report(field, message, hint);
    }
  }
  const where = feature.where && context.texts.expression(feature.where, scope, WHERE);
  return {
    child: kindIndex(context.kinds.values(), child.name),
    fields,
    verb,
    ...(where && { where }),
  };
}

/** Names of the child that a group reads. */
export function childReads(group: CompiledGroup, child: string, context: CompileContext): string[] {
  const names = context.declared.of(child);
  const where = group.where?.reads.filter((name) => names.has(name)) ?? [];
  return [...group.fields.map((field) => field.name), ...where];
}

/** Whether the key of `parent` is a proper part of the child's, routed alike. */
function isPart(child: KindDefinition, parent: KindDefinition): boolean {
  return (
    parent.key.length < child.key.length &&
    parent.key[0] === child.key[0] &&
    parent.key.every((field) => child.key.includes(field))
  );
}

/** The kinds in the order of the plan: local ones first, longer keys first, so that children come before parents. */
export function planKinds(kinds: Iterable<KindDefinition>): KindDefinition[] {
  const rank = (kind: KindDefinition) => (kind.shared ? 1 : 0);
  return [...kinds].sort(
    (a, b) => rank(a) - rank(b) || b.key.length - a.key.length || (a.name < b.name ? -1 : 1),
  );
}

function kindIndex(kinds: Iterable<KindDefinition>, name: string): number {
  return planKinds(kinds).findIndex((kind) => kind.name === name);
}
