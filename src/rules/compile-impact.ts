/** Compiles `impact:` of a rule: expressions over the features and over what is proposed. */

import type { Basis } from '../core/statement.ts';
import type { Millis } from '../core/units.ts';
import type { CompileContext } from './compile-context.ts';
import type { Expression } from './expression/expression.ts';
import type { ImpactDefinition } from './impact-definition.ts';
import type { LocatedScalar } from './located.ts';
import type { RuleDefinition } from './rule-definition.ts';
import { entityScope, type NamedScope } from './scope.ts';

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
  const both = withProposal(scope);
  const { texts } = context;
  return {
    type: impact.type ?? rule.name,
    of: noted(texts.template(impact.of, both)),
    stated: noted(texts.expression(impact.stated, both)),
    ...(impact.text && { text: noted(texts.template(impact.text, both)) }),
    ...(later && {
      later: { ...later, realised: realisedOf(rule, later.realised, home, both, context, noted) },
    }),
  };
}

/** What came of it is asked of the home, which keeps the actions, when only that is sure to be in memory. */
function realisedOf(
  rule: RuleDefinition,
  realised: LocatedScalar,
  home: string,
  own: NamedScope,
  { texts, declared, slot }: CompileContext,
  noted: (expression: Expression) => Expression,
): Expression {
  if (rule.kind.text === home) return noted(texts.expression(realised, own));
  const scope = entityScope(home, declared, (name) => slot(home, name), rule.params, rule.mode);
  return texts.expression(realised, withProposal(scope));
}

function withProposal(scope: NamedScope): NamedScope {
  return {
    ...scope,
    names: () => [...scope.names(), PROPOSAL],
    lookup: (name) => (name === PROPOSAL ? { read: ({ input }) => input[PROPOSAL] } : scope.lookup(name)),
    ...(scope.types && { types: (name) => (name === PROPOSAL ? undefined : scope.types?.(name)) }),
  };
}
