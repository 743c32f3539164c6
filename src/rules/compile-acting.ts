/** Compiles what a rule's decisions propose: where the actions are kept, and when nobody has to be asked. */

import type { ActionWord } from '../core/action.ts';
import type { CompileContext } from './compile-context.ts';
import { compileImpact } from './compile-impact.ts';
import type { Expression } from './expression/expression.ts';
import type { Wanted } from './expression/types/check-expression.ts';
import { numberFrom } from './expression/types/value-type.ts';
import type { RuleDefinition } from './rule-definition.ts';
import { inputScope, type NamedScope } from './scope.ts';
import type { ApprovePlan, ThenPlan } from './then-plan.ts';

/** Actions of the other shapes that move money between rows. */
const MOVING: readonly string[] = ['pause', 'resume', 'budget_adjustment', 'channel_reallocation'];

export function compileActing(
  rule: RuleDefinition,
  context: CompileContext,
  scope: NamedScope,
  noted: (expression: Expression) => Expression,
): ThenPlan | undefined {
  const { shape, kind, params } = rule;
  const { acting, approve } = shape.type === 'allocate' ? shape : rule;
  if (acting === undefined) return undefined;
  const home = homeOf(kind.text, context);
  if (MOVING.includes(acting.action) && shape.type !== 'allocate') {
    needRows(rule, acting.action, home, context);
    if (acting.action === 'channel_reallocation') needChannel(rule, context);
  }
  const proposal = {
    ...inputScope(['moved', 'total'], 'the proposal', params),
    types: (name: string) => (name === 'params' ? scope.types?.(name) : numberFrom(0)),
    ...(scope.noteParam && { noteParam: scope.noteParam }),
  };
  const automatic: Wanted = { sort: 'truth', what: '`auto_when`' };
  const autoWhen = approve?.autoWhen && context.texts.expression(approve.autoWhen, proposal, automatic);
  const impact = rule.impact && compileImpact(rule, rule.impact, home, scope, context, noted);
  const { autoWhen: _, ...plain } = approve ?? {};
  return {
    ...acting,
    home,
    ...(approve && { approve: { ...(plain as ApprovePlan), ...(autoWhen && { autoWhen }) } }),
    ...(impact && { impact }),
  };
}

/** The local kind with only the first field of the key: a channel's is its campaign. */
function homeOf(kind: string, { kinds }: CompileContext): string {
  const own = kinds.get(kind);
  const home = [...kinds.values()].find(
    ({ key, shared }) => !shared && !own?.shared && key.length === 1 && key[0] === own?.key[0],
  );
  return home?.name ?? kind;
}

/** Where the budgets are that such an action moves. */
function needRows({ kind }: RuleDefinition, action: ActionWord, home: string, context: CompileContext): void {
  const { declared, diagnostics } = context;
  // where money goes to a channel that need not be there yet, the rule is about the one that has them all
  const isAbove = action === 'channel_reallocation';
  if (isAbove && kind.text !== home) {
    diagnostics.report(kind, `\`action: ${action}\` goes with \`for: ${home}\`: its lines name the channel`);
    return;
  }
  const found = [...declared.of(home).keys()].some((name) => {
    const feature = context.feature(home, name);
    if (feature?.type !== 'group' || feature.verb !== 'rows') return false;
    const isOf = isAbove || feature.child.text === kind.text;
    return isOf && feature.fields.some(({ text }) => text === 'budget');
  });
  const child = isAbove ? 'channel' : kind.text;
  if (!found)
    diagnostics.report(
      kind,
      `this action moves budgets, but ${home} has no feature such as { rows: [${child}, budget], of: ${child} }`,
    );
}

/** What such a line must say. */
const NAMED = ['channel', 'budget'];

function needChannel({ shape }: RuleDefinition, { diagnostics }: CompileContext): void {
  if (shape.type !== 'pick') return;
  for (const { name, fields } of shape.lines)
    for (const needed of NAMED)
      if (!fields.some(({ key }) => key.text === needed))
        diagnostics.report(
          name,
          `this line has no \`${needed}\`, which \`action: channel_reallocation\` needs`,
        );
}
