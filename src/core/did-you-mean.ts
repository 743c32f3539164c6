/** Finds the known word that a misspelt one was probably meant to be. */

/** Number of single-character edits between two words, a swap of neighbours counting once; stops above `limit`. */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (previous[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (previous[column - 1] as number) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (before[column - 2] as number) + 1);
      }
      current.push(cost);
      if (cost < best) best = cost;
    }
    if (best > limit) return limit + 1;
    before = previous;
    previous = current;
  }
  return previous[b.length] as number;
}

/** The nearest candidate, if it is near enough to be a typing mistake; ties go to the smallest by code unit. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const limit = word.length <= 3 ? 1 : word.length <= 7 ? 2 : 3;
  const wanted = word.toLowerCase();
  let nearest: string | undefined;
  let distance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const edits = editDistance(wanted, candidate.toLowerCase(), distance);
    if (edits > limit || edits >= Math.max(word.length, candidate.length)) continue;
    if (edits < distance || (edits === distance && nearest !== undefined && candidate < nearest)) {
      nearest = candidate;
      distance = edits;
    }
  }
  return nearest;
}
