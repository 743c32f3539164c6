/** What `weir check` would say of rule files, as an answer. */

import { loadRuleSet, type RuleFile } from '../rules/load-rule-set.ts';
import { formatProblems, type Problem } from '../rules/problem.ts';

export interface CheckedFiles {
  readonly ok: boolean;
  /** Of the set that they make; absent where they make none. */
  readonly hash?: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** As `weir check` prints it. */
  readonly text: string;
}

/** Checking takes some hundred milliseconds: who also has other work does it elsewhere. */
export function checkFiles(files: readonly RuleFile[]): CheckedFiles {
  const loaded = loadRuleSet(files);
  if (!loaded.ok)
    return {
      ok: false,
      problems: loaded.problems,
      warnings: [],
      text: formatProblems(loaded.problems, files),
    };
  const { rules, features, tests } = loaded.set;
  const text = `ok  ${rules.length} rules, ${features.length} features, ${tests.length} tests  (${loaded.plan.hash})`;
  return { ok: true, hash: loaded.plan.hash, problems: [], warnings: loaded.warnings, text };
}
