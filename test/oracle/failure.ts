/** What is left of a rule's verdict when it fails or does not apply. */

import { type Moment, publish } from './decision.ts';
import type { Rule } from './definition.ts';
import type { Entity, Verdict } from './entity.ts';

/** A failure is told once, until the rule has succeeded again. */
export function fail(rule: Rule, entity: Entity, verdict: Verdict, moment: Moment, message: string): void {
  stop(verdict);
  if (!verdict.failing)
    publish(rule, entity, verdict, moment, { value: undefined, reasons: [], error: message });
  verdict.failing = true;
}

/** The rule says nothing: its value goes, and so does all that waited to be told. */
export function stop(verdict: Verdict): void {
  verdict.value = undefined;
  verdict.dueSince = undefined;
  verdict.names.clear();
  verdict.turned.clear();
}
