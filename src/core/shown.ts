/** How a value is shown inside a sentence about what is wrong: short, on one line, never a whole document. */

const LONGEST = 60;

export function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  return JSON.stringify(text);
}
