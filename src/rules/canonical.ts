/** The canonical form of definitions: equal for files that differ only in comments, formatting or order of keys. */

import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import { parse } from './expression/parse.ts';

/** The first `digits` hex digits of the SHA-256 of the canonical form. */
export function canonicalHash(value: unknown, digits: number): string {
  return createHash('sha256').update(canonicalText(value)).digest('hex').slice(0, digits);
}

/**
 * JSON with sorted keys; infinite numbers stand by their names. Expressions must have gone through
 * `canonicalExpression` before.
 */
export function canonicalText(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (value instanceof RegExp) return JSON.stringify(String(value));
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalText(item)}`).join(',')}}`;
}

/** The syntax tree without positions, so that white space and comments inside an expression do not matter. */
export function canonicalExpression(text: string): unknown {
  // what `parse` makes of a text without patterns is just what the parser makes
  const parsed = text.includes('/') ? undefined : parse(text);
  if (parsed?.ok) return withoutPositions(parsed.tree);
  try {
    return withoutPositions(jsonata(text).ast());
  } catch {
    return text.trim();
  }
}

function withoutPositions(node: unknown): unknown {
  if (node === null || typeof node !== 'object') return node;
  if (node instanceof RegExp) return String(node);
  if (Array.isArray(node)) return node.map(withoutPositions);
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node))
    if (key !== 'position' && typeof value !== 'function') copy[key] = withoutPositions(value);
  return copy;
}
