/** Rules that may come into force: they load without a problem, and all their tests pass. */

import { setImmediate as breathe } from 'node:timers/promises';
import { WeirError } from '../core/errors.ts';
import { type LoadedRuleSet, loadRuleSet, loadRuleSetBeside, type RuleFile } from '../rules/load-rule-set.ts';
import type { Plan } from '../rules/plan.ts';
import { formatProblems } from '../rules/problem.ts';
import type { RuleTest } from '../rules/rule-test.ts';
import { runRuleTest } from './rule-tests.ts';

export interface CheckedRules {
  readonly files: readonly RuleFile[];
  readonly plan: Plan;
  readonly tests: readonly RuleTest[];
}

/** @throws WeirError config_invalid, with every problem and its place */
export function checkRules(files: readonly RuleFile[]): CheckedRules {
  return checked(files, loadRuleSet(files));
}

/**
 * The same while events go on.
 * @throws WeirError config_invalid, with every problem and its place
 */
export async function checkRulesBeside(files: readonly RuleFile[]): Promise<CheckedRules> {
  return checked(files, await loadRuleSetBeside(files, breathe));
}

function checked(files: readonly RuleFile[], loaded: LoadedRuleSet): CheckedRules {
  if (!loaded.ok) throw new WeirError('config_invalid', formatProblems(loaded.problems, files));
  return { files, plan: loaded.plan, tests: loaded.set.tests };
}

const MOST_SHOWN = 5;

/**
 * Sockets are looked at between two tests.
 * @throws WeirError config_invalid, with the tests that fail and where they stand
 */
export async function passTests({ plan, tests }: CheckedRules): Promise<void> {
  const failures: string[] = [];
  for (const test of tests) {
    await breathe();
    for (const { message } of runRuleTest(plan, test))
      failures.push(`${test.rule}: ${test.name}\n  ${message}`);
  }
  if (failures.length === 0) return;
  const more = failures.length - MOST_SHOWN;
  const lines = [...failures.slice(0, MOST_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])];
  throw new WeirError(
    'config_invalid',
    `tests of the rules fail, so nothing was changed:\n${lines.join('\n')}`,
  );
}
