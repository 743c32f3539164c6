/** Clicks of one channel and what follows from them: applications after a while, hires after days. */

import { DAY, HOUR, type Millis, SECOND } from '../../core/units.ts';
import type { CampaignProfile, ChannelProfile } from './campaign-profile.ts';
import type { Emit } from './demo-event.ts';
import type { Draw } from './draw.ts';
import { LEADS } from './lead-profile.ts';

export class ChannelTraffic {
  readonly #campaign: CampaignProfile;
  readonly #profile: ChannelProfile;
  readonly #draw: Draw;
  readonly #emit: Emit;
  readonly #prefix: string;
  readonly #applyAfter: Millis;
  #clicks = 0;
  /** Clicks become applications at an even pace: pure chance would raise alarms that the story does not want. */
  #credit: number;

  /** `prefix` keeps the click ids of one run apart from another's; `applyAfter` is the median from click to application. */
  constructor(
    campaign: CampaignProfile,
    profile: ChannelProfile,
    { prefix, applyAfter }: { prefix: string; applyAfter: Millis },
    draw: Draw,
    emit: Emit,
  ) {
    this.#campaign = campaign;
    this.#profile = profile;
    this.#draw = draw;
    this.#emit = emit;
    this.#applyAfter = applyAfter;
    this.#credit = draw.between(0, 1);
    this.#prefix = `${prefix}.${campaign.id}.${profile.channel}`;
  }

  /** One click, to be told in order of time; `dearer` multiplies its cost, `applies` the chance of an application. */
  click(time: Millis, dearer = 1, applies = 1): void {
    const draw = this.#draw;
    const job = draw.pick(this.#campaign.jobs);
    const base = { campaign_id: this.#campaign.id, channel: this.#profile.channel, job_id: job.id };
    const click_id = `${this.#prefix}.${++this.#clicks}`;
    const cost = Math.round(draw.around(this.#profile.click, 0.25) * dearer * 10_000) / 10_000;
    const { title, company } = job;
    const click: Record<string, unknown> = { ...base, cost, click_id, job_title: title, company };
    const lead = draw.chance(0.03) ? draw.whole(1, LEADS) : undefined;
    if (lead !== undefined) click.lead_id = lead;
    this.#emit('ads', 'campaign.click', time, click);

    this.#credit += (applies * draw.between(0.6, 1.4)) / this.#profile.clicksPerApplication;
    if (this.#credit < 1) return;
    this.#credit -= 1;
    const applied = Math.floor(time + Math.max(SECOND, draw.around(this.#applyAfter, 0.8)));
    const application: Record<string, unknown> = { ...base, click_id };
    if (lead !== undefined) application.lead_id = lead;
    this.#emit('ats', 'campaign.application', applied, application);
    if (!draw.chance(0.04)) return;
    const hired = Math.floor(applied + draw.around(6 * DAY, 0.4));
    const { campaign_id, channel } = base;
    const conversion_value = draw.whole(6, 18) * 100;
    this.#emit('ats', 'campaign.conversion', hired, { campaign_id, channel, click_id, conversion_value });
  }

  /** Platforms report a sample of the impressions. */
  impression(time: Millis): void {
    const { id, location, jobs } = this.#campaign;
    const job = this.#draw.pick(jobs);
    const metadata = { sampled: 100 };
    const data = { campaign_id: id, channel: this.#profile.channel, job_id: job.id, location, metadata };
    this.#emit('ads', 'campaign.impression', time, data);
  }

  /** What the platform says it charged for the day before; it is never quite what the clicks add up to. */
  reportSpend(time: Millis, spent: number): void {
    const spend = Math.round(spent * this.#draw.between(0.97, 1.02) * 100) / 100;
    const data = { campaign_id: this.#campaign.id, channel: this.#profile.channel, spend };
    this.#emit('ads', 'campaign.budget_reported', time + HOUR, data);
  }
}
