/** A rule file's text with its lines, so that an offset becomes a line and a column. */

/** A stretch of a file, as UTF-16 offsets; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where something stands: `line` and `column` count from 1. */
export interface Position {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export class SourceFile {
  readonly path: string;
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { path: this.path, line: low + 1, column: offset - (this.#starts[low] as number) + 1 };
  }

  /** The span from the first to the last visible character of the line in which `offset` stands. */
  lineSpan(offset: number): Span {
    const start = this.text.lastIndexOf('\n', offset - 1) + 1;
    const newline = this.text.indexOf('\n', offset);
    const line = this.text.slice(start, newline < 0 ? this.text.length : newline);
    const indent = line.length - line.trimStart().length;
    return { start: start + indent, end: start + Math.max(indent + 1, line.trimEnd().length) };
  }
}

export function formatPosition(position: Position): string {
  return `${position.path}:${position.line}:${position.column}`;
}
