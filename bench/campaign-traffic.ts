/** Believable traffic of campaigns: they begin, are seen, clicked and applied for, and platforms report what was spent. */

import { seededRng } from '../src/core/random.ts';
import { DAY, type Millis } from '../src/core/units.ts';
import { TRAFFIC_START } from './lead-traffic.ts';

const CHANNELS = ['jooble', 'indeed', 'linkedin', 'facebook'];
const CATEGORIES = ['nursing', 'logistics', 'software', 'sales', 'hospitality'];
const PLACES = ['Madrid', 'Sevilla', 'Valencia', 'Lisboa'];
const COMPANIES = ['Norte', 'Delta', 'Alba'];

export interface CampaignTrafficOptions {
  readonly events: number;
  readonly campaigns: number;
  readonly seed: number;
  /** How long it all takes; five days where it is not said. */
  readonly span?: Millis;
}

/** What was told of a channel, to hold features against. */
export interface ChannelTotals {
  clicks: number;
  /** In tenths of a cent. */
  spent: number;
  applications: number;
}

export interface CampaignTraffic {
  readonly texts: readonly string[];
  /** By channel as `campaign/channel`. */
  readonly totals: ReadonlyMap<string, ChannelTotals>;
}

/** Events in the order of their times, evenly over the time with some jitter; all campaigns begin at once. */
export function campaignTraffic({
  events,
  campaigns,
  seed,
  span = 5 * DAY,
}: CampaignTrafficOptions): CampaignTraffic {
  const rng = seededRng(seed);
  const pick = (count: number) => Math.floor(rng() * count);
  const totals = new Map<string, ChannelTotals>();
  const clicks: { click_id: string; campaign_id: string; channel: string; job_id: string }[] = [];
  const texts: string[] = [];
  const tell = (type: string, time: Millis, data: Record<string, unknown>) => {
    const source = type === 'campaign.application' ? 'ats' : 'ads';
    texts.push(
      JSON.stringify({
        id: `e${texts.length}-${seed}`,
        type,
        source,
        time: new Date(time).toISOString(),
        data,
      }),
    );
  };
  for (let c = 0; c < campaigns; c++) {
    const channels = CHANNELS.map((channel, i) => ({ channel, budget: 40 + 20 * i }));
    const job_category = CATEGORIES[c % CATEGORIES.length];
    const location = PLACES[c % PLACES.length];
    const named = { campaign_id: `c${c}`, name: `Campaign ${c}`, job_category, location };
    tell('campaign.created', TRAFFIC_START, { ...named, daily_budget: 280, currency: 'EUR', channels });
    for (const { channel } of channels)
      totals.set(`c${c}/${channel}`, { clicks: 0, spent: 0, applications: 0 });
  }
  while (texts.length < events) {
    const time = TRAFFIC_START + Math.floor(((texts.length + rng()) * span) / events);
    const campaign_id = `c${pick(campaigns)}`;
    const channel = CHANNELS[pick(CHANNELS.length)] as string;
    const draw = rng();
    const job = pick(12);
    const job_id = `${campaign_id}-${job}`;
    if (draw < 0.22) tell('campaign.impression', time, { campaign_id, channel, job_id });
    else if (draw < 0.31 && clicks.length > 50) {
      // one of the latest clicks, of whatever campaign, brings an application
      const click = clicks.splice(clicks.length - 1 - pick(50), 1)[0] as (typeof clicks)[0];
      tell('campaign.application', time, click);
      (totals.get(`${click.campaign_id}/${click.channel}`) as ChannelTotals).applications += 1;
    } else if (draw < 0.315)
      tell('campaign.budget_reported', time, { campaign_id, channel, spend: 1 + pick(5) });
    else {
      const click_id = `k${texts.length}`;
      const tenths = 100 + pick(900);
      const told = totals.get(`${campaign_id}/${channel}`) as ChannelTotals;
      told.clicks += 1;
      told.spent += tenths;
      clicks.push({ click_id, campaign_id, channel, job_id });
      if (clicks.length > 1000) clicks.shift();
      tell('campaign.click', time, {
        campaign_id,
        channel,
        cost: tenths / 1000,
        click_id,
        job_id,
        job_title: `Job ${job}`,
        company: COMPANIES[job % COMPANIES.length],
        ip_address: `10.${pick(200)}.${pick(250)}.${pick(250)}`,
        user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0',
      });
    }
  }
  return { texts, totals };
}
