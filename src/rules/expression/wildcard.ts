/** `*`, every field's value, and `**`, everything within. */

import { Callable } from './callable.ts';
import type { Run } from './run.ts';
import { isInputItem, isSequence, newSequence, type Sequence } from './sequence.ts';
import type { Node } from './syntax-tree.ts';
import { type Compiler, type Place, type Term, termOf } from './term.ts';

const EVERYTHING = 'reads everything; name what you need';

export function compileWildcard(node: Node, place: Place, compiler: Compiler): Term {
  const refused = refusedAtRoot(node, place, compiler, 1);
  return refused ?? { ...termOf((run, item) => values(run, item)), sequence: true };
}

export function compileDescendants(node: Node, place: Place, compiler: Compiler): Term {
  const refused = refusedAtRoot(node, place, compiler, 2);
  if (refused !== undefined) return refused;
  return {
    ...termOf((run, item) => {
      if (item === undefined) return undefined;
      const found = newSequence();
      descend(run, item, found, 0);
      return found.length === 1 ? found[0] : found;
    }),
    sequence: true,
  };
}

function refusedAtRoot(node: Node, place: Place, compiler: Compiler, length: number): Term | undefined {
  if (!place.root) return undefined;
  compiler.noteRead();
  if (compiler.profile === 'full') return undefined;
  const end = node.position ?? compiler.text.length;
  return compiler.refuse('unsupported', `\`${'*'.repeat(length)}\` ${EVERYTHING}`, end - length, end);
}

/** A list among the values makes the result a plain list, which stays one whatever its length. */
function values(run: Run, item: unknown): unknown[] {
  let found: unknown[] = newSequence();
  const source = isInputItem(item) ? item[0] : item;
  if (typeof source !== 'object' || source === null || source instanceof Callable) return found;
  const fields = source as Record<string, unknown>;
  const names = Object.keys(fields);
  run.spend(2 * names.length);
  for (const name of names) {
    if (isSequence(found) && Array.isArray(fields[name])) found = Array.from(found);
    open(run, fields[name], found, 0);
  }
  return found;
}

/** Lists are opened down to the last. */
function open(run: Run, value: unknown, found: unknown[], depth: number): void {
  if (!Array.isArray(value)) {
    found.push(value);
    return;
  }
  run.boundNesting(depth);
  run.spend(value.length);
  run.boundList(found.length + value.length);
  for (let i = 0; i < value.length; i++) open(run, value[i], found, depth + 1);
}

function descend(run: Run, item: unknown, found: Sequence, depth: number): void {
  run.boundNesting(depth);
  run.spend(2);
  if (!Array.isArray(item)) {
    found.push(item);
    if (typeof item !== 'object' || item === null || item instanceof Callable) return;
  }
  const holder = item as Record<string, unknown>;
  for (const name of Object.keys(holder)) descend(run, holder[name], found, depth + 1);
}
