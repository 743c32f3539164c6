/** A decision as the oracle records it: the published result without what only an engine knows. */

import type { Rule } from './definition.ts';
import type { Entity, Reason, Verdict } from './entity.ts';
import { sixDecimals } from './ordering.ts';

export type Cause = { readonly event: string; readonly type: string } | { readonly timer: number };

export interface Decision {
  readonly rule: string;
  readonly version: number;
  readonly mode: 'live' | 'shadow';
  readonly kind: string;
  readonly entity: string;
  readonly time: number;
  readonly cause: Cause;
  readonly value: unknown;
  readonly old: unknown;
  readonly class?: string;
  readonly change?: number;
  readonly entered?: readonly string[];
  readonly left?: readonly string[];
  readonly late?: true;
  /** Index of the decision it amends in the run's list. */
  readonly amends?: number;
  readonly reasons: readonly Reason[];
  readonly error?: string;
}

/** What is being applied, and at which stream time. */
export interface Moment {
  readonly now: number;
  readonly cause: Cause;
  readonly late: boolean;
  readonly decisions: Decision[];
}

/** Publishes: appends the decision and remembers it in the verdict. `value` absent: withdrawn. */
export function publish(
  rule: Rule,
  entity: Entity,
  verdict: Verdict,
  moment: Moment,
  said: { value: unknown; reasons: readonly Reason[] },
): Decision {
  const value = bare(said.value) ?? null;
  const old = bare(verdict.published) ?? null;
  const label = classOf(said.value);
  const came = namesOf(said.value);
  const had = namesOf(verdict.published);
  const decision: Decision = {
    rule: rule.name,
    version: rule.version,
    mode: rule.mode,
    kind: entity.kind.name,
    entity: entity.id,
    time: moment.now,
    cause: moment.cause,
    value,
    old,
    ...(label === undefined ? {} : { class: label }),
    ...(typeof value === 'number' && typeof old === 'number' ? { change: sixDecimals(value - old) } : {}),
    ...(rule.shape.is === 'pick'
      ? {
          entered: came.filter((name) => !had.includes(name)),
          left: had.filter((name) => !came.includes(name)),
        }
      : {}),
    ...(moment.late ? { late: true } : {}),
    ...(moment.late && verdict.last !== undefined ? { amends: verdict.last } : {}),
    // a `value` rule has one reason: itself
    reasons: said.reasons.map((reason) => (reason.name === '' ? { ...reason, name: rule.name } : reason)),
  };
  verdict.last = moment.decisions.push(decision) - 1;
  verdict.decisions += 1;
  // of a list only the names are remembered
  verdict.published = rule.shape.is === 'pick' && said.value !== undefined ? namesOf(said.value) : said.value;
  verdict.dueSince = undefined;
  return decision;
}

/** The number of a result with a class; any other value as it is. */
export function bare(value: unknown): unknown {
  return classed(value) ? value.value : value;
}

export function classOf(value: unknown): string | undefined {
  return classed(value) ? value.class : undefined;
}

export function namesOf(value: unknown): string[] {
  const nameOf = (item: unknown) =>
    typeof item === 'string' ? item : String((item as { name: unknown }).name);
  return Array.isArray(value) ? value.map(nameOf) : [];
}

function classed(value: unknown): value is { value: number; class?: string } {
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'number';
}
