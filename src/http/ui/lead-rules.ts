/** Which rules lists of leads speak of: what weir.yaml calls `class`, `score` and `segment`. */

import type { RulePlan } from '../../rules/rule-plan.ts';
import type { Visit } from './visit.ts';

export interface LeadRules {
  /** The rule with classes, and the best of them: the first one. */
  readonly chance?: { readonly rule: string; readonly best: string; readonly classes: readonly string[] };
  readonly score?: string;
  readonly segments?: RulePlan;
}

export function leadRules({ options }: Visit): LeadRules {
  const { settings, kindOf } = options.plan();
  const rules = new Map<string, RulePlan>();
  for (const node of kindOf.get('lead')?.nodes ?? [])
    if (node.type === 'rule' && node.rule.mode === 'live') rules.set(node.rule.name, node.rule);
  const called = (name: string) => rules.get(settings.lists.lead?.[name] ?? '');
  const chance = called('class');
  const classes =
    chance?.shape.type === 'factors' ? (chance.shape.classes ?? []).map((line) => line.class) : [];
  const [best] = classes;
  const segments = called('segment');
  const score = called('score');
  return {
    ...(chance && best !== undefined ? { chance: { rule: chance.name, best, classes } } : {}),
    ...(score ? { score: score.name } : {}),
    ...(segments?.shape.type === 'pick' ? { segments } : {}),
  };
}
