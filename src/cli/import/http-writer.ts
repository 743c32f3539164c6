/** Writes events to a running weir over HTTP. */

import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../../core/errors.ts';
import { type Millis, SECOND } from '../../core/units.ts';
import { authorization, baseUrl } from '../ask.ts';
import type { EventWriter, OpenWriter, WriteReceipt } from './event-writer.ts';

const LONGEST_WAIT: Millis = 5 * SECOND;
const ANSWER_WITHIN: Millis = 30 * SECOND;
/** So often a batch is sent again while weir cannot be reached or has no room; about a minute in all. */
const TRIES = 15;

/** Sending a batch again is harmless: events carry their ids. */
export const openHttpWriter: OpenWriter = async ({ url, env }) => {
  const target = new URL('/v1/events', baseUrl(url, env));
  const headers = { 'content-type': 'application/x-ndjson', ...authorization(env) };
  return {
    write: (events) => post(target, headers, events),
    close: async () => undefined,
  } satisfies EventWriter;
};

async function post(
  target: URL,
  headers: Record<string, string>,
  events: readonly object[],
): Promise<WriteReceipt> {
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  let problem = '';
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const signal = AbortSignal.timeout(ANSWER_WITHIN);
    try {
      const answer = await fetch(target, { method: 'POST', headers, body, signal });
      const text = await answer.text();
      if (answer.status === 202 || answer.status === 400) return receiptOf(text, target);
      problem = `it answers ${answer.status}`;
      if (answer.status !== 429 && answer.status < 500) break;
    } catch (error) {
      if (error instanceof WeirError) throw error;
      const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
      problem = cause?.code ?? cause?.message ?? message;
      // An address that cannot be, or where nothing listens: most likely weir was not started, waiting does not help.
      if (
        cause !== undefined &&
        (cause.code === undefined || (cause.code === 'ECONNREFUSED' && attempt >= 3))
      )
        break;
    }
    await sleep(Math.min(LONGEST_WAIT, 200 * 2 ** attempt));
  }
  throw new WeirError(
    'redis_away',
    `sending events to ${target.origin}: ${problem}; start weir there, or give --url`,
  );
}

function receiptOf(text: string, target: URL): WriteReceipt {
  try {
    const { accepted, rejected, title } = JSON.parse(text) as Partial<WriteReceipt> & { title?: string };
    if (typeof accepted === 'number' && Array.isArray(rejected)) return { accepted, rejected };
    throw new Error(title ?? text.slice(0, 200));
  } catch (error) {
    throw new WeirError('redis_away', `sending events to ${target.origin}: ${(error as Error).message}`);
  }
}
