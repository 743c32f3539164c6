/** Compiles the expressions of rule files, checks them, and reports their problems at their places in the files. */

import type { Diagnostics } from './diagnostics.ts';
import { compileExpression } from './expression/compile-expression.ts';
import { compileTemplate, templateParts } from './expression/compile-template.ts';
import type { Compiled, Expression, ExpressionProblem } from './expression/expression.ts';
import { parse } from './expression/parse.ts';
import { ANYTHING, checkTree, type Wanted } from './expression/types/check-expression.ts';
import { membersRead } from './expression/types/members-read.ts';
import type { ValueType } from './expression/types/value-type.ts';
import type { LocatedScalar } from './located.ts';
import { reportUnreachedLines } from './pick-lines.ts';
import { spanInScalar } from './scalar-offsets.ts';
import type { NamedScope } from './scope.ts';
import type { PickDefinition } from './shape-definition.ts';

export class ExpressionTexts {
  readonly #diagnostics: Diagnostics;
  /** Whether to say what can never work or hold; a set that was accepted before is taken as it is. */
  readonly #checks: boolean;

  constructor(diagnostics: Diagnostics, checks: boolean) {
    this.#diagnostics = diagnostics;
    this.#checks = checks;
  }

  /** The expression; one that is always absent when it has problems, which are reported. */
  expression(text: LocatedScalar, scope: NamedScope, wanted: Wanted = ANYTHING): Expression {
    return this.#compiled(text, scope, compileExpression(text.text, scope), wanted);
  }

  /** The same in a report, which knows the time of the question. */
  ofReport(text: LocatedScalar, scope: NamedScope): Expression {
    return this.#compiled(text, scope, compileExpression(text.text, scope, { clock: true }), ANYTHING);
  }

  /** Says which lines of a pick are never picked. */
  checkLines(shape: PickDefinition, types: (name: string) => ValueType | undefined): void {
    if (this.#checks) reportUnreachedLines(shape, types, this.#diagnostics);
  }

  /** The same for a text with {{expressions}}. */
  template(text: LocatedScalar, scope: NamedScope): Expression {
    return this.#compiled(text, scope, compileTemplate(text.text, scope), undefined);
  }

  #compiled(
    text: LocatedScalar,
    scope: NamedScope,
    compiled: Compiled,
    wanted: Wanted | undefined,
  ): Expression {
    const failed: Expression = { text: text.text, reads: [], evaluate: () => undefined };
    if (text.broken) return failed;
    if (!compiled.ok) {
      for (const problem of compiled.problems) this.#report(text, scope, problem);
      return failed;
    }
    if (wanted === undefined) {
      for (const part of templateParts(text.text))
        if (typeof part !== 'string' && 'text' in part)
          this.#check(text, part.text, part.offset, scope, undefined);
    } else this.#check(text, text.text, 0, scope, wanted);
    return compiled.expression;
  }

  /** What can never work or hold, `offset` characters into the text. */
  #check(
    text: LocatedScalar,
    expression: string,
    offset: number,
    scope: NamedScope,
    wanted: Wanted | undefined,
  ): void {
    if (scope.types === undefined || !this.#checks) return;
    const parsed = parse(expression);
    if (!parsed.ok) return;
    if (scope.noteParam) for (const name of membersRead(parsed.tree, 'params')) scope.noteParam(name);
    for (const { severity, start, end, message, hint } of checkTree(
      expression,
      parsed.tree,
      scope.types,
      wanted,
    ).findings) {
      const place = { source: text.source, span: spanInScalar(text, start + offset, end + offset) };
      if (severity === 'error') this.#diagnostics.report(place, message, hint);
      else this.#diagnostics.warn(place, message, hint);
    }
  }

  #report(text: LocatedScalar, scope: NamedScope, problem: ExpressionProblem): void {
    const { start, end } = problem;
    const place = { source: text.source, span: spanInScalar(text, start, end) };
    const name = text.text.slice(start, end).replace(/^`(.*)`$/, '$1');
    if (problem.code === 'unknown_name' && !/^params\s*\./.test(name)) {
      if (this.#diagnostics.mayBeLost(name)) return;
      const { message, hint } = scope.refuse(name);
      this.#diagnostics.report(place, message, hint);
      return;
    }
    const known = /^[A-Z]\d{4}$/.test(problem.code) && !problem.message.includes(problem.code);
    this.#diagnostics.report(
      place,
      known ? `${problem.message} (${problem.code})` : problem.message,
      problem.code === 'unknown_name' ? undefined : problem.hint,
    );
  }
}
