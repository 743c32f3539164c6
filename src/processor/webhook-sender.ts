/** Sends one request to a webhook: the name is resolved once, and only the address that was checked is connected to. */

import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isLoopbackAddress, isPublicAddress } from '../core/public-address.ts';
import { type Millis, SECOND } from '../core/units.ts';

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For trials: this machine and no other. */
  readonly insecure: boolean;
}

/** The status of the answer, or why there is none. */
export type WebhookAnswer = { readonly status: number } | { readonly problem: string };

export type Resolve = (host: string) => Promise<readonly string[]>;

export interface SenderOptions {
  readonly resolve?: Resolve;
  /** The longest an answer may take, from the name to the status. */
  readonly within?: Millis;
}

const LARGEST_ANSWER = 64 * 1024;

export async function sendWebhook(
  asked: WebhookRequest,
  signal: AbortSignal,
  { resolve = resolveName, within = 5 * SECOND }: SenderOptions = {},
): Promise<WebhookAnswer> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(within)]);
  const url = new URL(asked.url);
  try {
    const addresses = await unlessAborted(resolve(url.hostname.replace(/^\[|\]$/g, '')), deadline);
    const isOpen = asked.insecure ? isLoopbackAddress : isPublicAddress;
    // one closed address among open ones is reason enough: who answers so has something in mind
    const closed = addresses.find((address) => !isOpen(address));
    const [address] = addresses;
    if (address === undefined || closed !== undefined)
      return { problem: `${url.hostname} is at ${closed ?? 'no address'}, where no webhook may go` };
    return await post(url, address, asked, deadline);
  } catch (error) {
    if (deadline.aborted) return { problem: `${url.host} did not answer within ${within / SECOND} s` };
    return { problem: `${url.host}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}` };
  }
}

function post(
  url: URL,
  address: string,
  { headers, body }: WebhookRequest,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const family = address.includes(':') ? 6 : 4;
  const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const sent = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
      agent: false,
      signal,
      // whatever the name means by now: this address was checked
      lookup: (_host, options, found) => {
        if (options.all) found(null, [{ address, family }]);
        else found(null, address, family);
      },
    });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      // redirects are not followed: the status says that nothing was taken
      resolve({ status: answer.statusCode ?? 0 });
      ignore(answer);
    });
    sent.end(body);
  });
}

/** Reads a short answer to its end, so that its sender is content, and cuts a long one. */
function ignore(answer: IncomingMessage): void {
  let bytes = 0;
  answer.on('error', () => undefined);
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER) answer.destroy();
  });
}

async function resolveName(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** A resolver cannot be stopped; nobody waits for it any longer. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
