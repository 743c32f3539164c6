/** After a lost tail: every partition is asked to send again what it knows of shared entities. */

import type { SharedResend } from '../core/mail.ts';
import type { OwnerToken } from '../core/ports.ts';
import { isResident, type Plan } from '../rules/plan.ts';
import type { WorkerOptions } from './worker-options.ts';

/**
 * What others sent here may be lost, and what was sent from here may have been of the lost history. Noted as done
 * only afterwards, so that a death in between repeats it.
 */
export async function askToResend(
  { state, log, logs = () => [log] }: Pick<WorkerOptions, 'state' | 'log' | 'logs'>,
  token: OwnerToken,
  plan: Plan,
): Promise<void> {
  const entry = { d: JSON.stringify({ type: 'shared.resend' } satisfies SharedResend) };
  if (plan.kinds.some(isResident)) await Promise.all(logs().map((log) => log.append(entry)));
  await state.resent(token);
}
