/** |pattern|update, delete|: a function that copies its argument and changes the parts that match. */

import { type Arguments, Callable } from './callable.ts';
import { Failure } from './failure.ts';
import { cloned } from './functions/clone.ts';
import { put } from './functions/objects.ts';
import { Signature, typeLetter } from './functions/signature.ts';
import type { Run } from './run.ts';
import type { Node } from './syntax-tree.ts';
import { type Code, type Compiler, type Place, type Slots, type Term, termOf } from './term.ts';

const SIGNATURE = new Signature('<(oa):o>');

interface Shape {
  readonly pattern: Code;
  readonly update: Code;
  readonly remove: Code | undefined;
  readonly updateEnd: number;
  readonly removeEnd: number;
}

type Fields = Record<string, unknown>;

export function compileTransform(node: Node, place: Place, compiler: Compiler): Term {
  const inner = { root: false, variables: place.variables };
  const update = node.update as Node;
  const shape: Shape = {
    pattern: compiler.term(node.pattern as Node, inner).code,
    update: compiler.term(update, inner).code,
    remove: node.delete === undefined ? undefined : compiler.term(node.delete, inner).code,
    updateEnd: update.position ?? 0,
    removeEnd: node.delete?.position ?? 0,
  };
  return termOf((_run, _item, slots) => new Transform(shape, slots));
}

class Transform extends Callable {
  private readonly shape: Shape;
  private readonly slots: Slots;

  constructor(shape: Shape, slots: Slots) {
    super(1);
    this.shape = shape;
    this.slots = slots;
  }

  override apply(run: Run, args: Arguments): unknown {
    const [value] = SIGNATURE.arrange(args.slice(1), null);
    if (value === undefined) return undefined;
    run.enter();
    const copy = cloned(run, value);
    const own = new Set<unknown>();
    collect(run, copy, own, 0);
    const found = this.shape.pattern(run, copy, this.slots);
    const matches = Array.isArray(found) ? found : found === undefined ? [] : [found];
    run.spend(matches.length);
    for (const match of matches) this.change(run, match, own);
    run.depth -= 1;
    return copy;
  }

  private change(run: Run, match: unknown, own: ReadonlySet<unknown>): void {
    const { update, remove, updateEnd, removeEnd } = this.shape;
    const changes = update(run, match, this.slots);
    if (changes !== undefined) {
      if (typeLetter(changes) !== 'o') throw new Failure('T2011', changes, updateEnd, '|');
      const fields = changes as Fields;
      for (const name of Object.keys(fields)) put(run, changeable(match, own, updateEnd), name, fields[name]);
    }
    const names = remove?.(run, match, this.slots);
    if (names === undefined) return;
    const list: readonly unknown[] = Array.isArray(names) ? names : [names];
    run.spend(list.length);
    for (const name of list) if (typeof name !== 'string') throw new Failure('T2012', names, removeEnd, '|');
    if (typeof match !== 'object' || match === null) return;
    for (const name of list) delete changeable(match, own, removeEnd)[name as string];
  }
}

/** Only the copy may change, whatever the pattern found. */
function changeable(match: unknown, own: ReadonlySet<unknown>, end: number): Fields {
  if (!own.has(match)) throw new Failure('not_in_copy', match, end, '|');
  return match as Fields;
}

function collect(run: Run, value: unknown, own: Set<unknown>, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  run.boundNesting(depth);
  own.add(value);
  for (const inner of Object.values(value)) collect(run, inner, own, depth + 1);
}
