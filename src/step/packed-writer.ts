/** Writes JSON values as packed text: what a record is made of, about half as long as JSON and read back exactly. */

/**
 * The alphabet. Numbers are digits of five bits, the lowest first: a character from `P` on says that more follow,
 * one from `0` to `O` is the last. All marks lie outside of that range.
 */
export const LAST_DIGIT = 0x30;
export const MORE_DIGITS = 0x50;

export const MARK = {
  /** A whole number below zero. */
  negative: 0x2d,
  /** A large whole number, mostly a time: by how much it is after, or before, the large one that came last. */
  after: 0x2b,
  before: 0x2a,
  /** A number of whole millionths; the same below zero. */
  micros: 0x2e,
  negativeMicros: 0x2f,
  /** Any other number, as a text. */
  number: 0x2c,
  /** A text: its length and its characters. */
  text: 0x22,
  /** A text that UTF-8 cannot hold, as its JSON text. */
  escaped: 0x25,
  /** A text that came before: which. */
  again: 0x24,
  list: 0x28,
  listEnd: 0x29,
  object: 0x7b,
  objectEnd: 0x7d,
  null: 0x7e,
  true: 0x74,
  false: 0x75,
} as const;

/** Whole numbers from here on are written as differences; the first one as that from EPOCH. */
export const LARGE = 1e11;
export const EPOCH = 1.6e12;

export class PackedWriter {
  #bytes = Buffer.allocUnsafeSlow(16 * 1024);
  #length = 0;
  #large = EPOCH;
  readonly #texts = new Map<string, number>();

  /** Writes one value; what JSON does not hold is written as JSON would have it. */
  value(value: unknown): void {
    if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') this.#text(value);
    else if (value === null || value === undefined) this.#mark(MARK.null);
    else if (typeof value === 'boolean') this.#mark(value ? MARK.true : MARK.false);
    else if (Array.isArray(value)) {
      this.#mark(MARK.list);
      for (let i = 0; i < value.length; i++) this.value(value[i]);
      this.#mark(MARK.listEnd);
    } else this.#object(value as Readonly<Record<string, unknown>>);
  }

  /** Everything written since the last call; the writer is as new. */
  take(): string {
    const text = this.#bytes.toString('utf8', 0, this.#length);
    this.#length = 0;
    this.#large = EPOCH;
    if (this.#texts.size > 0) this.#texts.clear();
    return text;
  }

  #object(object: Readonly<Record<string, unknown>>): void {
    this.#mark(MARK.object);
    for (const key of Object.keys(object)) {
      if (object[key] === undefined) continue;
      this.#text(key);
      this.value(object[key]);
    }
    this.#mark(MARK.objectEnd);
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value)) {
      if (value >= LARGE) this.#largeNumber(value);
      else {
        if (value < 0) this.#mark(MARK.negative);
        this.#digits(Math.abs(value));
      }
      return;
    }
    const micros = Math.round(value * 1e6);
    if (Number.isSafeInteger(micros) && micros / 1e6 === value) {
      this.#mark(value < 0 ? MARK.negativeMicros : MARK.micros);
      this.#digits(Math.abs(micros));
    } else if (Number.isFinite(value)) {
      this.#mark(MARK.number);
      this.#text(String(value));
    } else this.#mark(MARK.null);
  }

  #largeNumber(value: number): void {
    const difference = value - this.#large;
    this.#mark(difference < 0 ? MARK.before : MARK.after);
    this.#digits(Math.abs(difference));
    this.#large = value;
  }

  #text(text: string): void {
    const known = this.#texts.get(text);
    if (known !== undefined) {
      this.#mark(MARK.again);
      this.#digits(known);
      return;
    }
    const { length } = text;
    const start = this.#length;
    this.#mark(MARK.text);
    this.#digits(length);
    this.#room(3 * length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) {
        if (!text.isWellFormed()) {
          this.#length = start;
          this.#mark(MARK.escaped);
          this.#text(JSON.stringify(text));
          return;
        }
        at = this.#length + bytes.write(text, this.#length);
        break;
      }
      bytes[at++] = unit;
    }
    this.#length = at;
    this.#texts.set(text, this.#texts.size);
  }

  #digits(number: number): void {
    this.#room(16);
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = number;
    while (rest >= 0x40000000) {
      bytes[at++] = MORE_DIGITS + (rest % 32);
      rest = Math.floor(rest / 32);
    }
    while (rest >= 32) {
      bytes[at++] = MORE_DIGITS + (rest & 31);
      rest >>= 5;
    }
    bytes[at++] = LAST_DIGIT + rest;
    this.#length = at;
  }

  #mark(mark: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = mark;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
