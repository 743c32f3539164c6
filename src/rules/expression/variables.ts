/** Variables of a block or a lambda, resolved to slots before anything runs. */

import type { Node } from './syntax-tree.ts';
import type { Slots } from './term.ts';

/** What a slot holds until `:=` has run: the name then still means what it means outside. */
export const UNBOUND: unique symbol = Symbol('unbound');

export interface VariablePlace {
  /** How many blocks and lambdas further out. */
  readonly hops: number;
  readonly slot: number;
  /** A parameter: bound from the beginning. */
  readonly certain: boolean;
}

export class Variables {
  private readonly slots = new Map<string, number>();
  private readonly outer: Variables | undefined;
  private readonly parameters: number;
  /** Slots needed, without index 0. */
  readonly size: number;

  constructor(outer: Variables | undefined, parameters: readonly string[], bound: Iterable<string>) {
    this.outer = outer;
    this.parameters = parameters.length;
    parameters.forEach((name, index) => {
      this.slots.set(name, index + 1);
    });
    let next = parameters.length + 1;
    for (const name of bound) if (!this.slots.has(name)) this.slots.set(name, next++);
    this.size = next - 1;
  }

  /** Where `:=` writes. */
  ownSlot(name: string): number {
    return this.slots.get(name) as number;
  }

  /** Every place where the name may be bound, innermost first. */
  find(name: string): VariablePlace[] {
    const places: VariablePlace[] = [];
    let hops = 0;
    for (let level: Variables | undefined = this; level !== undefined; level = level.outer) {
      const slot = level.slots.get(name);
      if (slot !== undefined) {
        const certain = slot <= level.parameters;
        places.push({ hops, slot, certain });
        if (certain) break;
      }
      hops += 1;
    }
    return places;
  }

  *names(): Iterable<string> {
    for (let level: Variables | undefined = this; level !== undefined; level = level.outer)
      yield* level.slots.keys();
  }
}

/** Fresh slots: nothing bound yet. */
export function freshSlots(outer: Slots, size: number): Slots {
  const slots: Slots = [outer];
  for (let i = 0; i < size; i++) slots.push(UNBOUND);
  return slots;
}

/** The names that `:=` binds in the block or lambda body that `parts` make up, not in inner ones. */
export function boundNames(parts: Iterable<unknown>, found = new Set<string>()): Set<string> {
  for (const part of parts) {
    if (typeof part !== 'object' || part === null) continue;
    const node = part as Node;
    if (node.type === 'block' || (node.type === 'lambda' && node.thunk !== true)) continue;
    if (node.type === 'bind') found.add((node.lhs as Node).value as string);
    boundNames(Object.values(part), found);
  }
  return found;
}
