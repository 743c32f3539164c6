/** A stable merge sort whose comparisons come in the reference's order, so that the same one fails first. */

/** `swap(a, b)` is true when b belongs before a. */
export function mergeSort(items: readonly unknown[], swap: (a: unknown, b: unknown) => boolean): unknown[] {
  const sorted = items.slice();
  sortRange(sorted, items.slice(), 0, items.length, swap);
  return sorted;
}

/** Sorts `into` between `from` and `to`; `spare` holds the same items there, and is sorted half by half. */
function sortRange(
  into: unknown[],
  spare: unknown[],
  from: number,
  to: number,
  swap: (a: unknown, b: unknown) => boolean,
): void {
  if (to - from <= 1) return;
  const middle = from + ((to - from) >> 1);
  sortRange(spare, into, from, middle, swap);
  sortRange(spare, into, middle, to, swap);
  let left = from;
  let right = middle;
  for (let at = from; at < to; at++) {
    if (left < middle && (right >= to || !swap(spare[left], spare[right]))) into[at] = spare[left++];
    else into[at] = spare[right++];
  }
}
