/** Leads and campaigns of one house side by side, in the order of their times. */

import { campaignStory } from './campaign-story.ts';
import { type Arrival, type HouseStory, houseStory } from './house-story.ts';
import { Random } from './random.ts';

export interface MixedStory extends HouseStory {
  /** Campaigns beside the leads, and events of each. */
  readonly campaigns?: number;
  readonly campaignEvents?: number;
  /** Their channels vanish and come back, and they move between time zones. */
  readonly amends?: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2026, 0, 5);

export function* mixedStory(story: MixedStory): Generator<Arrival> {
  const campaigns = campaignArrivals(story);
  let next = campaigns.shift();
  for (const arrival of houseStory(story)) {
    while (next && timeOf(next) <= timeOf(arrival)) {
      yield next;
      next = campaigns.shift();
    }
    yield arrival;
  }
  if (next) yield next;
  yield* campaigns;
}

function timeOf({ event: { time } }: Arrival): number {
  return typeof time === 'number' ? time : Date.parse(String(time));
}

/** By the time of the event; some late, some twice; what makes a campaign or a channel known is in time. */
function campaignArrivals({
  campaigns = 0,
  campaignEvents = 60,
  amends = false,
  days,
  seed,
  start = MONDAY,
}: MixedStory): Arrival[] {
  const random = new Random(seed + 1);
  const arrivals: Arrival[] = [];
  for (let number = 1; number <= campaigns; number++) {
    const campaign = `c${number}`;
    const end = start + days * DAY;
    const scenes = campaignStory(random, { campaign, scenes: campaignEvents, start, end, amends }).sort(
      (a, b) => a.time - b.time,
    );
    const known = new Set<unknown>();
    for (const [index, { time, type, data }] of scenes.entries()) {
      const isFirst = !known.has(data.channel);
      known.add(data.channel);
      const event = { id: `${campaign}-${index}`, source: 'ads', type, time, data };
      const late = isFirst || random.chance(0.85) ? 0 : Math.floor(random.spread(MINUTE, 6 * HOUR));
      arrivals.push({ event, route: campaign, at: time + late });
      if (random.chance(0.04))
        arrivals.push({ event, route: campaign, at: time + late + random.next() ** 2 * 20 * HOUR });
    }
  }
  return arrivals.sort((a, b) => timeOf(a) - timeOf(b));
}
