/** What one campaign of the demo lives through: four thin pilot weeks, then today at its full budget. */

import { DAY, HOUR, MINUTE, type Millis } from '../../core/units.ts';
import { type CampaignProfile, type ChannelProfile, equalShare, SPIKE } from './campaign-profile.ts';
import { ChannelTraffic } from './channel-traffic.ts';
import type { Emit } from './demo-event.ts';
import type { Draw } from './draw.ts';
import { ALWAYS, BROWSING, localHour, localWeekday, timeBetween, timesBetween } from './hour-curve.ts';

const PILOT_DAYS = 29;
const SPIKE_LASTS: Millis = 5 * HOUR;

export function tellCampaign(
  campaign: CampaignProfile,
  prefix: string,
  draw: Draw,
  end: Millis,
  emit: Emit,
): void {
  const { id, channels } = campaign;
  const dayStart = end - DAY;
  const split = (total: number) => {
    const budget = equalShare(total, channels);
    const rows = channels.map(({ channel }) => ({ channel, budget }));
    return { daily_budget: Math.round(budget * channels.length * 100) / 100, channels: rows };
  };
  emit('planner', 'campaign.created', dayStart - PILOT_DAYS * DAY, {
    campaign_id: id,
    currency: 'EUR',
    ...split(campaign.pilotBudget),
    name: campaign.name,
    objective: 'applications',
    job_category: campaign.category,
    location: campaign.location,
    // a month passes in seconds: nobody could carry out in time what would go out in it
    autonomy: 'off',
  });
  emit('planner', 'campaign.updated', dayStart + draw.whole(1, 20) * MINUTE, {
    campaign_id: id,
    autonomy: campaign.autonomy,
    ...split(campaign.budget),
  });
  for (const profile of channels) {
    const traffic = new ChannelTraffic(campaign, profile, { prefix, applyAfter: 11 * MINUTE }, draw, emit);
    tellPilot(traffic, profile, equalShare(campaign.pilotBudget, channels), draw, dayStart);
    tellToday(traffic, campaign, profile, draw, end);
  }
  tellMarket(campaign, draw, end, emit);
}

function tellPilot(
  traffic: ChannelTraffic,
  profile: ChannelProfile,
  budget: number,
  draw: Draw,
  dayStart: Millis,
): void {
  for (let day = PILOT_DAYS; day >= 1; day--) {
    const from = dayStart - day * DAY;
    const weekend = localWeekday(from) > 5 ? 0.7 : 1;
    const clicks = draw.count((budget * weekend * draw.between(0.75, 1)) / profile.click);
    for (const time of timesBetween(draw, clicks, from, from + DAY, BROWSING)) traffic.click(time);
    traffic.reportSpend(from + DAY + draw.whole(0, 30) * MINUTE, clicks * profile.click);
  }
}

function tellToday(
  traffic: ChannelTraffic,
  campaign: CampaignProfile,
  profile: ChannelProfile,
  draw: Draw,
  end: Millis,
): void {
  const spikes = campaign.id === SPIKE.campaign && profile.channel === SPIKE.channel;
  const budget = equalShare(campaign.budget, campaign.channels) * draw.between(0.85, 0.98);
  // The channel that explodes has a quiet day first, so that its last hours weigh.
  const clicks = Math.floor((budget * (spikes ? 0.2 : 1)) / profile.click);
  const calmUntil = spikes ? end - SPIKE_LASTS : end;
  for (const time of timesBetween(draw, clicks, end - DAY, calmUntil, BROWSING)) {
    // Clicks get a little dearer in the busy hours.
    const rush = 0.9 + 0.2 * (BROWSING[localHour(time)] as number);
    traffic.click(time, rush);
    if (draw.chance(0.9)) traffic.impression(timeBetween(draw, end - DAY, end, BROWSING));
  }
  if (!spikes) return;
  for (const time of timesBetween(draw, 110, calmUntil, end, ALWAYS)) {
    traffic.click(time, draw.between(4, 8), 0.1);
  }
}

/** Competition and search interest, observed every other hour. */
function tellMarket({ category, location }: CampaignProfile, draw: Draw, end: Millis, emit: Emit): void {
  for (let time = end - DAY; time < end; time += 2 * HOUR) {
    const at = time + draw.whole(0, 10) * MINUTE;
    const busy = BROWSING[localHour(at)] as number;
    const observe = (name: string, value: number) =>
      emit('market-watch', 'context.observed', at, {
        name,
        value: Math.round(value * 100) / 100,
        job_category: category,
        location,
      });
    observe('market_competition', draw.between(0.3, 0.5) + 0.3 * busy);
    observe('search_trend', draw.between(40, 60) + 40 * busy);
  }
}
