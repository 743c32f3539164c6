/** The one place where errors of Redis and of the way to it become ours. */

import { WeirError } from '../core/errors.ts';

export function redisAway(doing: string, error: unknown): WeirError {
  const cause = error instanceof Error ? error : new Error(String(error));
  // ioredis hangs the command with all its arguments on the error: they hold people's data.
  delete (cause as { command?: unknown }).command;
  return new WeirError('redis_away', `${doing}: ${cause.message}; trying again when Redis answers`, {
    cause,
    context: { reply: /^[A-Z]+\b/.exec(cause.message)?.[0] ?? null },
  });
}

/** Mistakes of ours, and what is ours already, stay as they are. */
export function awayOrOurs(doing: string, error: unknown): unknown {
  const ours = error instanceof TypeError || error instanceof RangeError || error instanceof WeirError;
  return ours ? error : redisAway(doing, error);
}
