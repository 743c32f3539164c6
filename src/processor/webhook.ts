/** A webhook that subscribed: one signed request for each decision, tried again until it is taken. */

import { createHmac } from 'node:crypto';
import type { WebhookSubscription } from '../core/subscription.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { Outcome, Receiver } from './courier.ts';
import type { ToldDecision } from './told-decision.ts';
import type { WebhookAnswer, WebhookRequest } from './webhook-sender.ts';

export interface WebhookOptions {
  readonly subscription: WebhookSubscription;
  /** What the subscription's `secret` names, now; undefined where there is none. */
  readonly secret: () => string | undefined;
  readonly send: (request: WebhookRequest, signal: AbortSignal) => Promise<WebhookAnswer>;
  readonly now: () => Millis;
}

export class Webhook implements Receiver {
  readonly atOnce = 1;
  readonly forgets = true;
  private readonly options: WebhookOptions;

  constructor(options: WebhookOptions) {
    this.options = options;
  }

  async tell([decision]: readonly ToldDecision[], signal: AbortSignal): Promise<Outcome> {
    const { subscription, secret, send, now } = this.options;
    const { id, body, key: told = id } = decision as ToldDecision;
    const key = secret();
    if (key === undefined)
      return { problem: `${subscription.secret} is not set here: nothing can be signed` };
    const time = Math.floor(now() / SECOND);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'weir',
      'idempotency-key': told,
      'weir-signature': `t=${time},v1=${signatureOf(key, time, body)}`,
    };
    const answer = await send(
      { url: subscription.url, headers, body, insecure: subscription.insecure ?? false },
      signal,
    );
    if ('problem' in answer) return answer;
    const { status } = answer;
    if (status >= 200 && status < 300) return 'done';
    if (status === 410) return 'gone';
    return { problem: `${new URL(subscription.url).host} answered ${status}` };
  }
}

/** HMAC-SHA256 in hex of the time in seconds, a dot, and the body. */
export function signatureOf(secret: string, time: number, body: string): string {
  return createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
}
