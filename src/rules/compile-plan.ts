/** Compiles the definitions to the plan: checks all names first, then orders nodes and resolves slots. */

import type { CompileContext } from './compile-context.ts';
import { planKinds } from './compile-group.ts';
import { compileReport } from './compile-report.ts';
import type { DeclaredNames } from './declared-names.ts';
import { dependencyOrder } from './dependency-order.ts';
import { Diagnostics } from './diagnostics.ts';
import { draftFeature, draftRule } from './draft-nodes.ts';
import { draftShared } from './draft-shared.ts';
import type { EventCatalogue, EventType } from './event-catalogue.ts';
import { ExpressionTexts } from './expression-texts.ts';
import { makeKindPlans } from './kind-plans.ts';
import { readsByName, reportLoops } from './lookup-loops.ts';
import type { NodeDraft } from './node-draft.ts';
import type { Plan, Settings } from './plan.ts';
import type { QueryPlan } from './plan-node.ts';
import type { ReportDefinition } from './report-definition.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { FeatureDefinition, KindDefinition } from './rule-set.ts';
import { reportShadowReads } from './shadow-reads.ts';
import { TypeFacts } from './type-facts.ts';

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
  readonly reports: readonly ReportDefinition[];
}

export interface LoadOptions {
  /** It was accepted before: what only a check of values finds is let through, so that a stricter check stops no log. */
  readonly accepted?: boolean;
  /** Only these features and rules, `lead.conversion`, with all that they read: for a replay that needs no others. */
  readonly only?: ReadonlySet<string>;
}

interface KindDrafts {
  readonly nodes: readonly NodeDraft[];
  readonly queries: readonly QueryPlan[];
}

/** The plan; its names, types and cycles are reported to `diagnostics`, and only without problems may it be used. */
export function* compilePlan(
  definitions: Definitions,
  diagnostics: Diagnostics,
  { accepted }: LoadOptions,
): Generator<void, Plan | undefined> {
  const { declared } = definitions;
  const places = new Map([...declared.kinds].map((kind) => [kind, placesOf(declared.of(kind).keys())]));
  const preliminary = (kind: string, name: string) => places.get(kind)?.get(name) ?? -1;
  const checking = contextOf(definitions, diagnostics, preliminary, !accepted);
  const kinds = planKinds(definitions.kinds.values());
  const slots = new Map<string, Map<string, number>>();
  const drafts = new Map<string, KindDrafts>();
  for (const kind of kinds) {
    for (const rule of definitions.rules)
      if (rule.mode === 'off' && rule.kind.text === kind.name) draftRule(rule, checking);
    drafts.set(kind.name, yield* draftKind(kind, definitions, checking));
  }
  yield;
  for (const kind of kinds) {
    const order = orderKind(kind, drafts.get(kind.name)?.nodes ?? [], checking);
    slots.set(kind.name, new Map([...kind.key, ...order].map((name, slot) => [name, slot])));
  }
  const checked = new Map([...drafts].map(([kind, { nodes }]) => [kind, nodes]));
  reportShadowReads(checked, checking);
  reportLoops(checked, checking);
  for (const report of definitions.reports) {
    yield;
    compileReport(report, checking);
  }
  if (diagnostics.errors.length > 0) return undefined;
  const settled = (kind: string, name: string) => slots.get(kind)?.get(name) ?? -1;
  const compiling = contextOf(definitions, new Diagnostics(), settled, false);
  const compiled: (KindDrafts & { kind: KindDefinition; slotOf: ReadonlyMap<string, number> })[] = [];
  for (const kind of kinds) {
    const slotOf = slots.get(kind.name) as Map<string, number>;
    compiled.push({ kind, slotOf, ...(yield* draftKind(kind, definitions, compiling)) });
  }
  yield;
  const plans = makeKindPlans(compiled);
  yield;
  const reports = new Map<string, ReturnType<typeof compileReport>>();
  for (const report of definitions.reports) {
    yield;
    reports.set(report.name, compileReport(report, compiling));
  }
  return {
    hash: definitions.hash,
    settings: definitions.settings,
    events: definitions.catalogue,
    kinds: plans,
    kindOf: new Map(plans.map((plan) => [plan.name, plan])),
    queries: compiled.flatMap(({ queries }) => queries),
    reads: readsOf(compiled),
    reports,
  };
}

function readsOf(
  compiled: readonly {
    kind: KindDefinition;
    slotOf: ReadonlyMap<string, number>;
    nodes: readonly NodeDraft[];
  }[],
): Plan['reads'] {
  const names = new Map(compiled.map(({ kind, slotOf }) => [kind.name, [...slotOf.keys()]]));
  const drafts = new Map(compiled.map(({ kind, nodes }) => [kind.name, nodes]));
  return readsByName(drafts, (kind, slot) => names.get(kind)?.[slot]);
}

function placesOf(names: Iterable<string>): Map<string, number> {
  return new Map([...names].map((name, place) => [name, place]));
}

function contextOf(
  { declared, kinds, events, features, rules }: Definitions,
  diagnostics: Diagnostics,
  slot: CompileContext['slot'],
  checks: boolean,
): CompileContext {
  const byName = new Map(features.map((feature) => [`${feature.kind}.${feature.name}`, feature]));
  const context = {
    diagnostics,
    texts: new ExpressionTexts(diagnostics, checks),
    declared,
    kinds,
    events,
    rules: new Map(rules.map((rule) => [rule.name, rule])),
    feature: (kind: string, name: string) => byName.get(`${kind}.${name}`),
    slot,
  };
  return { ...context, types: new TypeFacts(context) };
}

function* draftKind(
  kind: KindDefinition,
  { features, rules }: Definitions,
  context: CompileContext,
): Generator<void, KindDrafts> {
  const nodes: NodeDraft[] = [];
  const queries: QueryPlan[] = [];
  for (const feature of features) {
    if (feature.kind !== kind.name) continue;
    yield;
    if (!kind.shared) nodes.push(draftFeature(feature, kind, context));
    else {
      const { draft, query } = draftShared(feature, kind, context);
      if (draft) nodes.push(draft);
      if (query) queries.push(query);
    }
  }
  for (const rule of rules) {
    if (rule.mode === 'off' || rule.kind.text !== kind.name) continue;
    yield;
    nodes.push(draftRule(rule, context));
  }
  return { nodes, queries };
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
