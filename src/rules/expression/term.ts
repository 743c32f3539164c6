/** A compiled part of an expression, and what the compiler of a syntax family may ask for. */

import type { Run } from './run.ts';
import { unwrap } from './sequence.ts';
import type { Node } from './syntax-tree.ts';
import type { Variables } from './variables.ts';

/** The variables of one block or lambda call: index 0 is the surrounding ones, then one slot each. */
export type Slots = unknown[];

/** Compiled code: `item` is the context (`$`). */
export type Code = (run: Run, item: unknown, slots: Slots) => unknown;

export interface Term {
  readonly code: Code;
  /** The value is `value`, always. */
  readonly constant: boolean;
  readonly value?: unknown;
  /** The code may answer with a sequence that nobody has unwrapped yet. */
  readonly sequence?: boolean;
  /** A sequence may be within the sequence: what passes the value on must unwrap it once more. */
  readonly layered?: boolean;
  /** The value is an object: never absent, never a list. */
  readonly object?: boolean;
  /** The items of a written list: `[a, b]` without ranges and lists inside. */
  readonly items?: readonly Term[];
}

/** Where a part stands. */
export interface Place {
  /** The context is the whole input. In rules, names then mean what the scope says; else fields of the item. */
  readonly root: boolean;
  readonly variables: Variables;
}

/** `rules`: only named values can be read, and what a replay could not repeat is refused; `full`: the whole language. */
export type Profile = 'rules' | 'full';

export interface Compiler {
  readonly text: string;
  readonly profile: Profile;
  /** `$now` and `$millis` are the time of the question. */
  readonly clock: boolean;
  /** How large the patterns that are still to come may be. */
  patternRoom: number;
  /** Compiles any node, with everything that is attached to it. */
  term(node: Node, place: Place): Term;
  /** The root name's value; reports unknown names. `end` is where the name ends in the text. */
  rootName(name: string, end: number): Term;
  /** The known word that was probably meant; no longer asked once there are many problems. */
  meant(word: string, known: Iterable<string>): string | undefined;
  /** Notes that a root name is read, which ends at `end`; without a name, that the whole input may be. */
  noteRead(name?: string, end?: number): void;
  /** Notes a function value that may take the context for an argument. */
  noteContextual(): void;
  /** Notes a call, where the context is the whole input, of a function that is only known when it runs. */
  noteRootCall(): void;
  /** Reports a problem and stands in for the part that has it. */
  refuse(code: string, message: string, start: number, end: number, hint?: string): Term;
}

export function constantTerm(value: unknown): Term {
  return { code: () => value, constant: true, value };
}

export function termOf(code: Code): Term {
  return { code, constant: false };
}

/** The code of a part whose value is passed on as it is. */
export function passedOn({ code, layered }: Term): Code {
  return layered === true ? (run, item, slots) => unwrap(code(run, item, slots)) : code;
}

/** Stands for the whole input where something asks for the context in a rule: an object that nobody can read. */
export const ROOT: object = Object.freeze(Object.create(null));

/** Calculates a part now, if all it is made of is constant, it succeeds and gives a scalar. */
export function folded(parts: readonly Term[], run: Run, code: Code): Term {
  if (!parts.every((part) => part.constant)) return termOf(code);
  try {
    const value = code(run, ROOT, []);
    if (typeof value !== 'object' || value === null) return constantTerm(value);
  } catch {
    // It fails each time it is evaluated, and it may never be.
  }
  return termOf(code);
}
