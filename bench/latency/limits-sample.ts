/** Asks under load whether campaigns may spend more, on a schedule of its own, each question counted from when it was due. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { partitionOf } from '../../src/core/partition.ts';
import { logKeys, PARTITIONS } from '../flow/keys.ts';

const CAMPAIGNS = 20;
const CHANNELS = ['jooble', 'indeed', 'linkedin', 'facebook', 'infojobs'];
const CLICKS = 40;

export class LimitsSample {
  /** Milliseconds. */
  readonly latencies: number[] = [];
  /** Events that were sent for it. */
  sent = 0;
  private readonly redis: Redis;
  private readonly url: string;

  constructor(redis: Redis, url: string) {
    this.redis = redis;
    this.url = url;
  }

  /** Campaigns with five channels and some clicks. */
  async prepare(): Promise<void> {
    for (let n = 0; n < CAMPAIGNS; n++) {
      const campaign_id = `limits-${n}`;
      const channels = CHANNELS.map((channel) => ({ channel, budget: 100 }));
      await this.send(campaign_id, 'campaign.created', { daily_budget: 500, currency: 'EUR', channels });
      for (let i = 0; i < CLICKS; i++)
        await this.send(campaign_id, 'campaign.click', {
          channel: CHANNELS[i % 5],
          cost: 0.31,
          click_id: `k${i}`,
        });
    }
  }

  /** In seconds from now. */
  async run({ perSecond, from, until }: { perSecond: number; from: number; until: number }): Promise<void> {
    const begun = performance.now();
    const asked: Promise<void>[] = [];
    for (let at = from; at < until; at += 1 / perSecond) {
      const due = begun + at * 1000;
      await sleep(Math.max(0, due - performance.now()));
      asked.push(this.ask(`limits-${asked.length % CAMPAIGNS}`, CHANNELS[asked.length % 5] as string, due));
    }
    await Promise.all(asked);
  }

  private async ask(campaign: string, channel: string, due: number): Promise<void> {
    const response = await fetch(`${this.url}/v1/campaigns/${campaign}/limits/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel, spend: 1 }),
    });
    const answer = (await response.json()) as { allowed?: boolean };
    if (answer.allowed !== true) throw new Error(`limits of ${campaign}: ${JSON.stringify(answer)}`);
    this.latencies.push(performance.now() - due);
  }

  private async send(campaign_id: string, type: string, data: object): Promise<void> {
    this.sent += 1;
    const event = { type, source: 'bench', data: { campaign_id, ...data } };
    const { used } = logKeys(partitionOf(campaign_id, PARTITIONS));
    await this.redis.xadd(used, '*', 'd', JSON.stringify(event));
  }
}
