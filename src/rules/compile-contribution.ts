/** Compiles a feature of a shared kind over the entities of another: what each of them gives, and to which. */

import type { CompileContext } from './compile-context.ts';
import { WHERE } from './compile-group.ts';
import type { Expression } from './expression/expression.ts';
import type { LocatedScalar } from './located.ts';
import type { ContributionNode, QueryPlan } from './plan-node.ts';
import { type GroupFeature, isQuery, type KindDefinition } from './rule-set.ts';
import { entityScope, type NamedScope } from './scope.ts';

/** A contribution that lacks its place in the child's nodes and in the part's. */
export interface ContributionDraft {
  readonly child: string;
  readonly node: Pick<ContributionNode, 'by' | 'where' | 'value' | 'fields'>;
  /** Names of the child that it reads, and their slots. */
  readonly reads: readonly string[];
  readonly slots: readonly number[];
}

export interface CompiledContribution {
  readonly draft?: ContributionDraft;
  readonly query?: QueryPlan;
}

export function compileContribution(
  feature: GroupFeature,
  parent: KindDefinition,
  context: CompileContext,
): CompiledContribution {
  const { diagnostics, declared } = context;
  const child = givingKind(feature, parent, context);
  if (child === undefined) return {};
  const slot = (name: string) => context.slot(child.name, name);
  const types = (name: string) => context.types.of(child.name, name);
  const scope = { ...entityScope(child.name, declared, slot, undefined, 'feature'), types };
  const by = keyNames(feature, parent, child, scope, context);
  const fields = feature.fields.filter((field) => known(field, scope, context)).map((field) => field.text);
  const where = feature.where && context.texts.expression(feature.where, scope, WHERE);
  const value = feature.value && context.texts.expression(feature.value, scope);
  const base = { kind: parent.name, name: feature.name, child: child.name, by, ...(where && { where }) };
  if (feature.verb === 'rows' && feature.top !== undefined && feature.order) {
    const descending = feature.order.text.startsWith('-');
    const path = feature.order.text.slice(descending ? 1 : 0).split('.');
    if (!scope.lookup(path[0] as string) && !diagnostics.mayBeLost(path[0] as string)) {
      const { message, hint } = scope.refuse(path[0] as string);
      diagnostics.report(feature.order, message, hint);
    }
    const select = { type: 'top', top: feature.top, fields, order: { path, descending } } as const;
    return { query: { ...base, select } };
  }
  const reads = [...new Set([...by, ...fields, ...namesRead([where, value], child, context)])];
  const draft: ContributionDraft = {
    child: child.name,
    node: {
      by: by.map(slot),
      ...(where && { where }),
      ...(value && { value }),
      ...(feature.verb === 'rows' && { fields: fields.map(slot) }),
    },
    reads,
    slots: reads.map(slot),
  };
  if (feature.sample === undefined || value === undefined) return { draft };
  return { draft, query: { ...base, select: { type: 'sample', sample: feature.sample, value } } };
}

/** The kind whose entities give; undefined when they cannot, which is reported. */
function givingKind(
  feature: GroupFeature,
  parent: KindDefinition,
  { diagnostics, kinds }: CompileContext,
): KindDefinition | undefined {
  const { child: place, verb } = feature;
  const child = kinds.get(place.text);
  const refuse = (message: string, hint?: string) => {
    diagnostics.report(place, message, hint);
    return undefined;
  };
  if (child === undefined) {
    if (!diagnostics.mayBeLost(place.text))
      diagnostics.reportUnknown(place, 'kind of entity', place.text, kinds.keys());
    return undefined;
  }
  if (child.shared && (parent.key.length > 0 || child.key.length === 0))
    return refuse(
      `a ${child.name} is no part of a ${parent.name}: shared kinds belong only to one without a key`,
    );
  if (verb === 'min' || verb === 'max')
    return refuse(
      `\`${verb}\` of a ${child.name} cannot be kept for ${parent.name}: what leaves cannot be taken out again`,
      'use count, sum, avg or tally',
    );
  if (verb === 'rows' && !child.shared && feature.top === undefined && !isFew(child, parent))
    return refuse(
      `there are too many of ${child.name} for a list: \`rows\` needs a \`top\` and an \`order\``,
      'such as top: 100, order: -engagement_score',
    );
  if (child.shared && isQuery(feature))
    return refuse(`\`top\` and \`sample\` are for kinds with many entities; ${child.name} is shared`);
  return child;
}

/** A client has its campaigns; nothing else of which there is one entity each is so few. */
function isFew(child: KindDefinition, parent: KindDefinition): boolean {
  return parent.key.length > 0 && child.key.length === 1 && child.key[0] === 'campaign_id';
}

/** The names of the child that give the parent's key. */
function keyNames(
  { by, place }: GroupFeature,
  parent: KindDefinition,
  child: KindDefinition,
  scope: NamedScope,
  context: CompileContext,
): string[] {
  const { diagnostics } = context;
  if (child.shared || by.length > 0) {
    if (by.length === parent.key.length)
      return by.filter((name) => known(name, scope, context)).map((name) => name.text);
    const wanted =
      parent.key.length === 0 ? 'no `by`: there is only one' : `\`by\` for ${parent.key.join(', ')}`;
    diagnostics.report(by[0] ?? place, `a feature of ${parent.name} needs ${wanted}`);
    return [];
  }
  const missing = parent.key.find((name) => !scope.lookup(name));
  if (missing === undefined) return [...parent.key];
  if (!diagnostics.mayBeLost(missing))
    diagnostics.report(
      place,
      `which ${parent.name}? ${child.name} has no feature \`${missing}\``,
      `name the features of ${child.name} that say it: by: …`,
    );
  return [];
}

function known(name: LocatedScalar, scope: NamedScope, { diagnostics }: CompileContext): boolean {
  if (scope.lookup(name.text)) return true;
  if (!diagnostics.mayBeLost(name.text)) {
    const { message, hint } = scope.refuse(name.text);
    diagnostics.report(name, message, hint);
  }
  return false;
}

function namesRead(
  expressions: readonly (Expression | undefined)[],
  child: KindDefinition,
  context: CompileContext,
): string[] {
  const names = context.declared.of(child.name);
  return expressions.flatMap((expression) => expression?.reads ?? []).filter((name) => names.has(name));
}

/** The names that a tally lists with 0: those that the result of a rule of the child can have. */
export function tallyNames(feature: GroupFeature, context: CompileContext): string[] {
  const match = /^\s*(\w+)(?:\.(\w+))?\s*$/.exec(feature.value?.text ?? '');
  const rule = context.rules.get(match?.[1] ?? '');
  if (!match || rule?.kind.text !== feature.child.text) return [];
  const { shape } = rule;
  const field = match[2];
  if (shape.type === 'factors' && (field === undefined || field === 'class'))
    return (shape.classes ?? []).map((line) => line.class);
  if (shape.type !== 'pick') return [];
  if (field === undefined || field === 'name') return shape.lines.map((line) => line.name.text);
  const texts = shape.lines.map((line) => line.fields.find(({ key }) => key.text === field)?.value);
  return [
    ...new Set(
      texts.flatMap((text) => (text?.type === 'scalar' && !text.text.includes('{{') ? [text.text] : [])),
    ),
  ];
}
