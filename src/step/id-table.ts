/** A hash table of ids in typed arrays: 64 bits of id, 32 bits of payload and a bucket number, 16 bytes a slot. */

const SMALLEST = 1024;
/** Part of the slots that may be taken before the table is made anew. */
const FULLEST = 0.7;

export class IdTable {
  #low = new Uint32Array(SMALLEST);
  #high = new Uint32Array(SMALLEST);
  #payload = new Uint32Array(SMALLEST);
  /** Bucket number plus one; 0 is a free slot. */
  #bucket = new Uint32Array(SMALLEST);
  #mask = SMALLEST - 1;
  #taken = 0;

  /** Slot of the id, or of the free place where it would go, as the complement (negative). */
  find(low: number, high: number): number {
    let slot = low & this.#mask;
    while (this.#bucket[slot] !== 0) {
      if (this.#low[slot] === low && this.#high[slot] === high) return slot;
      slot = (slot + 1) & this.#mask;
    }
    return ~slot;
  }

  bucketAt(slot: number): number {
    return (this.#bucket[slot] as number) - 1;
  }

  payloadAt(slot: number): number {
    return this.#payload[slot] as number;
  }

  /** Puts an id in, or over its old place; `oldest` is the first bucket that still counts. */
  put(low: number, high: number, payload: number, bucket: number, oldest: number): void {
    if (this.#taken >= FULLEST * this.#low.length) this.#rebuild(oldest);
    const found = this.find(low, high);
    const slot = found < 0 ? ~found : found;
    if (found < 0) this.#taken += 1;
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#payload[slot] = payload;
    this.#bucket[slot] = bucket + 1;
  }

  get bytes(): number {
    return this.#low.byteLength * 4;
  }

  /** Leaves out what expired; the new size gives what is left room to grow by half at least. */
  #rebuild(oldest: number): void {
    const [lows, highs, payloads, buckets] = [this.#low, this.#high, this.#payload, this.#bucket];
    let live = 0;
    for (const bucket of buckets) if (bucket > oldest) live += 1;
    let size = SMALLEST;
    while (live > size * 0.47) size *= 2;
    this.#low = new Uint32Array(size);
    this.#high = new Uint32Array(size);
    this.#payload = new Uint32Array(size);
    this.#bucket = new Uint32Array(size);
    this.#mask = size - 1;
    this.#taken = live;
    for (let i = 0; i < buckets.length; i++) {
      const bucket = buckets[i] as number;
      if (bucket <= oldest) continue;
      const slot = ~this.find(lows[i] as number, highs[i] as number);
      this.#low[slot] = lows[i] as number;
      this.#high[slot] = highs[i] as number;
      this.#payload[slot] = payloads[i] as number;
      this.#bucket[slot] = bucket;
    }
  }
}
