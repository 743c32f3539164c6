/** Which features know less than they should at some time of a replay, since the log begins too late for them. */

import type { Millis } from '../../core/units.ts';
import type { FeatureDefinition, RuleSet } from '../../rules/rule-set.ts';

export interface ColdFeature {
  /** `lead.completions_28d`. */
  readonly feature: string;
  /** From then on its whole window lies in the log. */
  readonly warmFrom: Millis;
}

export interface Warmth {
  /** Features whose window reaches behind the beginning of the log at the time asked about, the longest window last. */
  readonly cold: readonly ColdFeature[];
  /** Features without a window that are fed by events: they know only what came since the log begins. */
  readonly endless: number;
}

/** @param begins when the log begins; @param at the time that is asked about */
export function warmthAt({ features }: RuleSet, begins: Millis, at: Millis): Warmth {
  const fed = features.filter((feature) => feature.type === 'aggregate');
  const cold = fed
    .map((feature) => ({ feature: nameOf(feature), reach: reachOf(feature) }))
    .filter(({ reach }) => reach > 0 && begins + reach > at)
    .sort((a, b) => a.reach - b.reach || (a.feature < b.feature ? -1 : 1));
  return {
    cold: cold.map(({ feature, reach }) => ({ feature, warmFrom: begins + reach })),
    endless: fed.filter((feature) => reachOf(feature) === 0).length,
  };
}

/** How far back the feature looks; 0 where it has no window. */
function reachOf(feature: FeatureDefinition): Millis {
  if (feature.type !== 'aggregate') return 0;
  const { window = 0, ago = 0 } = feature.options;
  return window === 0 ? 0 : window + ago;
}

function nameOf({ kind, name }: FeatureDefinition): string {
  return `${kind}.${name}`;
}
