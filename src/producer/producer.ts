/** Producer: events go out in batches, in their order, again and again with the same ids until they are answered. */

import { WeirError } from '../core/errors.ts';
import { newEventId } from '../core/event-id.ts';
import { MINUTE, type Millis } from '../core/units.ts';
import { answerOf, type BatchAnswer } from './batch-answer.ts';

export interface ProducerOptions {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Of the role producer; none where weir has no tokens. */
  readonly token?: string | undefined;
  /** Who sends; with an event's id it is the idempotency key. */
  readonly source?: string;
  /** Events of one request at most. */
  readonly most?: number;
  /** How long an event waits for others. */
  readonly within?: Millis;
  /** How long the same events are tried before they are given up. */
  readonly patience?: Millis;
  /** Events that may wait here; what is more is refused at once. */
  readonly mostWaiting?: number;
  /** Instead of the platform's own. */
  readonly fetch?: typeof fetch;
}

export interface Envelope {
  /** One is made where it is absent. */
  readonly id?: string | number;
  /** When it happened; now where it is absent. */
  readonly time?: string | number | Date;
}

interface Waiting {
  readonly id: string | number;
  readonly text: string;
  readonly done: (id: { readonly id: string | number }) => void;
  readonly failed: (error: WeirError) => void;
}

/** Of one request, well below the 5 MiB that weir takes. */
const MOST_CHARACTERS = 1_000_000;
const FIRST_PAUSE: Millis = 200;
const LONGEST_PAUSE: Millis = 30_000;
const ANSWER_WITHIN: Millis = 30_000;

export class Producer<Events extends object> {
  readonly #options: ProducerOptions;
  readonly #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;
  #closed = false;

  /** @throws TypeError where the address is none */
  constructor(options: ProducerOptions) {
    new URL(options.url);
    this.#options = options;
  }

  /**
   * Resolves once weir has taken the event; sent again with the same id it counts once.
   *
   * Rejects with WeirError `event_refused` (it is wrong, and why), `not_allowed` (the token), `no_answer` (nobody
   * answered for as long as `patience`), `wrong_usage` (too many wait, or the producer is closed).
   */
  send<Type extends keyof Events & string>(
    type: Type,
    data: Events[Type] & Readonly<Record<string, unknown>>,
    { id, time }: Envelope = {},
  ): Promise<{ readonly id: string | number }> {
    const { most = 100, within = 50, mostWaiting = 10_000, source } = this.#options;
    if (this.#closed) return Promise.reject(new WeirError('wrong_usage', `sending ${type}: it is closed`));
    if (this.#waiting.length >= mostWaiting) {
      const message = `sending ${type}: ${mostWaiting} events wait already; wait for those before`;
      return Promise.reject(new WeirError('wrong_usage', message));
    }
    const now = Date.now();
    const own = id ?? newEventId(now, globalThis.crypto.getRandomValues(new Uint8Array(16)));
    const text = JSON.stringify({ id: own, source, type, time: time ?? new Date(now).toISOString(), data });
    return new Promise((done, failed) => {
      this.#waiting.push({ id: own, text, done, failed });
      if (this.#waiting.length >= most) this.#begin();
      else this.#timer ??= setTimeout(() => this.#begin(), within);
    });
  }

  /** Resolves once everything that was sent so far is answered. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#sending) {
      this.#begin();
      await this.#sending;
    }
  }

  /** Takes no more, and resolves once everything is answered. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  /** One batch after the other: those of a lead stay in their order. */
  async #sendAll(): Promise<void> {
    const { most = 100 } = this.#options;
    while (this.#waiting.length > 0) {
      let size = 0;
      let count = 0;
      while (count < Math.min(most, this.#waiting.length)) {
        size += (this.#waiting[count] as Waiting).text.length;
        if (count > 0 && size > MOST_CHARACTERS) break;
        count += 1;
      }
      const batch = this.#waiting.splice(0, count);
      const answer = await this.#answered(batch);
      for (const [index, { id, done, failed }] of batch.entries()) {
        const refused = answer.refused.get(index) ?? answer.failed;
        if (refused) failed(refused);
        else done({ id });
      }
    }
  }

  /** Tries until it is answered for good, or patience is over. */
  async #answered(batch: readonly Waiting[]): Promise<BatchAnswer> {
    const { patience = 5 * MINUTE } = this.#options;
    const begun = performance.now();
    for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
      const answer = await this.#post(batch);
      if (!answer.again) return answer;
      // half of it by chance, so that producers that failed together do not come back together
      const wait = Math.max(answer.again.after, pause * (0.5 + Math.random() / 2));
      if (performance.now() - begun + wait > patience) return answer;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  async #post(batch: readonly Waiting[]): Promise<BatchAnswer> {
    const { url, token, fetch: ask = fetch } = this.#options;
    try {
      const answer = await ask(new URL('/v1/events', url), {
        method: 'POST',
        headers: {
          'content-type': 'application/x-ndjson',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: `${batch.map(({ text }) => text).join('\n')}\n`,
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      return answerOf(answer.status, answer.headers.get('retry-after'), await answer.json());
    } catch (error) {
      const { message } = error as Error;
      const failed = new WeirError('no_answer', `sending to ${url}: ${message}; it is tried again`, {
        cause: error,
      });
      return { refused: new Map(), failed, again: { after: 0 } };
    }
  }
}
