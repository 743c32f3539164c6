/** Checks rule files in a process of its own, one set after the other: events do not wait for it. */

import type { CheckedFiles } from '../http/check-files.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';
import { inOwnProcess } from './own-process.ts';

const PROGRAM = new URL('check-process.ts', import.meta.url);

/** @returns a function that answers each set in the order in which they were asked */
export function checkBeside(): (files: readonly RuleFile[]) => Promise<CheckedFiles> {
  let turn: Promise<unknown> = Promise.resolve();
  return (files) => {
    const answer = turn.then(() => inOwnProcess<CheckedFiles>(PROGRAM, files));
    turn = answer.catch(() => undefined);
    return answer;
  };
}
