/** Which factors and lines the tests of rules show in both ways: counting and not counting, holding and not. */

import type { Plan } from '../rules/plan.ts';
import type { RulePlan } from '../rules/rule-plan.ts';
import type { ExplainedResult } from '../step/explain.ts';

interface Seen {
  yes: boolean;
  no: boolean;
}

export interface Uncovered {
  readonly rule: string;
  /** Of a factor or line. */
  readonly name: string;
  readonly sort: 'factor' | 'line';
  /** What no test shows. */
  readonly never: 'true' | 'false';
}

export class TestCoverage {
  readonly #seen = new Map<string, Seen>();
  readonly #rules: readonly RulePlan[];

  constructor(plan: Plan) {
    this.#rules = plan.kinds.flatMap(({ nodes }) =>
      nodes.flatMap((node) => (node.type === 'rule' ? [node.rule] : [])),
    );
  }

  /** A result as it stands where a test looks at it. */
  see({ rule, reasons }: ExplainedResult): void {
    for (const { name, points, holds } of reasons) {
      const key = `${rule} ${name}`;
      const seen = this.#seen.get(key) ?? { yes: false, no: false };
      this.#seen.set(key, seen);
      const is = holds ?? (points !== undefined && points !== 0);
      if (is) seen.yes = true;
      else seen.no = true;
    }
  }

  /** Factors and lines in all, and those that are shown in one way only or not at all. */
  result(rules: ReadonlySet<string>): { readonly parts: number; readonly uncovered: readonly Uncovered[] } {
    const parts = this.#rules.filter(({ name }) => rules.has(name)).flatMap(partsOf);
    const uncovered = parts.flatMap(({ rule, name, sort }): Uncovered[] => {
      const { yes, no } = this.#seen.get(`${rule} ${name}`) ?? { yes: false, no: false };
      return [
        ...(yes ? [] : [{ rule, name, sort, never: 'true' as const }]),
        ...(no ? [] : [{ rule, name, sort, never: 'false' as const }]),
      ];
    });
    return { parts: parts.length, uncovered };
  }
}

/** A factor without conditions, such as a base score, is asked for all the same: one test with 0 shows it. */
function partsOf({ name: rule, shape }: RulePlan): Pick<Uncovered, 'rule' | 'name' | 'sort'>[] {
  if (shape.type === 'factors') return shape.factors.map(({ name }) => ({ rule, name, sort: 'factor' }));
  if (shape.type === 'pick') return shape.lines.map(({ name }) => ({ rule, name, sort: 'line' }));
  return [];
}
