/** Compiles a rule: its condition and its shape, with every name resolved to a slot. */

import { compileActing } from './compile-acting.ts';
import { compileAllocate } from './compile-allocate.ts';
import type { CompileContext } from './compile-context.ts';
import type { Expression } from './expression/expression.ts';
import type { Wanted } from './expression/types/check-expression.ts';
import { localReads } from './local-reads.ts';
import { type Located, type LocatedScalar, plainValue } from './located.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { FactorsShape, PickShape, RulePlan } from './rule-plan.ts';
import { entityScope, type NamedScope } from './scope.ts';
import type { FactorsDefinition, PickDefinition, PickLine } from './shape-definition.ts';

export interface CompiledRule {
  readonly plan: RulePlan;
  /** Slots the rule reads, in order of appearance. */
  readonly reads: readonly number[];
  /** Those of the zone and the currency that it needs besides. */
  readonly local: readonly number[];
}

/** What a condition must be to hold. */
const WHEN: Wanted = { sort: 'truth', what: '`when`' };

export function compileRule(rule: RuleDefinition, context: CompileContext): CompiledRule {
  return new RuleCompiler(rule, context).compile();
}

class RuleCompiler {
  readonly #rule: RuleDefinition;
  readonly #context: CompileContext;
  readonly #scope: NamedScope;
  readonly #reads = new Set<number>();
  readonly #local = new Set<number>();
  /** Those that are read; undefined among them: all may be. */
  readonly #paramsRead = new Set<string | undefined>();
  readonly #noteParam = (name: string | undefined) => void this.#paramsRead.add(name);

  constructor(rule: RuleDefinition, context: CompileContext) {
    const kind = rule.kind.text;
    this.#rule = rule;
    this.#context = context;
    const slotOf = (name: string) => context.slot(kind, name);
    this.#scope = {
      ...entityScope(kind, context.declared, slotOf, rule.params, rule.mode),
      types: context.types.namesOf(rule),
      noteParam: this.#noteParam,
    };
  }

  compile(): CompiledRule {
    const rule = this.#rule;
    const when = rule.when && this.#expression(rule.when, WHEN);
    const shape = this.#shape();
    const acting = compileActing(rule, this.#context, this.#scope, (expression) => this.#noted(expression));
    this.#warnOfParams();
    const { path, line } = rule.place.source.position(rule.place.span.start);
    const plan: RulePlan = {
      name: rule.name,
      version: rule.version,
      mode: rule.mode === 'shadow' ? 'shadow' : 'live',
      kind: rule.kind.text,
      owner: rule.owner,
      description: rule.description,
      at: `${path}:${line}`,
      ...(when && { when }),
      ...(rule.every !== undefined && { every: rule.every }),
      ...(rule.hold !== undefined && { hold: rule.hold }),
      publish: { changeOver: rule.changeOver ?? 0 },
      shape,
      ...(acting && { acting }),
    };
    return { plan, reads: [...this.#reads], local: [...this.#local] };
  }

  #shape(): RulePlan['shape'] {
    const { shape } = this.#rule;
    if (shape.type === 'factors') return this.#factors(shape);
    if (shape.type === 'pick') return this.#pick(shape);
    if (shape.type === 'allocate')
      return compileAllocate(shape, {
        rule: this.#rule,
        context: this.#context,
        scope: this.#scope,
        noteParam: this.#noteParam,
        expression: (text, wanted) => this.#expression(text, wanted),
        slots: (expressions) => this.#slots(expressions),
        noteSlot: (slot) => void this.#reads.add(slot),
      });
    return { type: 'value', expression: this.#expression(shape.expression) };
  }

  #factors(shape: FactorsDefinition): FactorsShape {
    const factors = shape.factors.map(({ name, expression: text, max, min }) => {
      const expression = this.#expression(text, { sort: 'number', what: `the factor \`${name}\`` });
      const limits = { ...(max !== undefined && { max }), ...(min !== undefined && { min }) };
      return { name, expression, ...limits, reads: this.#slots([expression]) };
    });
    const { clamp, classes } = shape;
    return { type: 'factors', factors, ...(clamp && { clamp }), ...(classes && { classes }) };
  }

  #pick(shape: PickDefinition): PickShape {
    const lines = shape.lines.map((line) => this.#pickLine(line));
    if (shape.onePer) this.#context.texts.checkLines(shape, this.#context.types.namesOf(this.#rule));
    const lasting = lines.some((line) => line.until !== undefined);
    return { type: 'pick', ...(shape.onePer && { onePer: shape.onePer.text }), lasting, lines };
  }

  #pickLine(line: PickLine): PickShape['lines'][number] {
    const when = this.#expression(line.when, WHEN);
    const until = line.until && this.#expression(line.until, WHEN);
    const expressions = until ? [when, until] : [when];
    const fields = line.fields.map(({ key, value }) => {
      const text = this.#lineValue(value);
      if (value.type === 'scalar' && isTemplate(value)) expressions.push(text as Expression);
      return { key: key.text, text };
    });
    return { name: line.name.text, when, ...(until && { until }), fields, reads: this.#slots(expressions) };
  }

  #lineValue(value: Located): unknown {
    if (value.type === 'scalar') return isTemplate(value) ? this.#template(value) : value.value;
    const braces = firstTemplate(value);
    if (braces)
      this.#context.diagnostics.report(braces, '{{ }} is filled in only in texts of the line itself');
    return plainValue(value);
  }

  #warnOfParams(): void {
    if (this.#paramsRead.has(undefined)) return;
    for (const [name, place] of this.#rule.paramPlaces)
      if (!this.#paramsRead.has(name))
        this.#context.diagnostics.warn(place, `\`params.${name}\` is never read`);
  }

  #expression(text: LocatedScalar, wanted?: Wanted): Expression {
    return this.#noted(this.#context.texts.expression(text, this.#scope, wanted));
  }

  #template(text: LocatedScalar): Expression {
    return this.#noted(this.#context.texts.template(text, this.#scope));
  }

  #noted(expression: Expression): Expression {
    for (const slot of this.#slots([expression])) this.#reads.add(slot);
    for (const slot of localReads([expression], this.#rule.kind.text, this.#context)) this.#local.add(slot);
    return expression;
  }

  #slots(expressions: readonly Expression[]): number[] {
    return slotsRead(expressions, this.#rule.kind.text, this.#context);
  }
}

/** The slots that expressions over an entity read; parameters have none. */
export function slotsRead(
  expressions: readonly Expression[],
  kind: string,
  context: CompileContext,
): number[] {
  const names = context.declared.of(kind);
  const slots = new Set<number>();
  for (const expression of expressions)
    for (const name of expression.reads) if (names.has(name)) slots.add(context.slot(kind, name));
  return [...slots];
}

function isTemplate(value: LocatedScalar): boolean {
  return typeof value.value === 'string' && value.value.includes('{{');
}

function firstTemplate(value: Located): LocatedScalar | undefined {
  if (value.type === 'scalar') return isTemplate(value) ? value : undefined;
  const parts = value.type === 'list' ? value.items : [...value.entries.values()].map((entry) => entry.value);
  return parts.map(firstTemplate).find((found) => found !== undefined);
}
