/** Decisions for tests that need their form and not their meaning. */

import type { Decision } from '../../src/core/decision.ts';

export function madeDecision(
  partition: number,
  incarnation: number,
  seq: number,
  more: Partial<Decision> = {},
): Decision {
  return {
    id: `${partition}-${incarnation}-${seq}`,
    rule: 'engagement_score',
    version: 1,
    mode: 'live',
    rules: '6001b33b360ccc86',
    kind: 'lead',
    entity: String(seq % 7),
    time: Date.UTC(2026, 0, 5) + seq,
    entry: `${1000 + seq}-0`,
    cause: { event: `e${seq}`, type: 'content.opened' },
    value: seq / 2,
    old: null,
    reasons: [{ name: 'opens', points: seq / 2, inputs: { opens_7d: seq } }],
    ...more,
  };
}
