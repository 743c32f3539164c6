/** Reads what PackedWriter wrote: the same JSON values, in the same order. */

import { EPOCH, LAST_DIGIT, MARK, MORE_DIGITS } from './packed-writer.ts';

/** Texts longer than this are rarely the same in two records. */
const LONGEST_SHARED = 48;
const MOST_SHARED = 8192;

/** Texts of records that were read: ids of contents and statuses are in many, and kept in memory once. */
const shared = new Map<string, string>();

export class PackedReader {
  readonly #text: string;
  #at: number;
  #large = EPOCH;
  readonly #texts: string[] = [];

  constructor(text: string, from: number) {
    this.#text = text;
    this.#at = from;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** @throws RangeError when the text is no packed value: cut off, or damaged */
  value(): unknown {
    const first = this.#text.charCodeAt(this.#at);
    if (first >= LAST_DIGIT && first < MORE_DIGITS + 32) return this.#digits();
    this.#at += 1;
    switch (first) {
      case MARK.text:
      case MARK.again:
        return this.#words(first);
      case MARK.list:
        return this.#list();
      case MARK.after:
        this.#large += this.#digits();
        return this.#large;
      case MARK.before:
        this.#large -= this.#digits();
        return this.#large;
      case MARK.null:
        return null;
      case MARK.micros:
        return this.#digits() / 1e6;
      case MARK.negativeMicros:
        return -this.#digits() / 1e6;
      case MARK.negative:
        return -this.#digits();
      case MARK.number:
        return Number(this.value());
      case MARK.escaped:
        return JSON.parse(this.value() as string);
      case MARK.true:
        return true;
      case MARK.false:
        return false;
      case MARK.object:
        return this.#object();
    }
    throw new RangeError(`a packed text holds no value at ${this.#at - 1}`);
  }

  #list(): unknown[] {
    const list: unknown[] = [];
    while (this.#text.charCodeAt(this.#at) !== MARK.listEnd) list.push(this.value());
    this.#at += 1;
    // a copy takes exactly its size, a list that grew has room for more
    return list.length === 0 ? list : list.slice();
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    while (this.#text.charCodeAt(this.#at) !== MARK.objectEnd) {
      const key = this.value() as string;
      const value = this.value();
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
      else object[key] = value;
    }
    this.#at += 1;
    return object;
  }

  #words(mark: number): string {
    const number = this.#digits();
    if (mark === MARK.again) {
      const known = this.#texts[number];
      if (known === undefined) throw new RangeError(`a packed text names a text ${number} it has not`);
      return known;
    }
    const text = this.#text.slice(this.#at, this.#at + number);
    if (text.length !== number) throw new RangeError('a packed text is cut off');
    this.#at += number;
    const kept = number > LONGEST_SHARED ? text : sharedText(text);
    this.#texts.push(kept);
    return kept;
  }

  #digits(): number {
    let number = 0;
    let weight = 1;
    for (;;) {
      const digit = this.#text.charCodeAt(this.#at++);
      if (digit >= LAST_DIGIT && digit < MORE_DIGITS) return number + weight * (digit - LAST_DIGIT);
      if (!(digit >= MORE_DIGITS && digit < MORE_DIGITS + 32))
        throw new RangeError(`a packed text holds no number at ${this.#at - 1}`);
      number += weight * (digit - MORE_DIGITS);
      weight *= 32;
    }
  }
}

/** The first copy of a text; a part of a record would keep the whole record in memory. */
function sharedText(text: string): string {
  const known = shared.get(text);
  if (known !== undefined) return known;
  if (shared.size >= MOST_SHARED) shared.clear();
  const own = Buffer.from(text).toString();
  shared.set(own, own);
  return own;
}
