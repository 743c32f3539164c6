/** Tuple streams: items that carry the variables bound by `@`, `#` and `%` along a path. */

import type { Run } from './run.ts';
import { isTuples } from './sequence.ts';
import type { Node } from './syntax-tree.ts';
import type { Place, Slots } from './term.ts';
import { boundNames, freshSlots, Variables } from './variables.ts';

/** The item is under `@`, the variables are under their names. */
export type Tuple = Record<string, unknown>;

export function newTuple(from?: Tuple): Tuple {
  return Object.assign(Object.create(null), from) as Tuple;
}

/** The variables that the items of a path carry, as slots. */
export class TupleScope {
  private readonly variables: Variables;
  private readonly names: readonly string[];

  constructor(node: Node, outer: Place) {
    this.names = [...tupleNames([node])];
    this.variables = new Variables(
      outer.variables,
      [],
      new Set([...this.names, ...boundNames(Object.values(node))]),
    );
  }

  /** `root`: the context of the items is still the whole input. */
  at(root: boolean): Place {
    return { root, variables: this.variables };
  }

  /** How many variables an item may carry. */
  get size(): number {
    return this.variables.size;
  }

  slots(outer: Slots, tuple: unknown): Slots {
    const slots = this.empty(outer);
    const values = tuple as Tuple;
    for (const name of this.names)
      if (Object.hasOwn(values, name)) slots[this.variables.ownSlot(name)] = values[name];
    return slots;
  }

  empty(outer: Slots): Slots {
    return freshSlots(outer, this.variables.size);
  }
}

/** How to look at a member of a list that may be a tuple stream: its context and its variables. */
export interface Member {
  readonly item: unknown;
  readonly slots: Slots;
}

export function memberOf(
  list: unknown,
  member: unknown,
  scope: TupleScope | undefined,
  slots: Slots,
): Member {
  if (scope === undefined) return { item: member, slots };
  if (!isTuples(list)) return { item: member, slots: scope.empty(slots) };
  return { item: (member as Tuple)['@'], slots: scope.slots(slots, member) };
}

/** Several tuples as one, whose values are lists. */
export function mergedTuples(run: Run, tuples: unknown): Tuple {
  if (!Array.isArray(tuples)) return newTuple(tuples as Tuple);
  const merged = newTuple(tuples[0] as Tuple);
  const lists = new Map<string, unknown[]>();
  for (let i = 1; i < tuples.length; i++) {
    const tuple = tuples[i] as Tuple;
    for (const name of Object.keys(tuple)) {
      run.spend(1);
      const value = tuple[name];
      if (value === undefined) continue;
      if (merged[name] === undefined) {
        merged[name] = value;
        continue;
      }
      const list = lists.get(name) ?? listOf(merged[name]);
      lists.set(name, list);
      merged[name] = list;
      if (!Array.isArray(value)) list.push(value);
      else for (let k = 0; k < value.length; k++) list.push(value[k]);
      run.boundList(list.length);
    }
  }
  return merged;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? Array.from(value) : [value];
}

/** The names that `@`, `#` and `%` bind anywhere within the nodes. */
function tupleNames(parts: Iterable<unknown>, found = new Set<string>()): Set<string> {
  for (const part of parts) {
    if (typeof part !== 'object' || part === null || part instanceof RegExp) continue;
    const node = part as Node;
    if (typeof node.focus === 'string') found.add(node.focus);
    if (typeof node.index === 'string') found.add(node.index);
    if (node.ancestor !== undefined) found.add(node.ancestor.label);
    if (node.type === 'index' && typeof node.value === 'string') found.add(node.value);
    tupleNames(Object.values(part), found);
  }
  return found;
}
