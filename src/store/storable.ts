/** Texts and JSON as Postgres can keep them: it has no U+0000, and UTF-8 has no half of a pair. */

export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

const DOUBTFUL = /\\u(?:0000|d[89a-f])/i;

/** JSON for a `jsonb` column, which unlike `json` reads the escapes of a text. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  return DOUBTFUL.test(text) ? JSON.stringify(value, repaired) : text;
}

function repaired(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [storable(name), inner]));
}
