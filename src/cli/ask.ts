/** Asks a running weir over HTTP; what it answers wrongly becomes an error that says what to do. */

import { WeirError } from '../core/errors.ts';

export function baseUrl(url: string | undefined, env: NodeJS.ProcessEnv): string {
  const base = url ?? `http://${env.HOST ?? '127.0.0.1'}:${env.PORT ?? 8080}`;
  if (!URL.canParse(base)) throw new WeirError('wrong_usage', `--url: "${base}" is not an address`);
  return base;
}

/** @returns status and JSON body; rejects with redis_away (exit code 3) when nothing answers */
export async function ask(
  base: string,
  path: string,
  init?: RequestInit,
): Promise<{ status: number; body: unknown }> {
  const url = new URL(path, base);
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
    return { status: answer.status, body: await answer.json() };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    throw new WeirError(
      'redis_away',
      `asking ${url.origin}: ${cause?.code ?? message}; start weir there (npm start), or give --url`,
    );
  }
}
