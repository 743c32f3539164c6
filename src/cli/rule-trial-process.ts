/** The process behind `tryRules`: loads rule files and runs their tests. */

import type { RuleFile } from '../rules/load-rule-set.ts';
import { checkRules, passTests } from './checked-rules.ts';
import { answerParent } from './own-process.ts';
import type { TrialVerdict } from './rule-trial.ts';

answerParent(async (files: readonly RuleFile[]): Promise<TrialVerdict> => {
  try {
    await passTests(checkRules(files));
    return { ok: true };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
});
