/** Asks a running weir over HTTP; what it answers wrongly becomes an error that says what to do. */

import { WeirError } from '../core/errors.ts';
import { readEnvironment } from './environment.ts';

export function baseUrl(url: string | undefined, env: NodeJS.ProcessEnv): string {
  const base = url ?? `http://${env.HOST ?? '127.0.0.1'}:${env.PORT ?? 8080}`;
  if (!URL.canParse(base)) throw new WeirError('wrong_usage', `--url: "${base}" is not an address`);
  return base;
}

/** The token of this caller, from the environment alone: arguments are seen by everybody on a machine. */
export function authorization(env: NodeJS.ProcessEnv): Record<string, string> {
  const { token } = readEnvironment(env);
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** @returns status and JSON body; rejects with redis_away (exit code 3) when nothing answers */
export async function ask(
  flags: { readonly url?: string | undefined },
  env: NodeJS.ProcessEnv,
  path: string,
  init: RequestInit & { readonly headers?: Record<string, string> } = {},
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const answer = await answerOf(flags, env, path, init, (found) => found.json() as Promise<unknown>);
  return { status: answer.status, body: answer.body, headers: answer.headers };
}

/** The same of what is no JSON. */
export async function askText(
  flags: { readonly url?: string | undefined },
  env: NodeJS.ProcessEnv,
  path: string,
): Promise<{ status: number; text: string }> {
  const { status, body } = await answerOf(flags, env, path, {}, (found) => found.text());
  return { status, text: body };
}

async function answerOf<Body>(
  flags: { readonly url?: string | undefined },
  env: NodeJS.ProcessEnv,
  path: string,
  init: RequestInit & { readonly headers?: Record<string, string> },
  read: (answer: Response) => Promise<Body>,
): Promise<{ status: number; body: Body; headers: Headers }> {
  const url = new URL(path, baseUrl(flags.url, env));
  try {
    const headers = { ...authorization(env), ...init.headers };
    const answer = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(30_000) });
    return { status: answer.status, body: await read(answer), headers: answer.headers };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    throw new WeirError(
      'redis_away',
      `asking ${url.origin}: ${cause?.code ?? message}; start weir there (npm start), or give --url`,
    );
  }
}
