/** Dedup: the ids a partition has seen lately, so that an event that comes again counts once. */

import { DAY, HOUR, type Millis } from '../core/units.ts';
import { IdTable } from './id-table.ts';

/** Bytes of one id in a bucket: two halves of the id's hash and the payload hash, little endian. */
export const BYTES_PER_ID = 12;

/** What is kept beside the buckets' bytes; restored together with them it gives the same answers. */
export interface DedupDirectory {
  /** Number of the next bucket: numbers are never used twice. */
  readonly next: number;
  /** Ids that came before this stream time may be forgotten; null while nothing was dropped. */
  readonly forgotten: Millis | null;
  readonly buckets: readonly (readonly [bucket: number, opened: Millis, count: number])[];
}

export interface DedupOptions {
  /** How long ids are kept at least, in stream time. */
  readonly retention?: Millis;
  /** How many ids are kept at most. */
  readonly limit?: number;
  /** How many ids a bucket takes. */
  readonly bucketSize?: number;
}

interface Bucket {
  readonly number: number;
  /** Stream time of its first id. */
  readonly opened: Millis;
  count: number;
}

export class Dedup {
  readonly #retention: Millis;
  readonly #limit: number;
  readonly #bucketSize: number;
  readonly #table = new IdTable();
  /** Oldest first; the last one takes new ids. */
  #buckets: Bucket[] = [];
  #next = 0;
  #size = 0;
  #forgotten: Millis | null = null;
  /** Ids added since the last takeChanges, three numbers each, by bucket. */
  #added = new Map<number, number[]>();
  #dropped: number[] = [];
  /** The part of the directory's text that stands still, and the buckets it speaks of. */
  #closedText:
    | { readonly first: number | undefined; readonly closed: number; readonly text: string }
    | undefined;
  /** The hash of the id looked at last. */
  #low = 0;
  #high = 0;

  constructor({ retention = DAY, limit = 1_000_000, bucketSize = 65_536 }: DedupOptions = {}) {
    this.#retention = retention;
    this.#limit = limit;
    this.#bucketSize = Math.min(bucketSize, limit);
  }

