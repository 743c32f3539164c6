/** The circuit breakers of one partition: a rule that fails too often in a row is not run any more for a while. */

import { DAY, type Millis } from '../core/units.ts';

/** Failures in a row, of any entities of the partition, that switch a rule off. */
export const MOST_FAILURES = 100;
/** After that much stream time it is tried again. */
export const OFF_FOR: Millis = DAY;

const OFF = 'switched off ';

/** Whether a rule's failure is that it was not run. */
export function isOffReason(failing: string): boolean {
  return failing.startsWith(OFF);
}

interface Breaker {
  /** Failures in a row. */
  failures: number;
  /** Stream time at which it was switched off, and why; absent while it is on. */
  since?: Millis;
  error?: string;
}

/** As it stands in the head, by definition: failures in a row, and of a rule that is off since when and why. */
export type StoredBreakers = Readonly<
  Record<string, readonly [failures: number, since?: Millis, error?: string]>
>;

/** Known by their definitions, so that a changed rule begins anew. */
export class Breakers {
  private readonly breakers = new Map<string, Breaker>();

  /** Why the rule is not run at this time; undefined when it is. */
  offReason(definition: string, now: Millis): string | undefined {
    const breaker = this.breakers.get(definition);
    if (breaker?.since === undefined || now >= breaker.since + OFF_FOR) return undefined;
    return `${OFF}after ${breaker.failures} failures in a row: ${breaker.error}`;
  }

  worked(definition: string): void {
    if (this.breakers.size > 0) this.breakers.delete(definition);
  }

  /** @returns whether this failure switched the rule off */
  failed(definition: string, error: string, now: Millis): boolean {
    const breaker = this.breakers.get(definition) ?? { failures: 0 };
    this.breakers.set(definition, breaker);
    breaker.failures += 1;
    if (breaker.failures < MOST_FAILURES) return false;
    breaker.since = now;
    breaker.error = error;
    return true;
  }

  /** Forgets the rules that are in force no longer. */
  keepOnly(definitions: ReadonlySet<string>): void {
    for (const definition of this.breakers.keys())
      if (!definitions.has(definition)) this.breakers.delete(definition);
  }

  stored(): StoredBreakers | undefined {
    if (this.breakers.size === 0) return undefined;
    const entries = [...this.breakers].map(([definition, { failures, since, error }]) =>
      since === undefined ? [definition, [failures]] : [definition, [failures, since, error]],
    );
    return Object.fromEntries(entries) as StoredBreakers;
  }

  restore(stored: StoredBreakers): void {
    for (const [definition, [failures, since, error]] of Object.entries(stored))
      this.breakers.set(definition, {
        failures,
        ...(since !== undefined && { since }),
        ...(error !== undefined && { error }),
      });
  }
}
