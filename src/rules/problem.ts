/** A problem in a rule file, and how people see it: where, what, and what was probably meant. */

import type { Position } from './source-file.ts';
import { formatPosition } from './source-file.ts';

export interface Problem extends Position {
  /** Number of characters to underline, on this line only. */
  readonly length: number;
  readonly message: string;
  /** Printed behind the carets. */
  readonly hint?: string;
  readonly severity: 'error' | 'warning';
}

/**
 * The block that `weir check` prints.
 * @param text the whole text of the file the problem is in; without it only the first line is given
 */
export function formatProblem(problem: Problem, text?: string): string {
  const warning = problem.severity === 'warning' ? 'warning: ' : '';
  const head = `${formatPosition(problem)}: ${warning}${problem.message}`;
  const line = text?.split('\n')[problem.line - 1]?.trimEnd();
  if (line === undefined) return problem.hint === undefined ? head : `${head} (${problem.hint})`;
  const number = String(problem.line);
  const margin = `${' '.repeat(number.length)} |`;
  // Tabs stay tabs, so that the carets stand under what they mean.
  const indent = line
    .slice(0, problem.column - 1)
    .replace(/[^\t]/g, ' ')
    .padEnd(problem.column - 1);
  const carets = '^'.repeat(Math.max(1, problem.length));
  const hint = problem.hint === undefined ? '' : ` ${problem.hint}`;
  return `${head}\n${margin}\n${number} | ${line}\n${margin} ${indent}${carets}${hint}`;
}

/** Every problem's block and the last line, `8 problems. Nothing was loaded.` */
export function formatProblems(
  problems: readonly Problem[],
  files: readonly { readonly path: string; readonly text: string }[],
): string {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const blocks = problems.map((problem) => formatProblem(problem, texts.get(problem.path)));
  return [...blocks, problemCount(problems.length)].join('\n\n');
}

function problemCount(count: number): string {
  return `${count} ${count === 1 ? 'problem' : 'problems'}. Nothing was loaded.`;
}
