/** What an expression reads without naming it: where clocks are asked the entity's zone, and of money its currency. */

import type { CompileContext } from './compile-context.ts';
import type { Expression } from './expression/expression.ts';

const CLOCKS = /\$(?:hour|weekday|date)\b/;
const MONEY = /\$money\b/;

/** The slots of `timezone` and `currency`, where the kind has them and an expression needs them. */
export function localReads(
  expressions: readonly Expression[],
  kind: string,
  context: CompileContext,
): number[] {
  const names = context.declared.of(kind);
  const needed = [
    ...(expressions.some(({ text }) => CLOCKS.test(text)) ? ['timezone'] : []),
    ...(expressions.some(({ text }) => MONEY.test(text)) ? ['currency'] : []),
  ];
  return needed.filter((name) => names.has(name)).map((name) => context.slot(kind, name));
}
