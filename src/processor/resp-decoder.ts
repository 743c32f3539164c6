/** Replies of Redis (RESP2) out of the pieces in which a socket brings them. */

/** What Redis answers: nil is null, an error a ReplyError; texts are buffers where the request asked for bytes. */
export type Reply = string | number | null | Buffer | ReplyError | Reply[];

/** An error as Redis words it: `NOAUTH Authentication required.` */
export class ReplyError extends Error {}

interface OpenList {
  readonly items: Reply[];
  missing: number;
}

const CR = 13;
const LETTER_D = 0x64;
const EMPTY = Buffer.alloc(0);
/** A length or number never has more digits. */
const LONGEST_LINE = 64 * 1024;
const INCOMPLETE = Symbol('incomplete');

/**
 * What is complete of a reply is decoded at once, so that a long one costs each byte once; only the text that
 * was cut waits. Memory: the reply, and the pieces of one text.
 */
export class RespDecoder {
  #buffer: Buffer = EMPTY;
  #at = 0;
  #pieces: Buffer[] = [];
  #waiting = 0;
  /** So many bytes more are needed before looking again is worth while. */
  #wanted = 1;
  #open: OpenList[] = [];

  /** Takes a piece; it must not be written to afterwards. */
  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#waiting += piece.length;
  }

  /** The next whole reply; undefined while there is none. Throws when the bytes are no RESP2. */
  next(raw: boolean): Reply | undefined {
    if (this.#waiting > 0) {
      if (this.#waiting < this.#wanted) return undefined;
      this.#gather();
    }
    for (;;) {
      const value = this.#value(raw);
      if (value === INCOMPLETE) return undefined;
      if (value === undefined) continue;
      const whole = this.#place(value);
      if (whole !== undefined) return whole;
    }
  }

  #gather(): void {
    const rest = this.#at === this.#buffer.length ? [] : [this.#buffer.subarray(this.#at)];
    const [first] = this.#pieces;
    this.#buffer =
      rest.length === 0 && this.#pieces.length === 1
        ? (first as Buffer)
        : Buffer.concat([...rest, ...this.#pieces]);
    this.#pieces = [];
    this.#waiting = 0;
    this.#wanted = 1;
    this.#at = 0;
  }

  /** Puts a value where it belongs; the reply when that made it whole. */
  #place(value: Reply): Reply | undefined {
    let whole = value;
    for (;;) {
      const list = this.#open.at(-1);
      if (list === undefined) return whole;
      list.items.push(whole);
      list.missing -= 1;
      if (list.missing > 0) return undefined;
      this.#open.pop();
      whole = list.items;
    }
  }

  /** One value from the buffer; undefined when a list was opened; leaves the place alone when it is cut. */
  #value(raw: boolean): Reply | undefined | typeof INCOMPLETE {
    const buffer = this.#buffer;
    const start = this.#at;
    const type = buffer[start];
    if (type === undefined) return INCOMPLETE;
    if (type === 0x2b || type === 0x2d) {
      const end = buffer.indexOf('\r\n', start);
      if (end < 0) {
        if (buffer.length - start > LONGEST_LINE) throw new Error('a line of a reply has no end');
        return INCOMPLETE;
      }
      this.#at = end + 2;
      const line = buffer.toString('utf8', start + 1, end);
      return type === 0x2b ? line : new ReplyError(line);
    }
    if (type !== 0x24 && type !== 0x2a && type !== 0x3a)
      throw new Error(`a reply begins with the byte ${type}, which is no RESP2`);
    let at = start + 1;
    const negative = buffer[at] === 0x2d;
    if (negative) at += 1;
    let number = 0;
    for (; ; at++) {
      const digit = buffer[at];
      if (digit === undefined) return INCOMPLETE;
      if (digit === CR) break;
      if (digit < 0x30 || digit > 0x39)
        throw new Error('a number of a reply has other characters than digits');
      number = number * 10 + (digit - 0x30);
    }
    if (at + 1 >= buffer.length) return INCOMPLETE;
    at += 2;
    if (type === 0x3a) {
      this.#at = at;
      return negative ? -number : number;
    }
    if (negative) {
      this.#at = at;
      return null;
    }
    if (type === 0x2a) {
      this.#at = at;
      if (number === 0) return [];
      this.#open.push({ items: [], missing: number });
      return undefined;
    }
    const end = at + number;
    if (end + 2 > buffer.length) {
      this.#wanted = end + 2 - buffer.length;
      return INCOMPLETE;
    }
    this.#at = end + 2;
    if (raw) return Buffer.from(buffer.subarray(at, end));
    // the name of nearly every field: no need to make it anew
    if (number === 1 && buffer[at] === LETTER_D) return 'd';
    return buffer.toString('utf8', at, end);
  }
}

/** A command as bytes on the wire. */
export function respCommand(parts: readonly (string | number)[]): string {
  let text = `*${parts.length}\r\n`;
  for (const part of parts) {
    const word = String(part);
    text += `$${Buffer.byteLength(word)}\r\n${word}\r\n`;
  }
  return text;
}
