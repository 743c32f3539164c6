/** How long it takes to compile expressions, in CPU time. */

import { compile } from '../../src/rules/expression/compile.ts';
import { compileExpression } from '../../src/rules/expression/compile-expression.ts';
import type { Scope } from '../../src/rules/expression/expression.ts';
import { median } from '../quantile.ts';

/** All names are there. */
const OPEN: Scope = { describe: 'lead', names: () => [], lookup: () => undefined };

/** Milliseconds for one, as a rule and for reports: the median of the rounds, the first not counted. */
export function compileTime(texts: readonly string[], rounds: number): { rule: number; report: number } {
  const each = (work: (text: string) => unknown) => {
    const times: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const from = process.cpuUsage();
      for (const text of texts) work(text);
      const { user, system } = process.cpuUsage(from);
      if (round > 0) times.push((user + system) / 1000 / texts.length);
    }
    return median(times);
  };
  return { rule: each((text) => compileExpression(text, OPEN)), report: each((text) => compile(text)) };
}
