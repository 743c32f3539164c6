/** A result as a test of its rule, to be copied into the rule's file: what it was made from, and what came out. */

import type { ExplainedResult } from '../../step/explain.ts';
import { classOf, namesOf, numberOf } from '../../step/publication.ts';

/** Undefined of what a test of values cannot say: actions need the events that led to them. */
export function ruleTestText(kind: string, id: string, result: ExplainedResult): string | undefined {
  const { rule, reasons, value, at, error } = result;
  // what its condition reads is not among its reasons
  if (
    result.when !== null ||
    error !== null ||
    typeof (value as { action?: unknown } | null)?.action === 'string'
  )
    return undefined;
  const inputs = new Map<string, unknown>();
  for (const reason of reasons)
    for (const [name, { now }] of Object.entries(reason.inputs))
      if (now !== null && now !== undefined) inputs.set(name, now);
  const facts = [`${kind}: ${text(id)}`, ...[...inputs].map(([name, now]) => `${name}: ${text(now)}`)];
  return [
    `  - name: ${text(`${kind} ${id} at ${at.slice(0, 16)}`)}`,
    `    with: { ${facts.join(', ')} }`,
    `    expect: { ${rule}: ${text(expected(value))} }`,
  ].join('\n');
}

/** Lists are compared by their names, numbers with their class. */
function expected(value: unknown): unknown {
  if (Array.isArray(value)) return namesOf(value);
  const [number, name] = [numberOf(value), classOf(value)];
  return number === undefined || name === undefined ? (number ?? value) : { value: number, class: name };
}

/** JSON is YAML in flow style. */
function text(value: unknown): string {
  return JSON.stringify(value);
}
