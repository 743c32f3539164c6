/** Asks instances over HTTP all the time: whatever happens, 503 is the only answer of the five hundreds. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Millis, SECOND } from '../../src/core/units.ts';
import type { Random } from '../../test/oracle/random.ts';
import type { Instance } from './instance.ts';

const ASK_EVERY: Millis = 500;
const PATHS = [
  '/healthz',
  '/readyz',
  '/metrics',
  '/v1/leads?limit=20',
  '/v1/leads/10001',
  '/v1/leads/10001/explain',
  '/v1/campaigns?limit=20',
  '/v1/actions',
  '/v1/anomalies',
  '/v1/decisions?limit=20',
  '/v1/dead?limit=20',
  '/v1/insights',
  '/v1/rules',
  '/v1/reports/dynamic_scoring_system',
];

export class HttpWatch {
  answers = 0;
  /** 503, which says: come again. */
  away = 0;
  readonly problems: string[] = [];
  readonly #instances: readonly Instance[];
  readonly #random: Random;

  constructor(instances: readonly Instance[], random: Random) {
    this.#instances = instances;
    this.#random = random;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await Promise.all([this.#ask(), sleep(ASK_EVERY)]);
    }
  }

  async #ask(): Promise<void> {
    const urls = this.#instances.flatMap(({ url }) => url ?? []);
    if (urls.length === 0) return;
    const [url, path] = [this.#random.pick(urls), this.#random.pick(PATHS)];
    try {
      const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(10 * SECOND) });
      const body = await answer.text();
      this.answers += 1;
      if (answer.status === 503) this.away += 1;
      else if (answer.status >= 500)
        this.problems.push(`${path} was answered ${answer.status}: ${body.slice(0, 300)}`);
    } catch {
      // the process is gone or stands still: that is what is done to it
    }
  }
}
