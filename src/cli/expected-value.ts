/** How a rule test compares: numbers within 1e-6, lists by name, objects by the given fields only. */

const CLOSE = 1e-6;

export function matches(actual: unknown, expected: unknown): boolean {
  if (expected === null || expected === undefined) return actual === undefined || actual === null;
  if (typeof expected === 'number') {
    const number =
      typeof actual === 'object' && actual !== null ? (actual as { value?: unknown }).value : actual;
    return typeof number === 'number' && Math.abs(number - expected) <= CLOSE;
  }
  if (Array.isArray(expected)) return Array.isArray(actual) && listMatches(actual, expected);
  if (typeof expected === 'object') {
    if (typeof actual !== 'object' || actual === null) return false;
    return Object.entries(expected).every(
      ([name, value]) =>
        Object.hasOwn(actual, name) && matches((actual as Record<string, unknown>)[name], value),
    );
  }
  return actual === expected || nameOf(actual) === expected;
}

/** The same names, in any order; elements given as objects are compared with the one of their name, or in order. */
function listMatches(actual: readonly unknown[], expected: readonly unknown[]): boolean {
  if (actual.length !== expected.length) return false;
  return expected.every((wanted, i) => {
    const name = nameOf(wanted);
    const found = name === undefined ? actual[i] : actual.find((element) => nameOf(element) === name);
    return found !== undefined && matches(found, wanted);
  });
}

function nameOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.hasOwn(value, 'name') ? (value as { name: unknown }).name : undefined;
}

/** For messages: lists of named lines by their names. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'absent';
  if (
    Array.isArray(value) &&
    value.every((element) => typeof element === 'object' && nameOf(element) !== undefined)
  )
    return `[${value.map(nameOf).join(', ')}]`;
  return typeof value === 'number' ? String(Math.round(value * 1e6) / 1e6) : JSON.stringify(value);
}
