/** An expression as a tree that can be written and made smaller. */

export class Phrase {
  readonly text: string;
  private readonly strings: readonly string[];
  private readonly parts: readonly Phrase[];

  constructor(strings: readonly string[], parts: readonly Phrase[]) {
    this.strings = strings;
    this.parts = parts;
    this.text = strings.map((text, index) => text + (parts[index]?.text ?? '')).join('');
  }

  /** Smaller ones: a part instead of the whole, and the whole with a smaller part. */
  *smaller(): Iterable<Phrase> {
    for (const part of this.parts) yield part;
    if (this.parts.length > 0) for (const simple of SIMPLE) yield simple;
    for (const [index, part] of this.parts.entries())
      for (const other of part.smaller()) yield new Phrase(this.strings, this.parts.with(index, other));
  }
}

export function phrase(strings: readonly string[], ...parts: readonly (Phrase | string)[]): Phrase {
  return new Phrase(
    strings,
    parts.map((part) => (typeof part === 'string' ? new Phrase([part], []) : part)),
  );
}

const SIMPLE: readonly Phrase[] = [phrase`1`, phrase`"a"`, phrase`a`];
