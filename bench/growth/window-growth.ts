/** Windows from an hour to four weeks: the same events, features that look back further and further. */

import { seededRng } from '../../src/core/random.ts';
import { DAY, HOUR, MINUTE, type Millis } from '../../src/core/units.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { fold } from './fold.ts';

const LEADS = 50;
const START = Date.UTC(2026, 0, 5);
/** How wide a bucket is, by how far a window reaches back: docs/semantics.md. */
const STEPS: readonly (readonly [reach: Millis, step: Millis])[] = [
  [6 * HOUR, MINUTE],
  [14 * DAY, HOUR],
  [400 * DAY, DAY],
];

export interface WindowGrowthResult {
  readonly microsPerEvent: number;
  readonly exact: boolean;
}

/** Events are spread over five weeks, so that even the longest window loses some. */
export function windowGrowth(
  window: string,
  length: Millis,
  events: number,
  seed: number,
): WindowGrowthResult {
  const loaded = loadRuleSet([{ path: 'weir.yaml', text: rulesText(window) }]);
  if (!loaded.ok) throw new Error(`the rules made have problems: ${loaded.problems[0]?.message}`);
  const rng = seededRng(seed);
  const sent: { lead: string; time: Millis }[] = [];
  const texts = Array.from({ length: events }, (_, n) => {
    const lead = `${Math.floor(rng() * LEADS)}`;
    const time = START + Math.floor((n * 35 * DAY) / events);
    sent.push({ lead, time });
    const data = { lead_id: lead, content_id: `c${n % 500}`, content_type: 'guide' };
    return JSON.stringify({ id: `e${n}`, type: 'content.opened', time, data });
  });
  const { state, microsPerEvent, applied } = fold(loaded.plan, texts);
  const step = (STEPS.find(([reach]) => length <= reach) as (typeof STEPS)[number])[1];
  const bucket = (time: Millis) => Math.floor(time / step);
  const oldest = bucket(state.streamTime) - length / step;
  let wrong = 0;
  for (const entity of state.entities.values()) {
    const count = sent.filter(({ lead, time }) => lead === entity.id && bucket(time) > oldest).length;
    if (entity.slots[entity.kind.slotOf.get('opens') as number] !== count) wrong += 1;
  }
  if (wrong > 0) process.stderr.write(`  ${wrong} counts are wrong with a window of ${window}\n`);
  return { microsPerEvent, exact: wrong === 0 && applied === events };
}

function rulesText(window: string): string {
  return `timezone: UTC
currency: EUR
entities:
  lead: { key: lead_id }
---
features:
  lead:
    opens: { count: content.opened, window: ${window} }
    contents: { distinct: content_id, on: content.opened, window: ${window} }
---
rule: reading
description: Made for a bench
owner: benchmarks@example.com
version: 1
for: lead
value: opens + $count(contents)
publish: { change_over: 5 }
`;
}
