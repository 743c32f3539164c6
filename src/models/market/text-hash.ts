/** A hash of a text that says the same on every machine: chooses samples and separates random streams. */

/** 32 bits: FNV-1a over the code units (Fowler, Noll, Vo), then spread so that neighbouring texts are strangers. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}
