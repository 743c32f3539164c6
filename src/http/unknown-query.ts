/** Query parameters an address does not take: a misspelt one is an error, not ignored. */

import type { Problem } from './problem.ts';

export function unknownQuery(query: Record<string, string>, known: readonly string[]): Problem | undefined {
  const unknown = Object.keys(query).filter((name) => !known.includes(name));
  if (unknown.length === 0) return undefined;
  return {
    slug: 'unknown-parameter',
    status: 400,
    title: 'Unknown query parameter',
    detail: known.length === 0 ? 'This address takes none' : `Known: ${known.join(', ')}`,
    errors: unknown.map((name) => ({ pointer: `?${name.slice(0, 50)}` })),
  };
}
