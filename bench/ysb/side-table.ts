/** The join of an ad with its campaign: a table in Redis, asked once for each ad. */

import type { Redis } from 'ioredis';

const TABLE = 'bench:ads';

/** Writes the table. */
export async function storeCampaigns(redis: Redis, campaignOf: ReadonlyMap<string, string>): Promise<void> {
  await redis.hset(TABLE, Object.fromEntries(campaignOf));
}

export class SideTable {
  /** Lookups that found no campaign. */
  misses = 0;
  private readonly redis: Redis;
  /** What was found so far; null where nothing was. */
  private readonly known = new Map<string, string | null>();

  constructor(redis: Redis) {
    this.redis = redis;
  }

  /** The campaign of an ad; undefined, and counted, when it has none. Waits only for the first look at an ad. */
  campaignOf(ad: string): string | undefined | Promise<string | undefined> {
    const found = this.known.get(ad);
    if (found === undefined) return this.ask(ad);
    if (found === null) this.misses += 1;
    return found ?? undefined;
  }

  private async ask(ad: string): Promise<string | undefined> {
    const found = await this.redis.hget(TABLE, ad);
    this.known.set(ad, found);
    if (found === null) this.misses += 1;
    return found ?? undefined;
  }
}
