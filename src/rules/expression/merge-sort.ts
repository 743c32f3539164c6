/** A stable merge sort whose comparisons come in the reference's order, so that the same one fails first. */

/** `swap(a, b)` is true when b belongs before a. */
export function mergeSort(items: readonly unknown[], swap: (a: unknown, b: unknown) => boolean): unknown[] {
  if (items.length <= 1) return items.slice();
  const middle = Math.floor(items.length / 2);
  return merge(mergeSort(items.slice(0, middle), swap), mergeSort(items.slice(middle), swap), swap);
}

function merge(
  left: readonly unknown[],
  right: readonly unknown[],
  swap: (a: unknown, b: unknown) => boolean,
): unknown[] {
  const merged: unknown[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    if (swap(left[l], right[r])) merged.push(right[r++]);
    else merged.push(left[l++]);
  }
  while (l < left.length) merged.push(left[l++]);
  while (r < right.length) merged.push(right[r++]);
  return merged;
}
