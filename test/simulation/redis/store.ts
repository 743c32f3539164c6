/** What one Redis node keeps, in memory: every write can be undone, so that the tail can be lost. */

import { compareEntryIds, type EntryId } from '../../../src/core/entry.ts';
import type { Millis } from '../../../src/core/units.ts';

export type Element = readonly [id: EntryId, fields: string[]];

export interface Stream {
  readonly type: 'stream';
  entries: Element[];
  last: EntryId;
  added: number;
  /** All that was ever added and not lost, what was trimmed or deleted included: for the judge, never for a command. */
  readonly kept: Element[];
}

export type Value =
  | { readonly type: 'string'; text: string; expires?: Millis }
  | { readonly type: 'hash'; readonly fields: Map<string, string> }
  | { readonly type: 'zset'; readonly scores: Map<string, number> }
  | Stream;
export type Type = Value['type'];

type Undo = () => void;

/** The writes of one command: lost together or not at all. */
interface Written {
  readonly at: Millis;
  readonly undo: Undo[];
}

export class Store {
  readonly #values = new Map<string, Value>();
  readonly #journal: Written[] = [];
  readonly #now: () => Millis;
  readonly #real: () => Millis;
  readonly #waiting = new Map<string, Set<() => void>>();
  /** Told before each entry of a stream is given its id. */
  beforeAppend: (key: string, last: EntryId) => void = () => {};

  /** @param now as its machine says; `real`: time as it is */
  constructor(now: () => Millis, real: () => Millis) {
    this.#now = now;
    this.#real = real;
  }

  now(): Millis {
    return this.#now();
  }

  /** What is written while `work` runs is one. */
  atomically<T>(work: () => T): T {
    this.#journal.push({ at: this.#real(), undo: [] });
    return work();
  }

  /** How many commands there have been: a point to roll back to. */
  get mark(): number {
    return this.#journal.length;
  }

  /** The last mark that is at least so old. */
  markAt(time: Millis): number {
    let count = this.#journal.length;
    while (count > 0 && (this.#journal[count - 1] as Written).at > time) count -= 1;
    return count;
  }

  /** Loses what was written after a mark; answers how many commands that were. */
  rollBack(mark: number): number {
    const lost = this.#journal.splice(mark);
    for (const { undo } of lost.reverse()) for (const back of undo.reverse()) back();
    return lost.filter(({ undo }) => undo.length > 0).length;
  }

  /** Of each stream the ids that were ever given and not lost. */
  given(): Map<string, EntryId[]> {
    const given = new Map<string, EntryId[]>();
    for (const [key, value] of this.#values)
      if (value.type === 'stream')
        given.set(
          key,
          value.kept.map(([id]) => id),
        );
    return given;
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }

  find<T extends Type>(key: string, type: T): Extract<Value, { type: T }> | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    if (value.type === 'string' && value.expires !== undefined && value.expires <= this.#now())
      return undefined;
    if (value.type !== type)
      throw new Error('WRONGTYPE Operation against a key holding the wrong kind of value');
    return value as Extract<Value, { type: T }>;
  }

  typeOf(key: string): Type | undefined {
    const value = this.#values.get(key);
    const isOver = value?.type === 'string' && value.expires !== undefined && value.expires <= this.#now();
    return isOver ? undefined : value?.type;
  }

  remove(key: string): boolean {
    const value = this.#values.get(key);
    const known = this.typeOf(key) !== undefined;
    if (value !== undefined) {
      this.#values.delete(key);
      this.#undo(() => this.#values.set(key, value));
    }
    return known;
  }

  setText(key: string, text: string, expires?: Millis): void {
    const old = this.#values.get(key);
    this.#values.set(key, { type: 'string', text, ...(expires === undefined ? {} : { expires }) });
    this.#undo(() => (old === undefined ? this.#values.delete(key) : this.#values.set(key, old)));
  }

  setField(key: string, field: string, text: string | undefined): void {
    const hash = this.find(key, 'hash');
    if (hash === undefined && text === undefined) return;
    put(
      (hash ?? this.#make(key, { type: 'hash', fields: new Map<string, string>() })).fields,
      field,
      text,
      this,
    );
    if (text === undefined && hash?.fields.size === 0) this.remove(key);
  }

  setScore(key: string, member: string, score: number | undefined): void {
    const zset = this.find(key, 'zset');
    if (zset === undefined && score === undefined) return;
    put(
      (zset ?? this.#make(key, { type: 'zset', scores: new Map<string, number>() })).scores,
      member,
      score,
      this,
    );
    if (score === undefined && zset?.scores.size === 0) this.remove(key);
  }

  /** Makes an empty one where there is none. */
  stream(key: string): Stream {
    return (
      this.find(key, 'stream') ??
      this.#make(key, { type: 'stream', entries: [], last: '0-0', added: 0, kept: [] })
    );
  }

  append(key: string, fields: string[]): EntryId {
    const stream = this.stream(key);
    const { last, added } = stream;
    this.beforeAppend(key, last);
    const [millis, sequence] = last.split('-').map(Number) as [number, number];
    const now = this.#now();
    const id = now > millis ? `${now}-0` : `${millis}-${sequence + 1}`;
    const element: Element = [id, fields];
    stream.entries.push(element);
    stream.kept.push(element);
    stream.last = id;
    stream.added += 1;
    this.#undo(() => {
      stream.entries = stream.entries.filter((other) => other !== element);
      stream.kept.pop();
      stream.last = last;
      stream.added = added;
    });
    for (const wake of this.#waiting.get(key) ?? []) wake();
    this.#waiting.delete(key);
    return id;
  }

  /** Takes entries out of a stream; answers how many. */
  drop(key: string, which: (id: EntryId) => boolean): number {
    const stream = this.find(key, 'stream');
    if (stream === undefined) return 0;
    const { entries } = stream;
    const left = entries.filter(([id]) => !which(id));
    if (left.length === entries.length) return 0;
    stream.entries = left;
    this.#undo(() => {
      stream.entries = entries;
    });
    return entries.length - left.length;
  }

  /** Calls `wake` at the next append. */
  awaitAppend(key: string, wake: () => void): () => void {
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    waiting.add(wake);
    return () => waiting.delete(wake);
  }

  #make<V extends Value>(key: string, value: V): V {
    this.#values.set(key, value);
    this.#undo(() => this.#values.delete(key));
    return value;
  }

  #undo(undo: Undo): void {
    this.#journal.at(-1)?.undo.push(undo);
  }

  /** For writes to the maps in here. */
  onUndo(undo: Undo): void {
    this.#undo(undo);
  }
}

function put<V>(map: Map<string, V>, name: string, value: V | undefined, store: Store): void {
  const old = map.get(name);
  if (old === value) return;
  store.onUndo(() => (old === undefined ? map.delete(name) : map.set(name, old)));
  if (value === undefined) map.delete(name);
  else map.set(name, value);
}

/** How many of the elements lie at or before an id. */
export function countUpTo(elements: readonly Element[], id: EntryId): number {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareEntryIds((elements[middle] as Element)[0], id) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
