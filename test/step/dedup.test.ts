/** Dedup: equal to a plain Map over any history, also when restored from what was committed. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HOUR } from '../../src/core/units.ts';
import { BYTES_PER_ID, Dedup, type DedupDirectory, type DedupOptions } from '../../src/step/dedup.ts';

const START = Date.UTC(2026, 0, 5);

/** The same promises kept the plain way: ids in the order they came, in buckets by rule. */
class NaiveDedup {
  readonly #options: Required<DedupOptions>;
  #buckets: { opened: number; ids: Map<string, number> }[] = [];

  constructor(options: Required<DedupOptions>) {
    this.#options = options;
  }

  check(id: string, source: string, payload: number): string {
    const known = this.#buckets
      .map(({ ids }) => ids.get(JSON.stringify([id, source])))
      .find((seen) => seen !== undefined);
    if (known === undefined) return 'new';
    return known === payload ? 'duplicate' : 'conflict';
  }

  add(id: string, source: string, payload: number, time: number): void {
    const end = (opened: number) => Math.floor(opened / HOUR) * HOUR + HOUR;
    this.#buckets = this.#buckets.filter(({ opened }) => end(opened) + this.#options.retention > time);
    if (this.check(id, source, payload) !== 'new') return;
    const last = this.#buckets.at(-1);
    if (!last || last.ids.size >= this.#options.bucketSize || time >= end(last.opened))
      this.#buckets.push({ opened: time, ids: new Map() });
    this.#buckets.at(-1)?.ids.set(JSON.stringify([id, source]), payload);
    const size = () => this.#buckets.reduce((sum, { ids }) => sum + ids.size, 0);
    while (size() > this.#options.limit && this.#buckets.length > 1) this.#buckets.shift();
  }
}

/** The store as a commit leaves it. */
class Store {
  readonly buckets = new Map<number, number[]>();

  commit(dedup: Dedup): void {
    const { appended, dropped } = dedup.takeChanges();
    for (const [bucket, bytes] of appended)
      this.buckets.set(bucket, [...(this.buckets.get(bucket) ?? []), ...bytes]);
    for (const bucket of dropped) this.buckets.delete(bucket);
  }

  restore(dedup: Dedup, options: DedupOptions): Dedup {
    const directory = JSON.parse(dedup.directoryText()) as DedupDirectory;
    assert.deepEqual(directory, dedup.directory());
    const contents = directory.buckets.map(([bucket]) => Uint8Array.from(this.buckets.get(bucket) ?? []));
    assert.deepEqual([...this.buckets.keys()].sort(), directory.buckets.map(([bucket]) => bucket).sort());
    return Dedup.restore(directory, contents, options);
  }
}

const operations = fc.array(
  fc.record({
    id: fc.nat(25),
    source: fc.constantFrom('', 'crm'),
    payload: fc.nat(2),
    wait: fc.oneof(fc.constant(0), fc.nat(HOUR)),
    commit: fc.nat(4),
  }),
  { maxLength: 120 },
);
const limits = fc.record({
  retention: fc.constantFrom(0, HOUR, 3 * HOUR),
  limit: fc.integer({ min: 1, max: 30 }),
  bucketSize: fc.integer({ min: 1, max: 10 }),
});

test('the answers are those of a plain Map, over any history with restores at any commit', () => {
  fc.assert(
    fc.property(operations, limits, (history, options) => {
      let dedup = new Dedup(options);
      const naive = new NaiveDedup({ ...options, bucketSize: Math.min(options.bucketSize, options.limit) });
      const store = new Store();
      let time = START;
      for (const { id, source, payload, wait, commit } of history) {
        time += wait;
        const answer = dedup.check(`e${id}`, source, payload);
        assert.equal(answer, naive.check(`e${id}`, source, payload));
        if (answer === 'new') {
          dedup.add(`e${id}`, source, payload, time);
          naive.add(`e${id}`, source, payload, time);
        }
        if (commit <= 1) store.commit(dedup);
        if (commit === 0) dedup = store.restore(dedup, options);
      }
    }),
    { numRuns: 300 },
  );
});

test('ids of other sources, and ids and sources that only join to the same text, are other ids', () => {
  const dedup = new Dedup();
  dedup.add('1', 'crm', 7, START);
  assert.equal(dedup.check('1', 'crm', 7), 'duplicate');
  assert.equal(dedup.check('1', 'crm', 8), 'conflict');
  for (const [id, source] of [
    ['1', ''],
    ['crm1', ''],
    ['', 'crm1'],
    ['m1', 'cr'],
    ['1', 'web'],
  ] as const)
    assert.equal(dedup.check(id, source, 7), 'new');
});

test('payload hashes use all 32 bits', () => {
  const dedup = new Dedup();
  dedup.add('a', '', 0xffffffff, START);
  assert.equal(dedup.check('a', '', 0xffffffff), 'duplicate');
  assert.equal(dedup.check('a', '', 0x7fffffff), 'conflict');
});

test('a bucket closes with its hour or when it is full; the committed bytes are 12 an id', () => {
  const dedup = new Dedup({ bucketSize: 3 });
  for (let i = 0; i < 5; i++) dedup.add(`a${i}`, '', i, START);
  dedup.add('b', '', 0, START + HOUR);
  assert.deepEqual(dedup.directory(), {
    next: 3,
    forgotten: null,
    buckets: [
      [0, START, 3],
      [1, START, 2],
      [2, START + HOUR, 1],
    ],
  });
  const { appended, dropped } = dedup.takeChanges();
  assert.deepEqual(
    appended.map(([bucket, bytes]) => [bucket, bytes.length / BYTES_PER_ID]),
    [
      [0, 3],
      [1, 2],
      [2, 1],
    ],
  );
  assert.deepEqual(dropped, []);
  assert.deepEqual(dedup.takeChanges(), { appended: [], dropped: [] });
});

test('the window is the retention until the limit bites', () => {
  const dedup = new Dedup({ retention: 24 * HOUR, limit: 10, bucketSize: 2 });
  for (let i = 0; i < 10; i++) dedup.add(`a${i}`, '', 0, START + i * 1000);
  assert.equal(dedup.effectiveWindow(START + 9000), 24 * HOUR);
  dedup.add('b', '', 0, START + 10_000);
  assert.equal(dedup.effectiveWindow(START + 10_000), 8000);
  assert.equal(dedup.check('a1', '', 0), 'new');
  assert.equal(dedup.check('a2', '', 0), 'duplicate');
  const idle = new Dedup();
  idle.add('a', '', 0, START);
  idle.add('b', '', 0, START + 40 * HOUR);
  assert.equal(idle.effectiveWindow(START + 40 * HOUR), 24 * HOUR);
});

test('time alone makes ids expire', () => {
  const dedup = new Dedup();
  dedup.add('a', '', 0, START);
  dedup.expire(START + 25 * HOUR - 1);
  assert.equal(dedup.check('a', '', 0), 'duplicate');
  dedup.expire(START + 25 * HOUR);
  assert.equal(dedup.check('a', '', 0), 'new');
  assert.deepEqual(dedup.takeChanges(), { appended: [], dropped: [0] });
});

test('a bucket that is not what its directory says is refused', () => {
  const directory = { next: 1, forgotten: null, buckets: [[0, START, 2]] } as const;
  assert.throws(
    () => Dedup.restore(directory, [new Uint8Array(12)]),
    /has 12 bytes, its directory says 2 ids/,
  );
  assert.throws(() => Dedup.restore(directory, []), /has no bytes/);
});

test('200,000 ids of common patterns do not collide, and cost at most 48 bytes each', () => {
  const dedup = new Dedup();
  for (let i = 0; i < 50_000; i++) {
    for (const id of [`c-${i}`, String(i), `1767571200000-0:${i}`, `file.csv:${i}:click`]) {
      assert.equal(dedup.check(id, 'x', 1), 'new');
      dedup.add(id, 'x', 1, START + i);
    }
  }
  assert.equal(dedup.size, 200_000);
  assert.ok(dedup.bytes / dedup.size <= 48);
});

test('a table that expires as it grows stays small', () => {
  const dedup = new Dedup({ retention: HOUR, limit: 1000, bucketSize: 100 });
  for (let i = 0; i < 30_000; i++) dedup.add(`e${i}`, '', i, START + i * 50);
  assert.ok(dedup.size <= 1000 && dedup.size > 800);
  assert.ok(dedup.bytes <= 4096 * 16);
  assert.equal(dedup.check('e29999', '', 29_999), 'duplicate');
  assert.equal(dedup.check('e0', '', 0), 'new');
});
