/** Where a rule stands in its file: its text, and that of each of its tests. */

import type { RuleFile } from '../rules/load-rule-set.ts';
import type { RulePlan } from '../rules/rule-plan.ts';

export interface RuleSource {
  readonly text: string;
  readonly tests: readonly { readonly name: string; readonly text: string }[];
}

export function ruleSource(files: readonly RuleFile[], { at }: RulePlan): RuleSource | undefined {
  const [, path, line] = /^(.*?):(\d+)/.exec(at) ?? [];
  const file = files.find((one) => one.path === path);
  if (!file || line === undefined) return undefined;
  const lines = file.text.split('\n').slice(Number(line) - 1);
  const end = lines.findIndex((text) => /^---(\s|$)/.test(text));
  const own = end < 0 ? lines : lines.slice(0, end);
  return { text: own.join('\n').trimEnd(), tests: testsOf(own) };
}

/** The loader has accepted the file, so a test begins where a list element with a name does. */
function testsOf(lines: readonly string[]): { name: string; text: string }[] {
  const from = lines.findIndex((line) => /^tests:/.test(line));
  const tests: { name: string; lines: string[] }[] = [];
  for (const line of from < 0 ? [] : lines.slice(from + 1)) {
    if (/^\S/.test(line) && !line.startsWith('#')) break;
    const name = /^ {0,4}- (?:\{ ?)?name: *(.+?)\s*$/.exec(line)?.[1];
    if (name !== undefined) tests.push({ name: plain(name), lines: [] });
    tests.at(-1)?.lines.push(line);
  }
  return tests.map(({ name, lines: own }) => ({ name, text: own.join('\n').trimEnd() }));
}

function plain(text: string): string {
  const quoted = /^(['"])(.*)\1/.exec(text)?.[2];
  return quoted ?? text;
}
