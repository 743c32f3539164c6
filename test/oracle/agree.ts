/** Compares what an engine says with what the oracle says; numbers agree when they differ by rounding only. */

import { bare, type Decision } from './decision.ts';
import { type LeftOut, withoutLeftOut } from './left-out.ts';
import type { EntityView, OracleRun } from './oracle.ts';

/** A decision as any engine gives it; fields the oracle does not know are not looked at. */
export type EngineDecision = { readonly id?: string };

/** What to compare beside the fields that always are: rule, version, time, value, old, change, names, late, amends. */
export interface AgreementOptions {
  /** Leave out what a reason read. */
  readonly inputs?: boolean;
  /** Ids of the decisions before, by entity and rule, when only a later part is compared; brought up to date. */
  readonly last?: Map<string, string>;
  /** What the oracle does not look at. */
  readonly leftOut?: LeftOut;
}

/** One sentence for each difference, at most `most`. Engine results may leave out what is absent. */
export function entityDifferences(
  expected: ReadonlyMap<string, EntityView>,
  actual: ReadonlyMap<string, EntityView>,
  most = 20,
): string[] {
  const found: string[] = [];
  for (const key of new Set([...expected.keys(), ...actual.keys()])) {
    const own = expected.get(key);
    const other = actual.get(key);
    if (!own || !other) {
      found.push(`${key}: ${own ? 'the engine has no such entity' : 'the oracle has no such entity'}`);
      continue;
    }
    const { leftOut = new Set<string>() } = own;
    const kept = (fields: Fields) => lookedAt(key, fields, leftOut);
    compareAll(`${key} feature`, own.features, kept(other.features), found);
    compareAll(`${key} result`, own.results, kept(other.results as Fields), found);
  }
  return found.slice(0, most);
}

/** Each rule's decisions about each entity, one after the other; order between rules is not looked at. */
export function decisionDifferences(
  expected: readonly Decision[],
  actual: readonly EngineDecision[],
  { inputs = true, last = new Map(), leftOut = new Set() }: AgreementOptions = {},
  most = 20,
): string[] {
  const found: string[] = [];
  const own = byRule(expected);
  const other = byRule(
    (actual as readonly Fields[])
      .filter(({ kind, rule }) => !leftOut.has(`${kind}.${rule}`))
      .map((decision) => ({ ...decision, reasons: withoutLeftOut(decision.reasons, leftOut) })),
  );
  for (const key of new Set([...own.keys(), ...other.keys()])) {
    const ours = own.get(key) ?? [];
    const theirs = other.get(key) ?? [];
    for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
      if (found.length >= most) return found.slice(0, most);
      const what = `${key} decision ${i}`;
      const [mine, yours] = [ours[i], theirs[i]];
      if (!mine || !yours)
        found.push(`${what}: ${mine ? 'missing' : 'not expected'}: ${show(mine ?? yours)}`);
      else compareAll(what, comparable(mine, inputs), comparable(yours, inputs), found);
      checkAmends(what, yours, last.get(key), found);
      if (typeof yours?.id === 'string' && yours.error === undefined) last.set(key, yours.id);
    }
  }
  return found.slice(0, most);
}

export function differences(
  oracle: OracleRun,
  engine: { entities: ReadonlyMap<string, EntityView>; decisions: readonly EngineDecision[] },
  options: AgreementOptions = {},
): string[] {
  return [
    ...entityDifferences(oracle.entities, engine.entities),
    ...decisionDifferences(oracle.decisions, engine.decisions, { leftOut: oracle.leftOut, ...options }),
  ];
}

/** The values of an entity that the oracle knows of. */
function lookedAt(key: string, fields: Fields, leftOut: LeftOut): Fields {
  const kind = key.slice(0, key.indexOf(':'));
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => !leftOut.has(`${kind}.${name}`))
      .map(([name, value]) => [name, withoutLeftOut(value, leftOut)]),
  );
}

/** The decision an engine's late one amends is always the one before it. */
function checkAmends(
  what: string,
  yours: Readonly<Record<string, unknown>> | undefined,
  before: string | undefined,
  found: string[],
): void {
  if (!yours || typeof yours.id !== 'string') return;
  const expected = yours.late === true && yours.error === undefined ? before : undefined;
  if (yours.amends !== expected) found.push(`${what}: amends ${yours.amends}, not ${expected}`);
}

type Fields = Readonly<Record<string, unknown>>;

function byRule(decisions: readonly unknown[]): Map<string, Fields[]> {
  const map = new Map<string, Fields[]>();
  for (const decision of decisions as Fields[]) {
    const key = `${decision.kind}:${decision.entity}#${decision.rule}`;
    map.set(key, [...(map.get(key) ?? []), decision]);
  }
  return map;
}

const COMPARED = ['version', 'mode', 'time', 'cause', 'class', 'change', 'entered', 'left', 'late'];

function comparable(decision: Fields, inputs: boolean): Fields {
  const reasons = (decision.reasons ?? []) as Fields[];
  return {
    ...Object.fromEntries(COMPARED.map((name) => [name, decision[name]])),
    value: bare(decision.value),
    old: bare(decision.old),
    failed: decision.error !== undefined,
    ...(isTold(decision)
      ? { reasons: inputs ? reasons : reasons.map(({ inputs: _, ...rest }) => rest) }
      : {}),
  };
}

/** What a withdrawal, a failure or an action gives as its reasons is for people and not laid down. */
function isTold({ value }: Fields): boolean {
  return (value ?? null) !== null && (value as { status?: unknown }).status === undefined;
}

function compareAll(what: string, expected: Fields, actual: Fields, found: string[]): void {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)]))
    if (!agree(expected[name], actual[name]))
      found.push(`${what} ${name}: ${show(actual[name])}, the oracle has ${show(expected[name])}`);
}

/** Deep equality where null and absent are the same, and numbers may differ by rounding. */
export function agree(a: unknown, b: unknown): boolean {
  if ((a ?? null) === null || (b ?? null) === null) return (a ?? null) === (b ?? null);
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = new Set([...Object.keys(a as object), ...Object.keys(b as object)]);
  return [...names].every((name) => agree((a as Fields)[name], (b as Fields)[name]));
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'absent';
}
