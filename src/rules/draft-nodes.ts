/** Compiles the features and rules of one kind to nodes that lack only their slot and state. */

import { aggregates } from '../models/catalogue.ts';
import { canonicalHash } from './canonical.ts';
import type { CompileContext } from './compile-context.ts';
import { compileFeeds, type TypedFeed } from './compile-feeds.ts';
import { compileGroup } from './compile-group.ts';
import { compileRule, slotsRead } from './compile-rule.ts';
import { featureCanon, ruleCanon } from './definition-canon.ts';
import type { AggregateNode, CalcNode, GroupNode, RuleNode } from './plan.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { AggregateFeature, CalcFeature, FeatureDefinition, KindDefinition } from './rule-set.ts';
import { entityScope } from './scope.ts';

type Drafted<Node> = Omit<Node, 'slot' | 'state'>;

export interface NodeDraft {
  readonly name: string;
  readonly node: Drafted<AggregateNode> | Drafted<CalcNode> | Drafted<GroupNode> | Drafted<RuleNode>;
  /** Slots of the same kind that must be settled before. */
  readonly reads: readonly number[];
  readonly feeds: readonly TypedFeed[];
  /** Where order is free, aggregates come first, then groups. */
  readonly rank: number;
}

export function draftFeature(
  feature: FeatureDefinition,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { name } = feature;
  const definition = `${name}@${canonicalHash(featureCanon(feature), 8)}`;
  if (feature.type === 'aggregate') return draftAggregate(feature, definition, kind, context);
  if (feature.type === 'calc') return draftCalc(feature, definition, context);
  const node: Drafted<GroupNode> = {
    type: 'group',
    name,
    definition,
    ...compileGroup(feature, kind, context),
  };
  return { name, node, reads: [], feeds: [], rank: 1 };
}

function draftAggregate(
  feature: AggregateFeature,
  definition: string,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { name } = feature;
  const create = aggregates[feature.aggregate] as (typeof aggregates)[string];
  const aggregate = create(feature.options);
  const feeds = compileFeeds(feature, kind, context);
  // What a decision feeds must come after the rule that decides.
  const reads: number[] = [];
  for (const { type } of feeds) {
    const rule = context.rules.get(type.slice('decision.'.length));
    if (type.startsWith('decision.') && rule?.kind.text === kind.name)
      reads.push(context.slot(kind.name, rule.name));
  }
  const node: Drafted<AggregateNode> = {
    type: 'aggregate',
    name,
    definition,
    aggregate,
    default: feature.default,
  };
  return { name, node, reads, feeds, rank: 0 };
}

function draftCalc(feature: CalcFeature, definition: string, context: CompileContext): NodeDraft {
  const { kind, name } = feature;
  const scope = entityScope(kind, context.declared, (of) => context.slot(kind, of), undefined, 'feature');
  const expression = context.texts.expression(feature.expression, scope);
  const node: Drafted<CalcNode> = { type: 'calc', name, definition, expression, default: feature.default };
  return { name, node, reads: slotsRead([expression], kind, context), feeds: [], rank: 2 };
}

export function draftRule(rule: RuleDefinition, context: CompileContext): NodeDraft {
  const { name } = rule;
  const { plan, reads } = compileRule(rule, context);
  const definition = `${name}@${canonicalHash(ruleCanon(rule), 8)}`;
  return { name, node: { type: 'rule', name, definition, rule: plan, reads }, reads, feeds: [], rank: 2 };
}
