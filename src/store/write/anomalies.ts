/** Anomalies follow from decisions: a picked line with a severity opens one, tells news of it, and ends it by being gone. */

import { type Kysely, sql } from 'kysely';
import type { Decision } from '../../core/decision.ts';
import { type DecisionId, parseDecisionId } from '../../core/history.ts';
import { storable } from '../storable.ts';
import type { Tables } from '../tables.ts';
import { standingDecisions } from './standing-decisions.ts';

type Row = Tables['anomalies'];
type Line = Readonly<Record<string, unknown>> & { readonly name: string; readonly severity?: unknown };

/** Decisions in the order of their outbox. */
export async function writeAnomalies(db: Kysely<Tables>, decisions: readonly Decision[]): Promise<void> {
  const telling = decisions.filter(isTelling);
  if (telling.length === 0) return;
  const open = new Map((await readOpen(db, telling)).map((row) => [keyOf(row, row.name), row]));
  const changed = new Set<Row>();
  for (const decision of telling) for (const row of follow(open, decision)) changed.add(row);
  if (changed.size > 0) await store(db, [...changed]);
}

/** After a loss: those that the decisions of the lost end told of are made again from what still stands. */
export async function rewriteAnomalies(
  db: Kysely<Tables>,
  subjects: readonly Pick<Decision, 'rule' | 'kind' | 'entity'>[],
): Promise<void> {
  for (const { rule, kind, entity } of subjects) {
    await db
      .deleteFrom('anomalies')
      .where('rule', '=', rule)
      .where('kind', '=', kind)
      .where('entity', '=', entity)
      .execute();
    await writeAnomalies(db, await standingDecisions(db, { rule, kind, entity }));
  }
}

function isTelling({ mode, error, value, left }: Decision): boolean {
  if (mode !== 'live' || error !== undefined) return false;
  return (left !== undefined && left.length > 0) || linesOf(value).length > 0;
}

function linesOf(value: unknown): Line[] {
  if (!Array.isArray(value)) return [];
  return value.filter((line): line is Line => {
    const { name, severity } = (line ?? {}) as Partial<Line>;
    return typeof name === 'string' && typeof severity === 'string';
  });
}

/** The rows that a decision opens, updates or ends; `open` is kept up to date. */
function* follow(open: Map<string, Row>, decision: Decision): Generator<Row> {
  const time = new Date(decision.time);
  const lines = linesOf(decision.value);
  const names = new Set(lines.map(({ name }) => name));
  for (const name of decision.left ?? []) {
    const row = open.get(keyOf(decision, name));
    if (!row || names.has(name)) continue;
    row.resolved_at = time;
    row.updated_at = time;
    row.decision = decision.id;
    open.delete(keyOf(decision, name));
    yield row;
  }
  for (const { name, severity, ...line } of lines) {
    const known = open.get(keyOf(decision, name));
    const row = known ?? opened(decision, name, time);
    row.severity = storable(String(severity));
    row.line = line;
    row.updated_at = time;
    row.decision = decision.id;
    if (!known) open.set(keyOf(decision, name), row);
    yield row;
  }
}

function opened(decision: Decision, name: string, time: Date): Row {
  const { rule, kind, entity, id } = decision;
  const { partition, incarnation, seq } = parseDecisionId(id) as DecisionId;
  const told = { severity: '', line: {}, updated_at: time, resolved_at: null, decision: id };
  return { partition, incarnation, seq, name: storable(name), rule, kind, entity, opened_at: time, ...told };
}

function keyOf({ rule, kind, entity }: Pick<Decision, 'rule' | 'kind' | 'entity'>, name: string): string {
  return JSON.stringify([rule, kind, entity, storable(name)]);
}

async function readOpen(db: Kysely<Tables>, decisions: readonly Decision[]): Promise<Row[]> {
  const asked = new Map(decisions.map((decision) => [keyOf(decision, ''), decision]));
  const { rows } = await sql<Row>`
    select a.* from anomalies a
    join unnest(${[...asked.values()].map(({ rule }) => rule)}::text[],
      ${[...asked.values()].map(({ kind }) => kind)}::text[],
      ${[...asked.values()].map(({ entity }) => entity)}::text[]) as r(rule, kind, entity)
      on a.rule = r.rule and a.kind = r.kind and a.entity = r.entity
    where a.resolved_at is null`.execute(db);
  return rows;
}

async function store(db: Kysely<Tables>, rows: readonly Row[]): Promise<void> {
  await db
    .insertInto('anomalies')
    .values(rows.map((row) => ({ ...row, line: JSON.stringify(row.line) })))
    .onConflict((conflict) =>
      conflict.columns(['partition', 'incarnation', 'seq', 'name']).doUpdateSet(({ ref }) => ({
        severity: ref('excluded.severity'),
        line: ref('excluded.line'),
        updated_at: ref('excluded.updated_at'),
        resolved_at: ref('excluded.resolved_at'),
        decision: ref('excluded.decision'),
      })),
    )
    .execute();
}
