/** Small sets of rule files for tests of the loader. */

import assert from 'node:assert/strict';
import { type LoadedRuleSet, loadRuleSet, type RuleFile } from '../../src/rules/load-rule-set.ts';
import { formatProblem, type Problem } from '../../src/rules/problem.ts';

export const SETTINGS: RuleFile = {
  path: 'config/weir.yaml',
  text: `timezone: Europe/Madrid
currency: EUR
entities:
  lead: { key: lead_id }
  campaign: { key: campaign_id }
  channel: { key: [campaign_id, channel] }
  source: { key: source, shared: true }
`,
};

/** A rule document with all that every rule needs; `body` is its shape. */
export function ruleText(name: string, body: string, kind = 'lead'): string {
  return `rule: ${name}\ndescription: d\nowner: o@example.com\nversion: 1\nfor: ${kind}\n${body}\n`;
}

export function featuresText(kind: string, lines: string): string {
  const indented = lines.trim().replaceAll(/^/gm, '    ');
  return `features:\n  ${kind}:\n${indented}\n`;
}

/** Loads the settings and one more file called `a.yaml`. */
export function loadText(text: string): LoadedRuleSet {
  return loadRuleSet([SETTINGS, { path: 'a.yaml', text }]);
}

/** Each problem as one line, `line:column: message (hint)`. */
export function problemsOf(text: string): string[] {
  const loaded = loadText(text);
  return loaded.ok ? [] : loaded.problems.map(inOneLine);
}

export function inOneLine(problem: Problem): string {
  return formatProblem(problem).slice(problem.path.length + 1);
}

/** The problems of a set of features of a kind, the first of which stands at 3:5. */
export function featureProblems(kind: string, lines: string): string[] {
  return problemsOf(featuresText(kind, lines));
}

export function loaded(files: readonly RuleFile[]): Extract<LoadedRuleSet, { ok: true }> {
  const answer = loadRuleSet(files);
  assert.ok(answer.ok, answer.ok ? '' : answer.problems.map((problem) => formatProblem(problem)).join('\n'));
  return answer;
}
