/** The contributions of a rule set, by what they mean. */

import type { Plan } from '../rules/plan.ts';

export function giversOf(plan: Plan): string[] {
  return plan.kinds.flatMap(({ nodes }) =>
    nodes.flatMap((node) => (node.type === 'gathered' ? [node.giver] : [])),
  );
}
