/** Compiles the features and rules of one kind to nodes that lack only their slot and state. */

import { aggregates } from '../models/catalogue.ts';
import { seriesModels } from '../models/series/catalogue.ts';
import { canonicalHash } from './canonical.ts';
import type { CompileContext } from './compile-context.ts';
import { compileFeeds, decidingRules } from './compile-feeds.ts';
import { childReads, compileGroup } from './compile-group.ts';
import { compileRule, slotsRead } from './compile-rule.ts';
import { featureCanon, ruleCanon } from './definition-canon.ts';
import { draftDetector } from './draft-detector.ts';
import { draftLearned } from './draft-learned.ts';
import { draftLookup } from './draft-lookup.ts';
import { draftResponse } from './draft-response.ts';
import { draftScreen } from './draft-screen.ts';
import { localReads } from './local-reads.ts';
import type { Drafted, NodeDraft } from './node-draft.ts';
import type { AggregateNode, CalcNode, GroupNode, RuleNode } from './plan-node.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { AggregateFeature, CalcFeature, FeatureDefinition, KindDefinition } from './rule-set.ts';
import { entityScope } from './scope.ts';

export function draftFeature(
  feature: FeatureDefinition,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { name } = feature;
  const definition = `${name}@${canonicalHash(featureCanon(feature), 8)}`;
  if (feature.type === 'aggregate') return draftAggregate(feature, definition, kind, context);
  if (feature.type === 'calc') return draftCalc(feature, definition, context);
  if (feature.type === 'learned') return draftLearned(feature, definition, kind, context);
  if (feature.type === 'detector') return draftDetector(feature, definition, kind, context);
  if (feature.type === 'response') return draftResponse(feature, definition, kind, context);
  if (feature.type === 'lookup') return draftLookup(feature, definition, kind, context);
  if (feature.type === 'screen') return draftScreen(feature, definition, kind, context);
  const group = compileGroup(feature, kind, context);
  const node: Drafted<GroupNode> = { type: 'group', name, definition, ...group };
  const child = feature.child.text;
  const below = childReads(group, child, context).map((of) => `${child}.${of}`);
  return { name, node, reads: [], feeds: [], below, rank: 1 };
}

function draftAggregate(
  feature: AggregateFeature,
  definition: string,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { name } = feature;
  const create = (aggregates[feature.aggregate] ??
    seriesModels[feature.aggregate]) as (typeof aggregates)[string];
  const aggregate = create(feature.options);
  const feeds = compileFeeds(feature, kind, context);
  // What a decision feeds must come after the rule that decides.
  const reads = decidingRules(feeds, context)
    .filter((rule) => rule.kind.text === kind.name)
    .map((rule) => context.slot(kind.name, rule.name));
  const node: Drafted<AggregateNode> = {
    type: 'aggregate',
    name,
    definition,
    aggregate,
    default: feature.default,
    local: feature.options.local === true,
  };
  const clock = node.local && context.declared.of(kind.name).has('timezone');
  const clocks = clock ? [context.slot(kind.name, 'timezone')] : [];
  return { name, node, reads: [...reads, ...clocks], clocks, feeds, below: [], rank: 0 };
}

function draftCalc(feature: CalcFeature, definition: string, context: CompileContext): NodeDraft {
  const { kind, name } = feature;
  const slotOf = (of: string) => context.slot(kind, of);
  const types = (of: string) => context.types.of(kind, of);
  const scope = { ...entityScope(kind, context.declared, slotOf, undefined, 'feature'), types };
  const expression = context.texts.expression(feature.expression, scope);
  const node: Drafted<CalcNode> = { type: 'calc', name, definition, expression, default: feature.default };
  const reads = [
    ...new Set([...slotsRead([expression], kind, context), ...localReads([expression], kind, context)]),
  ];
  return { name, node, reads, feeds: [], below: [], rank: 2 };
}

export function draftRule(rule: RuleDefinition, context: CompileContext): NodeDraft {
  const { name } = rule;
  const { plan, reads, local } = compileRule(rule, context);
  const definition = `${name}@${canonicalHash(ruleCanon(rule), 8)}`;
  const node: Drafted<RuleNode> = { type: 'rule', name, definition, rule: plan, reads };
  // hours and days of the clock are those of the entity's zone
  const zone = typeof rule.every === 'string' && context.declared.of(rule.kind.text).has('timezone');
  const clocks = zone ? [context.slot(rule.kind.text, 'timezone')] : [];
  const all = new Set([...reads, ...local, ...clocks]);
  return { name, node, reads: [...all], feeds: [], below: [], rank: 2 };
}
