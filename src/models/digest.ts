/** The door to the tdigest package: many numbers become few, the same ones every time. */

import { type Centroid, TDigest } from 'tdigest';
import { joined, type Weighted } from './weighted.ts';

/** What the package keeps to itself. */
interface Inside {
  _new_centroid(mean: number, n: number, before: number): void;
  _cumulate(exact: boolean): void;
}

/**
 * Reduces a sample, sorted by value, to at most `most` points; the middle is merged more than the ends.
 * Reference: T. Dunning, O. Ertl, "Computing extremely accurate quantiles using t-digests".
 *
 * Nothing hidden has to be stored: the digest lives only within this call. Groups that were merged before are
 * put back as they are, the other numbers join them one by one. K = 0 keeps the package from calling its own
 * compress(), the one place where it would reach Math.random. Cost: about 1 µs per point.
 */
export function digested(sample: readonly Weighted[], most: number): Weighted[] {
  const draw = generator(sample.length);
  let groups = grouped(sample, 5 / most, draw);
  for (let delta = 5 / most; groups.length > most && delta < 8; delta *= 1.4) {
    const digest = new TDigest(delta, 0);
    for (const group of shuffled(groups, draw)) digest.push_centroid(group);
    groups = digest.toArray();
  }
  const weights = new Map(sample);
  // rounded to whole micros, so that states stay short as text; an exact point that was not merged stays one
  return joined(groups.map(({ mean, n }) => [Math.round(mean), weights.get(mean) === n ? n : -n]));
}

function grouped(sample: readonly Weighted[], delta: number, draw: () => number): Centroid[] {
  const digest = new TDigest(delta, 0) as TDigest & Inside;
  const single: number[] = [];
  for (const [value, weight] of sample) {
    if (weight === 1) single.push(value);
    else digest._new_centroid(value, Math.abs(weight), 0);
  }
  digest._cumulate(true);
  for (const value of shuffled(single, draw)) digest.push(value);
  return digest.toArray();
}

/** Fisher–Yates: a digest does worst on sorted input. */
function shuffled<T>(items: readonly T[], draw: () => number): T[] {
  const order = items.slice();
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(draw() * (at + 1));
    const item = order[at] as T;
    order[at] = order[other] as T;
    order[other] = item;
  }
  return order;
}

/** Numbers in 0..1 that depend on the seed alone: a mixed counter (splitmix32). */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}
