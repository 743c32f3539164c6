/** Compiles the definitions to the plan: checks all names first, then orders nodes and resolves slots. */

import { canonicalHash } from './canonical.ts';
import type { CompileContext } from './compile-context.ts';
import { planKinds } from './compile-group.ts';
import type { DeclaredNames } from './declared-names.ts';
import { dependencyOrder } from './dependency-order.ts';
import { Diagnostics } from './diagnostics.ts';
import { draftFeature, draftRule, type NodeDraft } from './draft-nodes.ts';
import type { EventCatalogue, EventType } from './event-catalogue.ts';
import { ExpressionTexts } from './expression-texts.ts';
import type { Feed, KindPlan, Node, Plan, Settings } from './plan.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { FeatureDefinition, KindDefinition } from './rule-set.ts';
import { reportShadowReads } from './shadow-reads.ts';

/** Everything that was read from the files. */
export interface Definitions {
  readonly hash: string;
  readonly settings: Settings;
  readonly kinds: ReadonlyMap<string, KindDefinition>;
  readonly catalogue: EventCatalogue;
  /** The catalogue's types and those of decisions, by name. */
  readonly events: ReadonlyMap<string, EventType>;
  readonly declared: DeclaredNames;
  readonly features: readonly FeatureDefinition[];
  readonly rules: readonly RuleDefinition[];
}

/** The plan; its names, types and cycles are reported to `diagnostics`, and only without problems may it be used. */
export function compilePlan(definitions: Definitions, diagnostics: Diagnostics): Plan | undefined {
  const { declared } = definitions;
  const preliminary = (kind: string, name: string) => [...declared.of(kind).keys()].indexOf(name);
  const checking = contextOf(definitions, diagnostics, preliminary);
  const kinds = planKinds(definitions.kinds.values());
  const slots = new Map<string, Map<string, number>>();
  const drafts = new Map<string, NodeDraft[]>();
  for (const kind of kinds) {
    for (const rule of definitions.rules)
      if (rule.mode === 'off' && rule.kind.text === kind.name) draftRule(rule, checking);
    drafts.set(kind.name, draftKind(kind, definitions, checking));
  }
  for (const kind of kinds) {
    const order = orderKind(kind, drafts.get(kind.name) as NodeDraft[], checking);
    slots.set(kind.name, new Map([...kind.key, ...order].map((name, slot) => [name, slot])));
  }
  reportShadowReads(drafts, checking);
  if (diagnostics.errors.length > 0) return undefined;
  const settled = (kind: string, name: string) => slots.get(kind)?.get(name) ?? -1;
  const compiling = contextOf(definitions, new Diagnostics(), settled);
  const plans = kinds.map((kind, index) =>
    kindPlan(
      kind,
      index,
      slots.get(kind.name) as Map<string, number>,
      draftKind(kind, definitions, compiling),
    ),
  );
  const grouped = plans.map((plan) => ({ ...plan, groups: groupsOver(plan.index, plans) }));
  return {
    hash: definitions.hash,
    settings: definitions.settings,
    events: definitions.catalogue,
    kinds: grouped,
    kindOf: new Map(grouped.map((plan) => [plan.name, plan])),
  };
}

function contextOf(
  { declared, kinds, events, features, rules }: Definitions,
  diagnostics: Diagnostics,
  slot: CompileContext['slot'],
): CompileContext {
  const byName = new Map(features.map((feature) => [`${feature.kind}.${feature.name}`, feature]));
  return {
    diagnostics,
    texts: new ExpressionTexts(diagnostics),
    declared,
    kinds,
    events,
    rules: new Map(rules.map((rule) => [rule.name, rule])),
    feature: (kind, name) => byName.get(`${kind}.${name}`),
    slot,
  };
}

function draftKind(
  kind: KindDefinition,
  { features, rules }: Definitions,
  context: CompileContext,
): NodeDraft[] {
  const drafts: NodeDraft[] = [];
  for (const feature of features)
    if (feature.kind === kind.name) drafts.push(draftFeature(feature, kind, context));
  for (const rule of rules)
    if (rule.mode !== 'off' && rule.kind.text === kind.name) drafts.push(draftRule(rule, context));
  return drafts;
}

/** The names of the nodes in dependency order; a cycle is reported at its first name. */
function orderKind(
  kind: KindDefinition,
  drafts: readonly NodeDraft[],
  context: CompileContext,
): readonly string[] {
  const names = [...context.declared.of(kind.name).keys()];
  const readNames = (draft: NodeDraft) => draft.reads.map((slot) => names[slot] as string);
  const order = dependencyOrder(drafts.map((draft) => ({ ...draft, reads: readNames(draft) })));
  if (order.ok) return order.names;
  const { cycle } = order;
  const place = context.declared.of(kind.name).get(cycle[0] as string)?.place;
  const ruled = drafts.some((draft) => draft.node.type === 'rule' && cycle.includes(draft.name));
  const path = cycle.map((name) => `${kind.name}.${name}`).join(' -> ');
  if (place)
    context.diagnostics.report(place, `${ruled ? 'rules' : 'features'} depend on each other: ${path}`);
  return drafts.map((draft) => draft.name);
}

function kindPlan(
  kind: KindDefinition,
  index: number,
  slotOf: ReadonlyMap<string, number>,
  drafts: readonly NodeDraft[],
): KindPlan {
  const slots = [...slotOf.keys()];
  const byName = new Map(drafts.map((draft) => [draft.name, draft]));
  const ordered = slots.slice(kind.key.length).map((name) => byName.get(name) as NodeDraft);
  let state = 0;
  const nodes = ordered.map(
    ({ node, name }) =>
      ({ ...node, slot: slotOf.get(name) as number, state: node.type === 'calc' ? -1 : state++ }) as Node,
  );
  const dependents: number[][] = slots.map(() => []);
  const feeds = new Map<string, Feed[]>();
  for (const [node, draft] of ordered.entries()) {
    // A feature over decisions is fed by the rule, it does not read the result.
    if (draft.node.type !== 'aggregate') for (const slot of draft.reads) dependents[slot]?.push(node);
    for (const { type, feed } of draft.feeds)
      feeds.set(type, [...(feeds.get(type) ?? []), { node, ...feed }]);
  }
  const keys = nodes.filter((node) => node.state >= 0).map((node) => node.definition);
  const id = canonicalHash([kind.name, kind.key, keys], 8);
  return {
    name: kind.name,
    index,
    role: 'local',
    key: kind.key,
    slots,
    slotOf,
    nodes,
    dependents,
    feeds,
    groups: [],
    zoneSlot: slotOf.get('timezone') ?? -1,
    currencySlot: slotOf.get('currency') ?? -1,
    layout: { id, keys },
  };
}

/** The group nodes of other kinds over the kind with this index. */
function groupsOver(child: number, plans: readonly KindPlan[]): KindPlan['groups'] {
  return plans.flatMap((plan) =>
    plan.nodes.flatMap((node, index) =>
      node.type === 'group' && node.child === child ? [{ kind: plan.index, node: index }] : [],
    ),
  );
}
