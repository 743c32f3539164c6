/** One entry while it is decoded: its events, their default ids and times, and the source text of each. */

import { type Entry, entryMillis } from '../core/entry.ts';
import type { Millis } from '../core/units.ts';
import { elementSlices } from './json-slices.ts';
import type { Fields } from './normalise.ts';
import { hasInexact, parseWithTexts } from './number-text.ts';

export class EntryReading {
  readonly entry: Entry;
  readonly text: string;
  /** Every value came as text. */
  readonly textual: boolean;
  readonly isList: boolean;
  readonly values: readonly unknown[];
  #origins: readonly string[] | undefined;
  #slices: (readonly [number, number])[] | undefined;
  #inexact: Map<string, boolean> | undefined;

  /** Throws SyntaxError when the text is not JSON. */
  constructor(entry: Entry, text: string, textual: boolean) {
    this.entry = entry;
    this.text = text;
    this.textual = textual;
    const value: unknown = JSON.parse(text);
    this.isList = Array.isArray(value);
    this.values = this.isList ? (value as unknown[]) : [value];
  }

  /** The source text of one event. */
  raw(index: number): string {
    if (!this.isList) return this.text;
    this.#slices ??= elementSlices(this.text);
    const [from, to] = this.#slices[index] as readonly [number, number];
    return this.text.slice(from, to);
  }

  /** Where the event entered: an intake entry and the index in it, else this entry. */
  origin(index: number): string {
    if (this.entry.m === undefined) return `${this.entry.id}:${index}`;
    this.#origins ??= this.entry.m.split(',');
    return originOf(this.entry, this.#origins, index);
  }

  /** When the event entered. */
  enteredAt(index: number): Millis {
    const from = this.entry.m === undefined ? Number.NaN : entryMillis(this.origin(index));
    return Number.isSafeInteger(from) ? from : entryMillis(this.entry.id);
  }

  /** The event once more with the text of its money numbers, when the numbers alone do not tell it. */
  numberTexts(index: number, money: readonly string[]): Fields | undefined {
    for (const path of money)
      if (this.#isInexact(path)) return parseWithTexts(this.raw(index), money.map(lastName)) as Fields;
    return undefined;
  }

  /** Looked up once an entry: packed events share their names. */
  #isInexact(path: string): boolean {
    if (!this.isList) return hasInexact(this.text, lastName(path));
    this.#inexact ??= new Map();
    let inexact = this.#inexact.get(path);
    if (inexact === undefined) {
      inexact = hasInexact(this.text, lastName(path));
      this.#inexact.set(path, inexact);
    }
    return inexact;
  }
}

/** `budget` of `channels.budget`. */
function lastName(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? path : path.slice(dot + 1);
}

/** Default id of the event at `index` of an entry whose `m` is split, also for a broken entry. */
export function originOf(entry: Entry, origins: readonly string[], index: number): string {
  return origins[index] || `${entry.id}:${index}`;
}
