/** A seeded random generator: the same seed gives the same numbers on every machine. */

import type { Rng } from './ports.ts';

/** Spreads any integer over 32 bits (the finaliser of splitmix32): neighbouring seeds become unrelated words. */
function splitmix(state: number): number {
  let word = state + 0x9e3779b9;
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return (word ^ (word >>> 15)) >>> 0;
}

/**
 * Chris Doty-Humphrey's sfc32 ("small fast chaotic", PractRand): 128 bits of state, 32 bits a call, no known
 * weakness at this size. Seeded through splitmix32 from all 53 bits of `seed`, the first outputs dropped.
 * `stream` gives independent generators of one seed, such as one for each lead.
 */
export function seededRng(seed: number, stream = 0): Rng {
  let a = splitmix(seed | 0);
  let b = splitmix(Math.floor(seed / 0x1_0000_0000) ^ a);
  let c = splitmix(stream ^ b);
  let counter = 1;
  const next = () => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return (result >>> 0) / 0x1_0000_0000;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}