  /** A dedup as it was when `directory` was taken; `contents` are the bytes of its buckets in the same order. */
  static restore(
    directory: DedupDirectory,
    contents: readonly Uint8Array[],
    options: DedupOptions = {},
  ): Dedup {
    const dedup = new Dedup(options);
    dedup.#next = directory.next;
    dedup.#forgotten = directory.forgotten;
    for (const [index, [number, opened, count]] of directory.buckets.entries()) {
      const bytes = contents[index] as Uint8Array;
      if (bytes?.byteLength !== count * BYTES_PER_ID)
        throw new RangeError(
          `dedup bucket ${number} has ${bytes?.byteLength ?? 'no'} bytes, its directory says ${count} ids`,
        );
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at < bytes.byteLength; at += BYTES_PER_ID)
        dedup.#table.put(
          view.getUint32(at, true),
          view.getUint32(at + 4, true),
          view.getUint32(at + 8, true),
          number,
          0,
        );
      dedup.#buckets.push({ number, opened, count });
      dedup.#size += count;
    }
    return dedup;
  }

  /** Whether an event was seen: `conflict` when its id came before with another payload. */
  check(id: string, source: string, payload: number): 'new' | 'duplicate' | 'conflict' {
    const slot = this.#slotOf(id, source);
    if (slot < 0 || this.#table.bucketAt(slot) < this.#oldest) return 'new';
    return this.#table.payloadAt(slot) === payload >>> 0 ? 'duplicate' : 'conflict';
  }

  /** Remembers an event at the current stream time; an id that is still known stays as it is. */
  add(id: string, source: string, payload: number, streamTime: Millis): void {
    this.expire(streamTime);
    const slot = this.#slotOf(id, source);
    if (slot >= 0 && this.#table.bucketAt(slot) >= this.#oldest) return;
    const bucket = this.#open(streamTime);
    this.#table.put(this.#low, this.#high, payload >>> 0, bucket.number, this.#oldest);
    bucket.count += 1;
    this.#size += 1;
    let added = this.#added.get(bucket.number);
    if (added === undefined) {
      added = [];
      this.#added.set(bucket.number, added);
    }
    added.push(this.#low, this.#high, payload >>> 0);
    while (this.#size > this.#limit && this.#buckets.length > 1) this.#dropOldest();
  }

  /** Forgets the buckets that are wholly older than the retention. */
  expire(streamTime: Millis): void {
    while (this.#buckets.length > 0) {
      const { opened } = this.#buckets[0] as Bucket;
      if (endOfHour(opened) + this.#retention > streamTime) return;
      this.#dropOldest();
    }
  }

  /** What changed since the last call, for a commit: bytes to append to buckets, and buckets to delete. */
  takeChanges(): { appended: [bucket: number, bytes: Uint8Array][]; dropped: number[] } {
    const appended: [number, Uint8Array][] = [];
    for (const [bucket, numbers] of this.#added) {
      const bytes = new Uint8Array(numbers.length * 4);
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < numbers.length; i++) view.setUint32(i * 4, numbers[i] as number, true);
      appended.push([bucket, bytes]);
    }
    const dropped = this.#dropped;
    this.#added = new Map();
    this.#dropped = [];
    return { appended, dropped };
  }

  /** `directory` as JSON: all but the last bucket stand still, and every commit carries it. */
  directoryText(): string {
    const buckets = this.#buckets;
    const last = buckets.at(-1);
    if (last === undefined) return JSON.stringify(this.directory());
    const closed = buckets.length - 1;
    const first = buckets[0]?.number;
    if (this.#closedText?.closed !== closed || this.#closedText.first !== first) {
      const listed = buckets
        .slice(0, -1)
        .map(({ number, opened, count }) => `[${number},${opened},${count}],`);
      this.#closedText = { first, closed, text: listed.join('') };
    }
    const { number, opened, count } = last;
    return `{"next":${this.#next},"forgotten":${this.#forgotten},"buckets":[${this.#closedText.text}[${number},${opened},${count}]]}`;
  }

  directory(): DedupDirectory {
    return {
      next: this.#next,
      forgotten: this.#forgotten,
      buckets: this.#buckets.map(({ number, opened, count }) => [number, opened, count]),
    };
  }

  /** How far back repeats are recognised for certain. */
  effectiveWindow(streamTime: Millis): Millis {
    if (this.#forgotten === null) return this.#retention;
    return Math.max(0, Math.min(this.#retention, streamTime - this.#forgotten));
  }

  /** Ids known now. */
  get size(): number {
    return this.#size;
  }

  /** Memory of the table. */
  get bytes(): number {
    return this.#table.bytes;
  }

  /** Number of the oldest bucket that counts. */
  get #oldest(): number {
    const first = this.#buckets[0];
    return first === undefined ? this.#next : first.number;
  }

  /** The bucket for ids that come now: a new one each hour of stream time, and whenever one is full. */
  #open(streamTime: Millis): Bucket {
    const last = this.#buckets.at(-1);
    if (last && last.count < this.#bucketSize && streamTime < endOfHour(last.opened)) return last;
    const bucket = { number: this.#next++, opened: streamTime, count: 0 };
    this.#buckets.push(bucket);
    return bucket;
  }

  #dropOldest(): void {
    const { number, opened, count } = this.#buckets.shift() as Bucket;
    const closed = Math.min(endOfHour(opened), this.#buckets[0]?.opened ?? Number.POSITIVE_INFINITY);
    this.#forgotten = Math.max(this.#forgotten ?? 0, closed);
    this.#size -= count;
    this.#added.delete(number);
    this.#dropped.push(number);
  }

  /** Leaves the id's hash in #low and #high: two hashes over the same text with unlike multipliers. */
  #slotOf(id: string, source: string): number {
    let low = 0x2f0b4a87 ^ source.length;
    let high = 0x6c8e9cf5 ^ source.length;
    for (let i = 0; i < source.length; i++) {
      const unit = source.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x85ebca77);
      high = Math.imul(high ^ unit, 0xc2b2ae3d);
      low ^= low >>> 15;
      high ^= high >>> 13;
    }
    for (let i = 0; i < id.length; i++) {
      const unit = id.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x85ebca77);
      high = Math.imul(high ^ unit, 0xc2b2ae3d);
      low ^= low >>> 15;
      high ^= high >>> 13;
    }
    low = Math.imul(low ^ (low >>> 16), 0x21f0aaad);
    high = Math.imul(high ^ (high >>> 15), 0x735a2d97);
    this.#low = (low ^ (low >>> 15)) >>> 0;
    this.#high = (high ^ (high >>> 16)) >>> 0;
    return this.#table.find(this.#low, this.#high);
  }
}

function endOfHour(time: Millis): Millis {
  return Math.floor(time / HOUR) * HOUR + HOUR;
}
