/** What the static check says about a part of an expression, and what it may ask while it walks. */

import type { Node } from '../syntax-tree.ts';
import type { Narrowed } from './narrowing.ts';
import type { NodeSpan } from './node-span.ts';
import type { ValueType } from './value-type.ts';

/** An error can never do what it says; a warning is allowed but probably not meant. Offsets as in problems. */
export interface Finding extends NodeSpan {
  readonly severity: 'error' | 'warning';
  /** `never_true`: the part `whole` is never true; `always_true`: it is, wherever it is reached; `never_works`: it never has a value. */
  readonly claim: 'never_true' | 'always_true' | 'never_works' | 'none';
  readonly whole: NodeSpan;
  readonly message: string;
  readonly hint?: string;
}

/** Where a part stands: what names mean there, and what is known there of what they name. */
export interface Surroundings {
  /** Names are those of the scope; else fields of the context. */
  readonly root: boolean;
  readonly context: ValueType;
  readonly narrowed: Narrowed;
}

/** The walk, as its parts use each other. */
export interface Walk {
  readonly text: string;
  typeOf(node: Node, where: Surroundings): ValueType;
  /** The same without saying anything. */
  quietly(node: Node, where: Surroundings): ValueType;
  /** How many names of data were read so far: parts that read none are settings, and may be anything. */
  readonly dataRead: number;
  span(node: Node): NodeSpan;
  /** The text of a part in backticks, shortened when it is long. */
  quoted(node: Node): string;
  report(
    at: Node,
    severity: Finding['severity'],
    claim: Finding['claim'],
    message: string,
    options?: { readonly hint?: string | undefined; readonly whole?: Node },
  ): void;
}
