/** Compiles `impact:` of a rule: expressions over the features and over what is proposed. */

import type { Basis } from '../core/statement.ts';
import type { Millis } from '../core/units.ts';
import type { CompileContext } from './compile-context.ts';
import type { Expression } from './expression/expression.ts';
import type { ImpactDefinition } from './impact-definition.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { NamedScope } from './scope.ts';

export interface ImpactPlan {
  readonly type: string;
  readonly of: Expression;
  readonly stated: Expression;
  readonly text?: Expression;
  /** How one finds out what came of it; absent where nobody does. */
  readonly later?: LaterPlan;
}

export interface LaterPlan {
  readonly after: Millis;
  readonly realised: Expression;
  readonly by: Basis;
}

/** What they may read beside features: the shown value of the proposal. */
const PROPOSAL = 'proposal';

/** @param noted hears of every expression, whose features count as read by the rule */
export function compileImpact(
  rule: RuleDefinition,
  impact: ImpactDefinition,
  home: string,
  scope: NamedScope,
  context: CompileContext,
  noted: (expression: Expression) => Expression,
): ImpactPlan {
  const { later } = impact;
  // what came of it is asked when only the home is sure to be in memory
  if (later && rule.kind.text !== home)
    context.diagnostics.report(
      later.realised,
      `\`realised\` goes with rules for ${home}, which keeps the actions`,
    );
  const both: NamedScope = {
    ...scope,
    names: () => [...scope.names(), PROPOSAL],
    lookup: (name) => (name === PROPOSAL ? { read: ({ input }) => input[PROPOSAL] } : scope.lookup(name)),
    ...(scope.types && { types: (name) => (name === PROPOSAL ? undefined : scope.types?.(name)) }),
  };
  const { texts } = context;
  return {
    type: impact.type ?? rule.name,
    of: noted(texts.template(impact.of, both)),
    stated: noted(texts.expression(impact.stated, both)),
    ...(impact.text && { text: noted(texts.template(impact.text, both)) }),
    ...(later && { later: { ...later, realised: noted(texts.expression(later.realised, both)) } }),
  };
}
