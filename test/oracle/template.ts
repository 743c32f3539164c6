/** A text of a pick line: literal, or with `{{expressions}}` in it. */

import { Formula, type Place, type Scope } from './formula.ts';

export class Template {
  readonly #pieces: readonly (string | Formula)[] | undefined;
  readonly #literal: unknown;
  readonly reads: readonly string[];

  constructor(source: unknown) {
    this.#literal = source;
    const pieces =
      typeof source === 'string'
        ? source.split(/\{\{(.*?)\}\}/s).map((piece, index) => (index % 2 ? new Formula(piece) : piece))
        : [];
    this.#pieces = pieces.length > 1 ? pieces.filter((piece) => piece !== '') : undefined;
    this.reads = pieces.flatMap((piece) => (piece instanceof Formula ? piece.reads : []));
  }

  /** The text itself, where there is no expression in it. */
  get literal(): unknown {
    return this.#pieces ? undefined : this.#literal;
  }

  /** A text that is nothing but one expression keeps the type of its value; absent values leave nothing. */
  async render(scope: Scope, place: Place): Promise<unknown> {
    if (!this.#pieces) return this.#literal;
    if (this.#pieces.length === 1) return (this.#pieces[0] as Formula).evaluate(scope, place);
    let text = '';
    for (const piece of this.#pieces) {
      const value = piece instanceof Formula ? await piece.evaluate(scope, place) : piece;
      text += value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    }
    return text;
  }
}
