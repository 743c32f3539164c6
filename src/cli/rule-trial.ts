/** Rules that are to come into force are tried in a process of its own first: what breaks there breaks nothing here. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WeirError } from '../core/errors.ts';
import { MINUTE, type Millis } from '../core/units.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';

export interface TrialLimits {
  /** Megabytes of heap. */
  readonly memory: number;
  readonly time: Millis;
}

/** What the process of the trial says before it ends. */
export type TrialVerdict = { readonly ok: true } | { readonly ok: false; readonly message: string };

const PROGRAM = fileURLToPath(new URL('rule-trial-process.ts', import.meta.url));
const LIMITS: TrialLimits = { memory: 512, time: MINUTE };

/**
 * Loads the files and runs their tests there.
 * @throws WeirError config_invalid with what is wrong with them, or that the trial took too much memory or time
 */
export async function tryRules(files: readonly RuleFile[], limits: TrialLimits = LIMITS): Promise<void> {
  const verdict = await inProcess(files, limits);
  if (!verdict.ok) throw new WeirError('config_invalid', verdict.message);
}

function inProcess(files: readonly RuleFile[], { memory, time }: TrialLimits): Promise<TrialVerdict> {
  return new Promise((resolve) => {
    const child = fork(PROGRAM, {
      execArgv: [`--max-old-space-size=${memory}`],
      // rules need no secrets, and whoever writes rules may have none
      env: {},
      // a heap that overflows is told by Node in a hundred lines
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const end = (verdict: TrialVerdict) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(verdict);
    };
    const fail = (what: string) =>
      end({
        ok: false,
        message: `trying the rules in a process of its own: ${what}, so nothing was changed; try parts of them with weir test`,
      });
    const timer = setTimeout(() => fail(`it took more than ${time / 1000} s`), time);
    child.once('message', (verdict) => end(verdict as TrialVerdict));
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) =>
      fail(`it ended with ${signal ?? `code ${code}`}, most likely for more than ${memory} MB of memory`),
    );
    child.send(files);
  });
}
