/** Columns of the table of decisions, from the texts in an outbox. */

import type { Decision } from '../../core/decision.ts';
import { type DecisionId, parseDecisionId } from '../../core/history.ts';
import type { OutboxRow } from '../../core/ports.ts';
import { outboxPlace } from '../outbox-place.ts';
import { storable } from '../storable.ts';

/** Lists side by side, one for each column: what `unnest` makes rows of. */
export function decisionColumns(rows: readonly (OutboxRow & { readonly partition?: number })[]) {
  const read = rows.map((row) => ({
    ...row,
    ...outboxPlace(row.id),
    decision: JSON.parse(row.text) as Decision,
  }));
  const ids = read.map(({ decision }) => parseDecisionId(decision.id) as DecisionId);
  const column = <T>(of: (decision: Decision) => T) => read.map(({ decision }) => of(decision));
  return {
    partition: ids.map((id) => id.partition),
    incarnation: ids.map((id) => id.incarnation),
    seq: ids.map((id) => id.seq),
    outboxMs: read.map(({ ms }) => ms),
    outboxSeq: read.map(({ seq }) => seq),
    rule: column((decision) => decision.rule),
    version: column((decision) => decision.version),
    mode: column((decision) => decision.mode),
    rules: column((decision) => decision.rules),
    kind: column((decision) => decision.kind),
    entity: column((decision) => decision.entity),
    time: column((decision) => new Date(decision.time).toISOString()),
    late: column((decision) => decision.late === true),
    amends: column((decision) => decision.amends ?? null),
    error: column((decision) => (decision.error === undefined ? null : storable(decision.error))),
    cause: column((decision) => ('event' in decision.cause ? storable(decision.cause.event) : null)),
    value: column((decision) => numberOf(decision.value)),
    old: column((decision) => numberOf(decision.old)),
    change: column((decision) => decision.change ?? null),
    class: column((decision) => decision.class ?? null),
    text: read.map(({ text }) => text),
  };
}

/** A number, or the `value` of an object. */
function numberOf(value: unknown): number | null {
  const number = typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value;
  return typeof number === 'number' ? number : null;
}
