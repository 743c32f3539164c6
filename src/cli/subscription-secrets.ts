/** The secrets that subscriptions name: variables of the environment, or files. */

import { readFileSync } from 'node:fs';
import { WeirError } from '../core/errors.ts';
import type { Subscription } from '../core/subscription.ts';

/** What a name stands for now; undefined where there is nothing, or nothing in it. */
export function secretOf(name: string, env: NodeJS.ProcessEnv): string | undefined {
  if (!name.includes('/')) return env[name] || undefined;
  try {
    return readFileSync(name, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** @throws WeirError config_invalid when a webhook could not be signed */
export function checkSecrets(
  subscriptions: readonly Subscription[],
  secret: (name: string) => string | undefined,
): void {
  for (const subscription of subscriptions) {
    if (subscription.to !== 'webhook' || secret(subscription.secret) !== undefined) continue;
    const { name, secret: named } = subscription;
    const missing = named.includes('/')
      ? `the file ${named} cannot be read or is empty`
      : `${named} is not set`;
    throw new WeirError(
      'config_invalid',
      `reading subscription ${name}: its secret is missing, ${missing}; give it to this process, or name another in weir.yaml`,
    );
  }
}
