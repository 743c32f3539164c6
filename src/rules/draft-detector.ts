/** Compiles `anomaly: … given: …`: the events that feed the detector, and the response that says what is usual. */

import { marketDetectors } from '../models/alarms/catalogue.ts';
import type { MarketDetector } from '../models/alarms/market-detector.ts';
import type { CompileContext } from './compile-context.ts';
import { compileFeeds, type TypedFeed } from './compile-feeds.ts';
import { fedBy } from './fed-by.ts';
import type { LocatedScalar } from './located.ts';
import type { Drafted, NodeDraft } from './node-draft.ts';
import { CLICK, type DetectorNode, OUTCOME } from './plan-node.ts';
import type { DetectorFeature, KindDefinition } from './rule-set.ts';
import { entityScope } from './scope.ts';

export function draftDetector(
  feature: DetectorFeature,
  definition: string,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { name, detector, clicks, spent, outcomes, same, where, usual } = feature;
  const feeds: TypedFeed[] = compileFeeds(
    fedBy(feature, 'count', clicks, CLICK, { value: spent, where, usual, key: same, coarseKey: true }),
    kind,
    context,
  );
  if (outcomes)
    feeds.push(
      ...compileFeeds(fedBy(feature, 'count', outcomes, OUTCOME, { coarseKey: true }), kind, context),
    );
  const response = givenSlot(feature.given, kind, context);
  const zone = context.declared.of(kind.name).has('timezone') ? [context.slot(kind.name, 'timezone')] : [];
  const node: Drafted<DetectorNode> = {
    type: 'detector',
    name,
    definition,
    detector: marketDetectors[detector] as MarketDetector,
    response: response ?? -1,
  };
  const reads = [...new Set([...(response === undefined ? [] : [response]), ...zone])];
  return { name, node, reads, feeds, below: [], rank: 2 };
}

function givenSlot(
  given: LocatedScalar,
  { name: kind }: KindDefinition,
  { declared, diagnostics, slot, feature }: CompileContext,
): number | undefined {
  if (feature(kind, given.text)?.type === 'response') return slot(kind, given.text);
  if (declared.of(kind).has(given.text)) {
    const problem = `\`given\` names a feature with \`forecast: cpa\`; \`${given.text}\` is none`;
    diagnostics.report(given, problem);
  } else if (!diagnostics.mayBeLost(given.text)) {
    const { message, hint } = entityScope(
      kind,
      declared,
      (of) => slot(kind, of),
      undefined,
      'feature',
    ).refuse(given.text);
    diagnostics.report(given, message, hint);
  }
  return undefined;
}
