/** A rule that fails: no value, no action, and one record that says why. */

import { bare, type Moment } from './decision.ts';
import type { Rule } from './definition.ts';
import type { Entity, Verdict } from './entity.ts';

/**
 * Recorded once, until the rule has succeeded again. The record is no publication: what was published stays
 * published, and nothing is counted. An action that waits for an answer goes on waiting.
 */
export function fail(rule: Rule, entity: Entity, verdict: Verdict, moment: Moment, message: string): void {
  if (!isOpen(verdict)) verdict.value = undefined;
  forget(verdict);
  if (!verdict.failing)
    moment.decisions.push({
      rule: rule.name,
      version: rule.version,
      mode: rule.mode,
      kind: entity.kind.name,
      entity: entity.id,
      time: moment.now,
      cause: moment.cause,
      value: null,
      old: bare(verdict.published) ?? null,
      reasons: [],
      error: message,
    });
  verdict.failing = true;
}

/** All that waited to be told waits no more. */
export function forget(verdict: Verdict): void {
  verdict.dueSince = undefined;
  verdict.names.clear();
  verdict.turned.clear();
}

/** True while somebody has to answer: a person, or whoever carries it out. */
export function isOpen({ value }: Verdict): boolean {
  const status = (value as { status?: unknown } | undefined)?.status;
  return status === 'pending' || status === 'approved';
}
