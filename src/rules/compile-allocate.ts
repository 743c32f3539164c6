/** Compiles an `allocate:` shape: expressions over the entity, over its rows, and over the proposal. */

import type { BudgetKey } from '../core/action.ts';
import type { AllocateDefinition } from './allocate-definition.ts';
import type { CompileContext } from './compile-context.ts';
import type { Expression } from './expression/expression.ts';
import type { Wanted } from './expression/types/check-expression.ts';
import { orAbsent, type ValueType } from './expression/types/value-type.ts';
import type { ShareLimit } from './limits-definition.ts';
import type { LocatedScalar } from './located.ts';
import type { MarginalDefinition } from './marginal-definition.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { AllocateShape, MarginalShape } from './rule-plan.ts';
import { inputScope, type NamedScope } from './scope.ts';

/** What the compiler of the rule lends. */
export interface AllocateTools {
  readonly rule: RuleDefinition;
  readonly context: CompileContext;
  readonly scope: NamedScope;
  noteParam(name: string | undefined): void;
  /** Over the entity; noted as read. */
  expression(text: LocatedScalar, wanted?: Wanted): Expression;
  slots(expressions: readonly Expression[]): number[];
  noteSlot(slot: number): void;
}

const CAMPAIGN = 'campaign_id';

export function compileAllocate(shape: AllocateDefinition, tools: AllocateTools): AllocateShape {
  return new AllocateCompiler(shape, tools).compile();
}

class AllocateCompiler {
  readonly #shape: AllocateDefinition;
  readonly #tools: AllocateTools;
  /** Of the rows; none when there are no such rows, which is reported. */
  readonly #fields: readonly string[];
  readonly #rows: NamedScope;

  constructor(shape: AllocateDefinition, tools: AllocateTools) {
    this.#shape = shape;
    this.#tools = tools;
    this.#fields = this.#rowFields(shape.among);
    this.#rows = {
      ...inputScope(this.#fields, `the rows of \`${shape.among.text}\``, tools.rule.params),
      types: (name) => (name === 'params' ? tools.scope.types?.(name) : this.#rowType(name)),
      noteParam: tools.noteParam,
    };
  }

  compile(): AllocateShape {
    const { context, rule } = this.#tools;
    const { total, reserve, among, current, starts, ends, weight, marginal, limits } = this.#shape;
    const overEntity = [this.#tools.expression(total, { sort: 'number', what: '`total`' })];
    const kept = reserve && this.#tools.expression(reserve, { sort: 'number', what: '`reserve`' });
    if (kept) overEntity.push(kept);
    const slot = this.#fields.length > 0 ? context.slot(rule.kind.text, among.text) : 0;
    if (this.#fields.length > 0) this.#tools.noteSlot(slot);
    const rowKey = this.#rowKey();
    const learned = marginal && this.#marginal(marginal, overEntity);
    return {
      type: 'allocate',
      total: overEntity[0] as Expression,
      ...(kept && { reserve: kept }),
      among: slot,
      rowName: this.#fields[0] ?? '',
      rowKey,
      current: this.#rowNumber(current, '`current`'),
      ...(starts && { starts: this.#rowNumber(starts, '`starts`') }),
      ...(ends && { ends: this.#rowNumber(ends, '`ends`') }),
      ...(weight && { weight: this.#rowNumber(weight, '`weight`') }),
      ...(learned && { marginal: learned }),
      limits: {
        ...limits,
        minShare: this.#share(limits.minShare, '`min_share`'),
        maxShare: this.#share(limits.maxShare, '`max_share`'),
      },
      reads: [...new Set([...this.#tools.slots(overEntity), slot])],
    };
  }

  #marginal(marginal: MarginalDefinition, overEntity: Expression[]): MarginalShape {
    const { response, within, spent, paused, conversions, targetCpa, objective, probe, explore } = marginal;
    this.#needField(within ?? response, within ? '`within`' : '`response`');
    const target = targetCpa && this.#tools.expression(targetCpa, { sort: 'number', what: '`target_cpa`' });
    const word = 'expression' in objective ? this.#tools.expression(objective.expression) : undefined;
    for (const expression of [target, word]) if (expression) overEntity.push(expression);
    return {
      response: response.text,
      ...(within && { within: within.text }),
      ...(spent && { spent: this.#rowNumber(spent, '`spent`') }),
      ...(paused && { paused: this.#row(paused, { sort: 'truth', what: '`paused`' }) }),
      ...(conversions && { conversions: this.#rowNumber(conversions, '`conversions`') }),
      ...(target && { targetCpa: target }),
      objective: word ?? ('word' in objective ? objective.word : weightsOf(objective)),
      probe,
      explore,
    };
  }

  #share(limit: ShareLimit, what: string): number | Expression {
    return typeof limit === 'number' ? limit : this.#rowNumber(limit, what);
  }

  #rowNumber(text: LocatedScalar, what: string): Expression {
    return this.#row(text, { sort: 'number', what });
  }

  /** Without known rows, unknown fields would only follow from that. */
  #row(text: LocatedScalar, wanted: Wanted): Expression {
    if (this.#fields.length === 0) return { text: text.text, reads: [], evaluate: () => undefined };
    return this.#tools.context.texts.expression(text, this.#rows, wanted);
  }

  #needField(name: LocatedScalar, what: string): void {
    const { diagnostics } = this.#tools.context;
    if (this.#fields.length === 0 || this.#fields.includes(name.text) || diagnostics.mayBeLost(name.text))
      return;
    const { message, hint } = this.#rows.refuse(name.text);
    diagnostics.report(name, `${what} names a field of the rows: ${message}`, hint);
  }

  /** Rows of a shared kind are campaigns, which share its total; they are named as their events name them. */
  #rowKey(): BudgetKey {
    const { context, rule } = this.#tools;
    const { among, reserve } = this.#shape;
    if (!context.kinds.get(rule.kind.text)?.shared) return 'channel';
    const [name] = this.#fields;
    if (name !== undefined && name !== CAMPAIGN)
      context.diagnostics.report(
        among,
        `the rows of \`${among.text}\` share the total of a ${rule.kind.text}: their first field must be \`${CAMPAIGN}\``,
      );
    if (reserve)
      context.diagnostics.report(
        reserve,
        `the total of a ${rule.kind.text} is shared out whole: it has no \`reserve\``,
      );
    return CAMPAIGN;
  }

  #rowFields(among: LocatedScalar): readonly string[] {
    const { context, rule, scope } = this.#tools;
    const { diagnostics, declared } = context;
    const kind = rule.kind.text;
    const feature = context.feature(kind, among.text);
    if (feature?.type === 'group' && feature.verb === 'rows')
      return feature.fields.map((field) => field.text);
    if (declared.of(kind).has(among.text)) {
      diagnostics.report(
        among,
        `\`${among.text}\` has no rows: \`among\` names a feature such as { rows: [channel, budget], of: channel }`,
      );
    } else if (!diagnostics.mayBeLost(among.text)) {
      const { message, hint } = scope.refuse(among.text);
      diagnostics.report(among, message, hint);
    }
    return [];
  }

  #rowType(name: string): ValueType | undefined {
    const { context, rule } = this.#tools;
    const feature = context.feature(rule.kind.text, this.#shape.among.text);
    return feature?.type === 'group' ? orAbsent(context.types.of(feature.child.text, name)) : undefined;
  }
}

function weightsOf(objective: MarginalDefinition['objective']): {
  applications: number;
  conversions: number;
} {
  return 'weights' in objective ? objective.weights : { applications: 1, conversions: 0 };
}
