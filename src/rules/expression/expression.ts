/** What a compiled expression is, and what it may see. */

import type { Millis } from '../../core/units.ts';

/** Everything an evaluation may read. One frame object is reused; expressions never keep it. */
export interface Frame {
  /** The entity's feature values by slot (rules, calc features). */
  slots: readonly unknown[];
  /** The event's own fields (where, fed values) or a row's fields; read by own-property look-up only. */
  input: Readonly<Record<string, unknown>>;
  /** Event time in event expressions, stream time elsewhere. */
  time: Millis;
  /** IANA zone of the entity, else the configured one: for $hour, $weekday, $date. */
  zone: string;
  /** ISO 4217 code for $money. */
  currency: string;
}

/** A name that an expression may read at its root. */
export interface Binding {
  /** Reads the value from a frame; undefined = absent. */
  readonly read: (frame: Frame) => unknown;
  /** The value never changes: fold it (params). */
  readonly constant?: boolean;
}

/** The names of the place where an expression stands. */
export interface Scope {
  /** What a root name means here; undefined: unknown name (a compile problem). */
  lookup(name: string): Binding | undefined;
  /** Every known name, for did-you-mean; empty when the scope is open. */
  names(): Iterable<string>;
  /** In words, for messages: `lead`, `event content.opened`. */
  readonly describe: string;
}

/** A compiled expression: synchronous, deterministic, bounded. */
export interface Expression {
  readonly text: string;
  /** Root names read, in order of first appearance. */
  readonly reads: readonly string[];
  /** The value; undefined = absent. Throws ExpressionError when it fails or exceeds its budget. */
  evaluate(frame: Frame): unknown;
  /** The names it may read, so that its parts can be compiled by themselves; absent where it is no single one. */
  readonly scope?: Scope;
}

/** A problem found while compiling; offsets are UTF-16 positions in the expression's text. */
export interface ExpressionProblem {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly hint?: string;
}

export class ExpressionError extends Error {
  readonly code: string;
  readonly position: number;

  constructor(code: string, message: string, position: number) {
    super(message);
    this.name = 'ExpressionError';
    this.code = code;
    this.position = position;
  }
}

export type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };
