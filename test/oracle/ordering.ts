/** Orders that every result agrees on: texts by code unit, JSON values with numbers before texts. */

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function byValue(a: unknown, b: unknown): number {
  const rank = (value: unknown) => (typeof value === 'number' ? 0 : typeof value === 'string' ? 1 : 2);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return rank(a) === 1 ? byText(a as string, b as string) : byText(JSON.stringify(a), JSON.stringify(b));
}

/** Results have six decimals: what floating point adds beyond them is no change. */
export function sixDecimals(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** True when the two are the same JSON; absent equals absent. */
export function sameJson(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

export function canonical(value: unknown): string {
  if (value === undefined) return 'absent';
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => byText(a, b)))
      : inner,
  );
}
