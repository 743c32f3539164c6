/** [a, b, c..d]: a written list; lists inside are opened unless written in place. */

import { newWholeList } from './sequence.ts';
import type { Node } from './syntax-tree.ts';
import type { Code, Compiler, Place, Term } from './term.ts';

export function compileArray(node: Node, place: Place, compiler: Compiler): Term {
  const parts = node.expressions ?? [];
  const items = parts.map((part) => compiler.term(part, place));
  const codes = items.map(({ code }) => code);
  const nested = parts.map((part) => part.value === '[');
  const whole = node.consarray === true;
  const code: Code = (run, item, slots) => {
    const list: unknown[] = whole ? newWholeList() : [];
    for (let i = 0; i < codes.length; i++) {
      const value = (codes[i] as Code)(run, item, slots);
      if (value === undefined) continue;
      if (!Array.isArray(value) || nested[i]) list.push(value);
      else {
        run.spend(value.length);
        for (let k = 0; k < value.length; k++) list.push(value[k]);
        run.boundList(list.length);
      }
    }
    return list;
  };
  const simple = !whole && !nested.includes(true) && node.predicate === undefined && node.group === undefined;
  return simple ? { code, constant: false, items } : { code, constant: false };
}
