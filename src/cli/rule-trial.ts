/** Rules that are to come into force are tried in a process of its own first. */

import { WeirError } from '../core/errors.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';
import { inOwnProcess, type ProcessLimits } from './own-process.ts';

/** What the process of the trial says before it ends. */
export type TrialVerdict = { readonly ok: true } | { readonly ok: false; readonly message: string };

const PROGRAM = new URL('rule-trial-process.ts', import.meta.url);

/**
 * Loads the files and runs their tests there.
 * @throws WeirError config_invalid with what is wrong with them, or that the trial took too much memory or time
 */
export async function tryRules(files: readonly RuleFile[], limits?: ProcessLimits): Promise<void> {
  const verdict = await inOwnProcess<TrialVerdict>(PROGRAM, files, limits).catch(
    ({ message }: Error): TrialVerdict => ({
      ok: false,
      message: `trying the rules in a process of its own: ${message}, so nothing was changed; try parts of them with weir test`,
    }),
  );
  if (!verdict.ok) throw new WeirError('config_invalid', verdict.message);
}
