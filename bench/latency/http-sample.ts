/** Creates a lead now and then and asks for it over HTTP, once its first decision can be read, until it is there. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { partitionOf } from '../../src/core/partition.ts';
import { logKeys, PARTITIONS } from '../flow/keys.ts';
import type { OutboxObserver } from './outbox-observer.ts';

/** Between two questions about the same lead. Nobody asks before the decision: the questions would be the load. */
const PAUSE = 5;
const PATIENCE = 5_000;

export class HttpSample {
  readonly latencies: number[] = [];
  private readonly redis: Redis;
  private readonly url: string;
  private readonly observer: OutboxObserver;

  constructor(redis: Redis, url: string, observer: OutboxObserver) {
    this.redis = redis;
    this.url = url;
    this.observer = observer;
  }

  /** Samples on a schedule of their own, in seconds from now. */
  async run({ perSecond, from, until }: { perSecond: number; from: number; until: number }): Promise<void> {
    const begun = performance.now();
    const samples: Promise<void>[] = [];
    for (let at = from; at < until; at += 1 / perSecond) {
      const due = begun + at * 1000;
      await sleep(Math.max(0, due - performance.now()));
      samples.push(this.sample(`sampled-${samples.length}`, due));
    }
    await Promise.all(samples);
  }

  private async sample(lead: string, due: number): Promise<void> {
    const event = {
      id: lead,
      type: 'lead.created',
      source: 'bench',
      data: { lead_id: lead, status: 'new', base_score: 5 },
    };
    const decided = this.observer.decided(lead);
    await this.redis.xadd(logKeys(partitionOf(lead, PARTITIONS)).used, '*', 'd', JSON.stringify(event));
    await Promise.race([decided, sleep(PATIENCE)]);
    while (performance.now() < due + PATIENCE) {
      const response = await fetch(`${this.url}/v1/leads/${lead}`);
      await response.arrayBuffer();
      if (response.ok) break;
      await sleep(PAUSE);
    }
    this.latencies.push(performance.now() - due);
  }
}
