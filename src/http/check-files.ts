/** What `weir check` would say of rule files, as an answer. */

import { type LoadedRuleSet, loadRuleSet, type RuleFile } from '../rules/load-rule-set.ts';
import { isVisible } from '../rules/plan.ts';
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
  const text = acceptedText(loaded);
  return { ok: true, hash: loaded.plan.hash, problems: [], warnings: loaded.warnings, text };
}

/** `ok  21 rules, 6 reports, 237 features, 10 kinds of entity, 104 tests  (hash)`. */
export function acceptedText({ set, plan }: Extract<LoadedRuleSet, { ok: true }>): string {
  const kinds = plan.kinds.filter((kind) => isVisible(kind) && kind.nodes.length > 0);
  const counts = [
    counted(set.rules.length, 'rule'),
    counted(set.reports.length, 'report'),
    counted(set.features.length, 'feature'),
    counted(kinds.length, 'kind', ' of entity'),
    counted(set.tests.length, 'test'),
  ];
  return `ok  ${counts.join(', ')}  (${plan.hash})`;
}

function counted(count: number, noun: string, rest = ''): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}${rest}`;
}
