/** Compiles the expressions of rule files, and reports their problems at their places in the files. */

import type { Diagnostics } from './diagnostics.ts';
import { compileExpression } from './expression/compile-expression.ts';
import { compileTemplate } from './expression/compile-template.ts';
import type { Compiled, Expression, ExpressionProblem } from './expression/expression.ts';
import type { LocatedScalar } from './located.ts';
import { spanInScalar } from './scalar-offsets.ts';
import type { NamedScope } from './scope.ts';

export class ExpressionTexts {
  readonly #diagnostics: Diagnostics;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /** The expression; one that is always absent when it has problems, which are reported. */
  expression(text: LocatedScalar, scope: NamedScope): Expression {
    return this.#checked(text, scope, compileExpression(text.text, scope));
  }

  /** The same for a text with {{expressions}}. */
  template(text: LocatedScalar, scope: NamedScope): Expression {
    return this.#checked(text, scope, compileTemplate(text.text, scope));
  }

  #checked(text: LocatedScalar, scope: NamedScope, compiled: Compiled): Expression {
    const failed: Expression = { text: text.text, reads: [], evaluate: () => undefined };
    if (text.broken) return failed;
    if (!compiled.ok) for (const problem of compiled.problems) this.#report(text, scope, problem);
    return compiled.ok ? compiled.expression : failed;
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
