/** Compiles `forecast: cpa`: the events that feed it, and the feature that it starts from. */

import type { CompileContext } from './compile-context.ts';
import { compileFeeds, type TypedFeed } from './compile-feeds.ts';
import { fedBy } from './fed-by.ts';
import type { LocatedScalar } from './located.ts';
import type { Drafted, NodeDraft } from './node-draft.ts';
import { CLICK, OUTCOME, PLAN, type ResponseNode } from './plan-node.ts';
import type { KindDefinition, ResponseFeature } from './rule-set.ts';
import { entityScope } from './scope.ts';

export function draftResponse(
  feature: ResponseFeature,
  definition: string,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { name, clicks, spent, outcomes, match, where, plan } = feature;
  const feeds: TypedFeed[] = [
    ...compileFeeds(fedBy(feature, 'sum', clicks, CLICK, { value: spent, where, key: match }), kind, context),
    ...compileFeeds(fedBy(feature, 'sum', outcomes, OUTCOME, { key: match }), kind, context),
  ];
  if (plan)
    feeds.push(
      ...compileFeeds(
        fedBy(feature, 'sum', plan.type, PLAN, { value: plan.hours, each: [plan.each] }),
        kind,
        context,
      ),
    );
  const prior = feature.prior && priorSlot(feature.prior, kind, context);
  const zone = context.declared.of(kind.name).has('timezone') ? [context.slot(kind.name, 'timezone')] : [];
  const node: Drafted<ResponseNode> = {
    type: 'response',
    name,
    definition,
    model: `${kind.name}.${name}`,
    ...(prior !== undefined && { prior }),
  };
  // what it starts from must be settled before it, and so must the zone whose hours it counts
  const reads = [...new Set([...(prior === undefined ? [] : [prior]), ...zone])];
  return { name, node, reads, feeds, below: [], rank: 1 };
}

function priorSlot(
  prior: LocatedScalar,
  kind: KindDefinition,
  { declared, diagnostics, slot }: CompileContext,
): number | undefined {
  const scope = entityScope(kind.name, declared, (of) => slot(kind.name, of), undefined, 'feature');
  if (scope.lookup(prior.text)) return slot(kind.name, prior.text);
  if (diagnostics.mayBeLost(prior.text)) return undefined;
  const { message, hint } = scope.refuse(prior.text);
  diagnostics.report(prior, message, hint);
  return undefined;
}
