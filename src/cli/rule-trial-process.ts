/** The process behind `tryRules`: takes rule files, loads them, runs their tests, says how it went, and ends. */

import type { RuleFile } from '../rules/load-rule-set.ts';
import { checkRules, passTests } from './checked-rules.ts';
import type { TrialVerdict } from './rule-trial.ts';

process.once('message', async (files) => {
  process.send?.(await verdictOn(files as readonly RuleFile[]));
  process.disconnect?.();
});
process.once('disconnect', () => process.exit());

async function verdictOn(files: readonly RuleFile[]): Promise<TrialVerdict> {
  try {
    await passTests(checkRules(files));
    return { ok: true };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}
