/** What happens to one invented campaign: clicks that cost, applications, hires, new budgets, a price that explodes. */

import type { Scene } from './lead-story.ts';
import type { Random } from './random.ts';

const DAY = 86_400_000;
const CHANNELS = ['jooble', 'indeed', 'linkedin', 'facebook', 'infojobs'];
const ZONES = ['Europe/Madrid', 'America/New_York', 'Pacific/Auckland', 'America/Santiago', 'Asia/Kolkata'];
/** Quantiles are exact up to 256 kept values; a channel never has more clicks than this. */
const MOST_CLICKS = 240;

export interface CampaignStory {
  readonly campaign: string;
  readonly scenes: number;
  readonly start: number;
  readonly end: number;
  /** Its channels vanish and come back, and it moves between time zones. */
  readonly amends?: boolean;
}

interface Channel {
  readonly channel: string;
  readonly cost: number;
  readonly applies: number;
  clicks: number;
}

export function campaignStory(random: Random, story: CampaignStory): Scene[] {
  const { campaign, start, end } = story;
  const born = start + Math.floor(random.next() * Math.min(DAY, (end - start) / 4));
  const channels: Channel[] = random
    .shuffled(CHANNELS)
    .slice(0, random.whole(2, 5))
    .map((channel) => ({
      channel,
      cost: random.spread(0.4, 4),
      applies: random.spread(0.05, 0.5),
      clicks: 0,
    }));
  const zone = story.amends ? { timezone: random.pick(ZONES) } : {};
  const data = { ...birth(random, campaign, channels), ...zone };
  const scenes: Scene[] = [{ time: born, type: 'campaign.created', data }];
  const dear = random.pick(channels);
  const explosion = born + Math.floor((end - born) * (0.55 + 0.35 * random.next()));
  const add = (time: number, type: string, data: Record<string, unknown>) =>
    scenes.push({ time, type, data: { campaign_id: campaign, ...data } });
  while (scenes.length < story.scenes) {
    const own = random.pick(channels);
    const inExplosion = random.chance(0.15);
    const time = inExplosion
      ? explosion + Math.floor(random.next() * DAY * 0.7)
      : born + 1 + Math.floor(random.next() * (end - born - 1));
    if (time >= end) continue;
    const { channel } = inExplosion ? dear : own;
    const act = random.next();
    if ((inExplosion || act < 0.6) && own.clicks < MOST_CLICKS && dear.clicks < MOST_CLICKS) {
      (inExplosion ? dear : own).clicks += 1;
      const price = (inExplosion ? dear.cost * 15 : own.cost) * (0.5 + random.next());
      const visitor = story.amends ? visit(random, scenes.length) : {};
      add(time, 'campaign.click', { channel, cost: money(random, price), ...visitor });
      if (story.amends && random.chance(0.15)) flag(random, time, visitor.click_id, add);
      if (story.amends && random.chance(0.1))
        for (let n = random.whole(1, 4); n > 0; n--)
          add(time + random.whole(1, 15_000), 'campaign.click', {
            channel,
            cost: money(random, price),
            ...visitor,
          });
      if (!inExplosion && random.chance(own.applies))
        add(time + random.whole(1, 3_600_000), 'campaign.application', { channel });
    } else if (act < 0.75) add(time, 'campaign.application', { channel });
    else if (act < 0.85) add(time, 'campaign.impression', { channel });
    else if (act < 0.9)
      add(time, 'campaign.conversion', { channel, conversion_value: random.whole(100, 900) });
    else if (act < 0.95) add(time, 'campaign.budget_reported', { channel, spend: money(random, 30) });
    else add(time, 'campaign.updated', amended(random, channels, story.amends === true));
  }
  return scenes.filter(({ time }) => time < end).slice(0, story.scenes);
}

/** Somebody says, soon or late and perhaps twice, that a click does not count, perhaps of one that never was. */
function flag(
  random: Random,
  time: number,
  click: unknown,
  add: (time: number, type: string, data: Record<string, unknown>) => void,
): void {
  const reason = random.pick([undefined, 'bot', 'click_farm']);
  const data = { subject: 'click', click_id: click ?? 'nobody knows', ...(reason && { reason }) };
  for (let n = random.whole(1, 2); n > 0; n--)
    add(time + random.whole(-10_000, 3 * DAY), 'fraud.flagged', data);
}

function birth(random: Random, campaign: string, channels: readonly Channel[]): Record<string, unknown> {
  const shares = budgets(random, channels);
  const cents = shares.reduce((sum, { budget }) => sum + Math.round(budget * 100), 0);
  return {
    campaign_id: campaign,
    daily_budget: cents / 100,
    currency: random.pick(['EUR', 'EUR', 'USD']),
    channels: shares,
    ...(random.chance(0.8) ? { job_category: random.pick(['warehouse', 'nursing', 'it']) } : {}),
    ...(random.chance(0.5) ? { name: `Campaign ${campaign}` } : {}),
  };
}

/** Who clicked: robots, sessions, addresses of few networks. */
function visit(random: Random, number: number): Record<string, unknown> {
  const agent = random.pick(['Mozilla/5.0 Firefox/128.0', 'Mozilla/5.0 Chrome/126.0', 'ExampleBot/1.0']);
  return {
    ...(random.chance(0.5) ? { click_id: `k${number}` } : {}),
    ...(random.chance(0.6) ? { user_agent: agent } : {}),
    ...(random.chance(0.4) ? { session_id: `s${random.whole(1, 40)}` } : {}),
    ...(random.chance(0.6) ? { ip_address: `203.0.${random.whole(112, 114)}.${random.whole(1, 254)}` } : {}),
    ...(random.chance(0.3) ? { job_title: random.pick(['Nurse', 'Driver', 'Cook']) } : {}),
  };
}

function amended(random: Random, channels: readonly Channel[], amends: boolean): Record<string, unknown> {
  const listed = { channels: budgets(random, channels) };
  if (!amends) return listed;
  const form = random.whole(0, 3);
  if (form === 0) return { timezone: random.pick(ZONES) };
  if (form === 1) return { channels: listed.channels.slice(1) };
  if (form === 2) return { daily_budget: 300, channels: listed.channels.map(({ channel }) => ({ channel })) };
  return { ...listed, job_category: random.pick(['warehouse', 'it']) };
}

/** Mostly even, so that limits can be met; now and then so uneven that they cannot. */
function budgets(random: Random, channels: readonly Channel[]): { channel: string; budget: number }[] {
  const uneven = random.chance(0.15);
  return channels.map(({ channel }) => ({
    channel,
    budget: Math.round((uneven ? random.spread(1, 400) : 80 + 60 * random.next()) * 100) / 100,
  }));
}

/** At most six decimals, as money may have; sometimes as a decimal text. */
function money(random: Random, units: number): number | string {
  const digits = random.pick([2, 2, 4, 6]);
  const text = units.toFixed(digits);
  return random.chance(0.2) ? text : Number(text);
}
