/** Checks rule files in a thread of their own, one set after the other: events do not wait for it. */

import { Worker } from 'node:worker_threads';
import { SECOND } from '../core/units.ts';
import type { CheckedFiles } from '../http/check-files.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';

const PATIENCE = 30 * SECOND;

/** @returns a function that answers each set in the order in which they were asked */
export function checkBeside(): (files: readonly RuleFile[]) => Promise<CheckedFiles> {
  let turn: Promise<unknown> = Promise.resolve();
  return (files) => {
    const answer = turn.then(() => inThread(files));
    turn = answer.catch(() => undefined);
    return answer;
  };
}

function inThread(files: readonly RuleFile[]): Promise<CheckedFiles> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./check-thread.ts', import.meta.url), { workerData: files });
    const patience = setTimeout(() => {
      reject(new Error(`checking rule files took longer than ${PATIENCE / SECOND} s`));
      void worker.terminate();
    }, PATIENCE);
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', () => {
      clearTimeout(patience);
      // after an answer this changes nothing
      reject(new Error('the thread that checks rule files ended without an answer'));
    });
  });
}
