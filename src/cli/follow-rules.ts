/** Follows which rule set is in force, whoever changed it: another instance, `weir apply`, or a way back. */

import type { Clock } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { RedisRuleLibrary } from '../processor/redis-rule-library.ts';
import type { RulesInForce } from '../processor/rules-in-force.ts';
import type { Plan } from '../rules/plan.ts';

const LOOK_EVERY: Millis = SECOND;

export interface FollowOptions {
  readonly inForce: Pick<RulesInForce, 'current'>;
  readonly rules: Pick<RedisRuleLibrary, 'wanted' | 'load'>;
  readonly clock: Clock;
  readonly onTaken: (plan: Plan) => void;
}

/** What is in force becomes the wanted set here too, so that HTTP reads and checks by the same rules as the logs. */
export async function followRules(
  { inForce, rules, clock, onTaken }: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  let known: string | undefined;
  while (!signal.aborted) {
    await clock.sleep(LOOK_EVERY, signal);
    // Redis is away or answers late: the next look finds the same
    const hash = await inForce.current().catch(() => undefined);
    if (signal.aborted || hash === undefined || hash === known) continue;
    const before = known;
    known = hash;
    // what was in force at first may be on its way out: the logs hold the change that this start made
    if (before === undefined || hash === rules.wanted.hash) continue;
    const plan = await rules.load(hash).catch(() => undefined);
    if (plan === undefined) continue;
    rules.wanted = plan;
    onTaken(plan);
  }
}
