/** The events of the Yahoo Streaming Benchmark: which ad, what happened, when it was due and when it says it was. */

import type { Rng } from '../../src/core/ports.ts';
import { seededRng } from '../../src/core/random.ts';
import type { Millis } from '../../src/core/units.ts';

export const WINDOW: Millis = 10_000;
const CAMPAIGNS = 100;
const ADS_PER_CAMPAIGN = 10;
const PEOPLE = 100;
const PAGES = 100;
const AD_TYPES = ['banner', 'modal', 'sponsored-search', 'mail', 'mobile'] as const;
const EVENT_TYPES = ['view', 'click', 'purchase'] as const;

export interface AdEventOptions {
  readonly events: number;
  readonly seed: number;
  readonly start: Millis;
  /** Time from one event to the next. */
  readonly spacing: Millis;
  /** Disorder, as rate mode has it: times off by −49…+50 ms, one of 100,000 up to a minute late, 0.1 % sent again. */
  readonly disorder: boolean;
}

export interface AdEvent {
  /** When it is to be sent. */
  readonly due: Millis;
  readonly time: Millis;
  readonly ad: string;
  readonly isView: boolean;
  /** It came before, word for word. */
  readonly again: boolean;
  /** The event as JSON, once its campaign is known. */
  text(campaign: string): string;
}

export interface World {
  readonly campaigns: readonly string[];
  /** Campaign of each ad; one ad more exists than is in here. */
  readonly campaignOf: ReadonlyMap<string, string>;
  readonly ads: readonly string[];
}

/** 100 campaigns of 10 ads, and one ad that belongs to nobody. */
export function adWorld(seed: number): World {
  const rng = seededRng(seed);
  const campaigns = Array.from({ length: CAMPAIGNS }, () => uuid(rng));
  const campaignOf = new Map(
    campaigns.flatMap((campaign) =>
      Array.from({ length: ADS_PER_CAMPAIGN }, () => [uuid(rng), campaign] as const),
    ),
  );
  return { campaigns, campaignOf, ads: [...campaignOf.keys(), uuid(rng)] };
}

/** In the order in which they are due. */
export function* adEvents(world: World, options: AdEventOptions): Generator<AdEvent> {
  const { events, seed, start, spacing, disorder } = options;
  const rng = seededRng(seed + 1);
  const pick = (count: number) => Math.floor(rng() * count);
  const people = Array.from({ length: PEOPLE }, () => uuid(rng));
  const pages = Array.from({ length: PAGES }, () => uuid(rng));
  const known = world.ads.length - 1;
  let recent: AdEvent | undefined;
  for (let n = 0; n < events; n++) {
    const due = start + Math.floor(n * spacing);
    let time = due;
    if (disorder) {
      time += pick(100) - 49;
      if (pick(100_000) === 0) time -= pick(60_000);
    }
    // one in ten thousand is about an ad that nobody has heard of
    const ad = world.ads[pick(10_000) === 0 ? known : pick(known)] as string;
    const type = EVENT_TYPES[pick(3)] as string;
    const fields =
      `"ad_id":"${ad}","ad_type":"${AD_TYPES[pick(5)]}","event_type":"${type}","event_time":"${time}",` +
      `"user_id":"${people[pick(PEOPLE)]}","page_id":"${pages[pick(PAGES)]}","ip_address":"${pick(256)}.${pick(256)}.${pick(256)}.${pick(256)}"`;
    const envelope = `{"id":"${numbered(rng, n)}","type":"ad.interaction","time":${time},"data":{"campaign_id":"`;
    const text = (campaign: string) => `${envelope}${campaign}",${fields}}}`;
    const event: AdEvent = { due, time, ad, isView: type === 'view', again: false, text };
    yield event;
    if (!disorder) continue;
    if (recent && pick(1000) === 0) yield { ...recent, due, again: true };
    if (pick(50) === 0) recent = event;
  }
}

function hex(rng: Rng, digits: number): string {
  return Math.floor(rng() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');
}

function uuid(rng: Rng): string {
  return `${hex(rng, 8)}-${hex(rng, 4)}-4${hex(rng, 3)}-a${hex(rng, 3)}-${hex(rng, 12)}`;
}

/** Never the same twice: the number of the event is its last part. */
function numbered(rng: Rng, n: number): string {
  return `${hex(rng, 8)}-${hex(rng, 4)}-4${hex(rng, 3)}-a${hex(rng, 3)}-${n.toString(16).padStart(12, '0')}`;
}
