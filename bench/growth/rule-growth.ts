/** Rules from ten up: rule files made so that each rule reads features of one of a hundred event types. */

import { seededRng } from '../../src/core/random.ts';
import { MINUTE } from '../../src/core/units.ts';
import { loadRuleSet, type RuleFile } from '../../src/rules/load-rule-set.ts';
import { fold } from './fold.ts';

const TYPES = 100;
const TOPICS = 10;
const LEADS = 20;
const START = Date.UTC(2026, 0, 5);

export interface RuleGrowthResult {
  /** Rules that ran, those that time woke included, over rules × events. */
  readonly share: number;
  readonly microsPerEvent: number;
  /** CPU of reading and compiling the files. */
  readonly loadSeconds: number;
  readonly exact: boolean;
}

/**
 * Rule i reads two features of its own, fed by type i mod 100: how many events in a week, and a sum over those
 * about one topic. Every tenth also reads the rule a hundred before it. Events are drawn evenly from all types.
 */
export function ruleGrowth(rules: number, events: number, seed: number): RuleGrowthResult {
  const begun = process.cpuUsage();
  const loaded = loadRuleSet(ruleFiles(rules));
  const { user, system } = process.cpuUsage(begun);
  if (!loaded.ok) throw new Error(`the rules made have problems: ${loaded.problems[0]?.message}`);
  const rng = seededRng(seed);
  const pick = (count: number) => Math.floor(rng() * count);
  const seen = new Map<string, number>();
  const texts = Array.from({ length: events }, (_, n) => {
    const [type, lead] = [pick(TYPES), `${pick(LEADS)}`];
    seen.set(`${lead} ${type}`, (seen.get(`${lead} ${type}`) ?? 0) + 1);
    const data = { lead_id: lead, amount: pick(10), topic: `t${pick(TOPICS)}` };
    return JSON.stringify({ id: `e${n}`, type: `activity.t${type}`, time: START + (n * MINUTE) / 10, data });
  });
  const { state, microsPerEvent, evaluations, measured, applied } = fold(loaded.plan, texts);
  let wrong = 0;
  for (const entity of state.entities.values())
    for (let rule = 0; rule < rules; rule++) {
      const count = entity.slots[entity.kind.slotOf.get(`count_${rule}`) as number];
      if (count !== (seen.get(`${entity.id} ${rule % TYPES}`) ?? 0)) wrong += 1;
    }
  if (wrong > 0) process.stderr.write(`  ${wrong} counts are wrong with ${rules} rules\n`);
  return {
    share: evaluations / measured / rules,
    microsPerEvent,
    loadSeconds: (user + system) / 1e6,
    exact: wrong === 0 && applied === events,
  };
}

export function ruleFiles(rules: number): RuleFile[] {
  const files = [
    { path: 'weir.yaml', text: 'timezone: UTC\ncurrency: EUR\nentities:\n  lead: { key: lead_id }\n' },
  ];
  for (let type = 0; type < TYPES; type++)
    files.push({
      path: `events/t${type}.yaml`,
      text: `event: activity.t${type}\nroute: lead_id\nfields:\n  lead_id: { type: id }\n  amount: { type: number }\n  topic: { type: text }\n`,
    });
  for (let rule = 0; rule < rules; rule++) files.push({ path: `rules/r${rule}.yaml`, text: ruleText(rule) });
  return files;
}

function ruleText(rule: number): string {
  const type = `activity.t${rule % TYPES}`;
  const before = rule >= TYPES && rule % 10 === 0 ? ` + 0.1 * rule_${rule - TYPES}` : '';
  return `features:
  lead:
    count_${rule}: { count: ${type}, window: 7d }
    sum_${rule}: { sum: amount, on: ${type}, where: topic = "t${rule % TOPICS}" }
---
rule: rule_${rule}
description: Made for a bench
owner: benchmarks@example.com
version: 1
for: lead
value: count_${rule} * 2 + sum_${rule}${before}
publish: { change_over: 5 }
`;
}
