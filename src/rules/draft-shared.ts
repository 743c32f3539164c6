/** Compiles the features of shared kinds: what their owner merges, and what each partition keeps of them. */

import { accumulators } from '../models/accumulators/catalogue.ts';
import type { Aggregate } from '../models/aggregate.ts';
import { aggregates } from '../models/catalogue.ts';
import type { Mergeable } from '../models/mergeable.ts';
import { seriesModels } from '../models/series/catalogue.ts';
import { canonicalHash } from './canonical.ts';
import type { CompileContext } from './compile-context.ts';
import { compileContribution, tallyNames } from './compile-contribution.ts';
import { compileFeeds, decidingRules } from './compile-feeds.ts';
import { featureCanon } from './definition-canon.ts';
import { draftFeature } from './draft-nodes.ts';
import type { NodeDraft } from './node-draft.ts';
import type { QueryPlan } from './plan-node.ts';
import type { AggregateFeature, FeatureDefinition, GroupFeature, KindDefinition } from './rule-set.ts';

/** A feature of a shared kind; without a draft when the database answers it, or when it is wrong. */
export interface SharedDraft {
  readonly draft?: NodeDraft;
  readonly query?: QueryPlan;
}

export function draftShared(
  feature: FeatureDefinition,
  kind: KindDefinition,
  context: CompileContext,
): SharedDraft {
  const definition = `${feature.name}@${canonicalHash(featureCanon(feature), 8)}`;
  if (feature.type === 'detector' || (feature.type === 'aggregate' && feature.aggregate in seriesModels)) {
    context.diagnostics.report(
      feature.place,
      `a feature of ${kind.name} cannot be an \`anomaly\` or a \`forecast\`: it is shared; keep it for a local kind`,
    );
    return {};
  }
  if (feature.type === 'aggregate') return { draft: draftFed(feature, definition, kind, context) };
  if (feature.type === 'group') return draftGathered(feature, definition, kind, context);
  if (feature.type === 'lookup')
    context.diagnostics.report(
      feature.of,
      `a feature of ${kind.name} cannot look at another shared kind: only local kinds do`,
    );
  if (feature.type === 'screen')
    context.diagnostics.report(
      feature.event,
      `events are screened for local kinds, and ${kind.name} is shared`,
    );
  if (feature.type === 'learned')
    context.diagnostics.report(
      feature.place,
      `a feature of ${kind.name} cannot be learned: it is shared, and only local kinds have examples enough`,
    );
  if (feature.type === 'response')
    context.diagnostics.report(
      feature.place,
      `a feature of ${kind.name} cannot be a forecast of \`cpa\`: it is shared, and what money buys is learned of each channel`,
    );
  return { draft: draftFeature(feature, kind, context) };
}

/** Fed by events and decisions. */
function draftFed(
  feature: AggregateFeature,
  definition: string,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { name } = feature;
  if (feature.options.local)
    context.diagnostics.report(
      feature.place,
      `\`today\` is a day of an entity's own time zone, and ${kind.name} is shared`,
      'keep it for a local kind, and take the sum of: that kind',
    );
  // local quantiles keep digests, which do not merge exactly
  const verb = feature.aggregate === 'quantile' ? 'bins' : feature.aggregate;
  const aggregate = (aggregates[verb] as (typeof aggregates)[string])(feature.options);
  const feeds = compileFeeds(feature, kind, context);
  if (!canMerge(aggregate)) {
    const problem = `pairs of events cannot be kept for ${kind.name}, which is shared`;
    context.diagnostics.report(feature.place, problem, 'keep them for each lead, and take the avg of: lead');
    return { name, node: merged(feature, definition, EMPTY), reads: [], feeds: [], below: [], rank: 0 };
  }
  const rules = decidingRules(feeds, context);
  return {
    name,
    node: merged(feature, definition, aggregate),
    reads: rules
      .filter((rule) => rule.kind.text === kind.name)
      .map((rule) => context.slot(kind.name, rule.name)),
    feeds,
    below: rules
      .filter((rule) => rule.kind.text !== kind.name)
      .map((rule) => `${rule.kind.text}.${rule.name}`),
    part: {
      type: 'fed',
      name,
      definition,
      aggregate,
      verb,
      ...(feature.options.window !== undefined && { window: feature.options.window }),
    },
    rank: 0,
  };
}

function canMerge(aggregate: Aggregate): aggregate is Aggregate & Mergeable {
  return aggregate.merge !== undefined;
}

/** Given by the entities of another kind. */
function draftGathered(
  feature: GroupFeature,
  definition: string,
  kind: KindDefinition,
  context: CompileContext,
): SharedDraft {
  const { name, verb } = feature;
  const { draft: gives, query } = compileContribution(feature, kind, context);
  if (gives === undefined) return query ? { query } : {};
  const create = accumulators[verb] as (typeof accumulators)[string];
  const accumulator = create({
    fields: feature.fields.map((field) => field.text),
    ...(verb === 'tally' && { names: tallyNames(feature, context) }),
  });
  const draft: NodeDraft = {
    name,
    node: merged({ default: undefined }, definition, accumulator, name),
    reads: [],
    feeds: [],
    below: gives.reads.map((read) => `${gives.child}.${read}`),
    part: { type: 'gathered', name, definition, accumulator, giver: '' },
    gives,
    rank: 1,
  };
  return { draft, ...(query && { query }) };
}

function merged(
  feature: { readonly default: unknown; readonly name?: string },
  definition: string,
  keeper: Mergeable,
  name = feature.name as string,
): NodeDraft['node'] {
  return { type: 'merged', name, definition, keeper, default: feature.default };
}

const EMPTY = accumulators.count?.({}) as Mergeable;
