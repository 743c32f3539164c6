/** Into which fold a row goes: by a hash of its number, so that adding rows moves none. */

export const FOLDS = 5;

export function foldOf(row: number): number {
  let word = (row + 0x9e3779b9) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return ((word ^ (word >>> 15)) >>> 0) % FOLDS;
}
