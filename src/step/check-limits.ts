/** check-limits: whether a campaign, or one of its channels, may spend more now; from what is known, changing nothing. */

import { fromMicros, toMicros } from '../core/units.ts';
import type { Entity } from './entity.ts';
import { openAdvice } from './open-advice.ts';

/** What is about to be spent. */
export interface LimitsAsked {
  readonly channel?: string;
  readonly job_id?: string;
  /** Currency units on top of what is spent; 0 where it is absent. */
  readonly spend?: number;
  /** A daily limit of the asker's own: the smaller one counts. */
  readonly daily_limit?: number;
}

export interface LimitsAnswer {
  readonly allowed: boolean;
  /** Why not, in words to rely on; empty when allowed. */
  readonly reasons: readonly LimitReason[];
  /** Of the campaign's day so far, or of the channel's where one was asked for. */
  readonly current_spend: number;
  /** For the whole day; null where there is none. */
  readonly limit: number | null;
  /** What may still be spent, by the campaign's limit too where a channel was asked for. */
  readonly remaining: number | null;
  readonly currency: string;
  readonly aiRecommendations: readonly Readonly<Record<string, unknown>>[];
}

export interface LimitReason {
  readonly code:
    | 'paused'
    | 'not_started'
    | 'ended'
    | 'no_budget'
    | 'daily_budget'
    | 'application_cap'
    | 'job_cap'
    | 'unknown_channel';
  readonly message: string;
}

/**
 * @param channel the one that was asked for; undefined where none was, or where it is not known
 * @param now stream time: days and the span of the campaign are told by it
 */
export function checkLimits(
  campaign: Entity,
  channel: Entity | undefined,
  asked: LimitsAsked,
  now: number,
): LimitsAnswer {
  const of = (entity: Entity, name: string) => entity.slots[entity.kind.slotOf.get(name) ?? -1];
  const amount = (entity: Entity, name: string) => numberOr(of(entity, name), 0);
  const currency = campaign.currency();
  const reasons: LimitReason[] = [];
  const refuse = (code: LimitReason['code'], message: string) => reasons.push({ code, message });
  const money = (value: number) => `${value.toFixed(2)} ${currency}`;

  if (of(campaign, 'paused') === true) refuse('paused', 'The campaign is paused');
  if (numberOr(of(campaign, 'starts_at'), now) > now) refuse('not_started', 'The campaign has not begun');
  if (numberOr(of(campaign, 'ends_at'), Number.POSITIVE_INFINITY) <= now)
    refuse('ended', 'The campaign is over');
  if (asked.channel !== undefined && !channel)
    refuse('unknown_channel', `The campaign has no channel ${asked.channel}`);

  const whole = standing(
    amount(campaign, 'spend_today'),
    amount(campaign, 'daily_budget'),
    asked.daily_limit,
  );
  const part =
    channel && standing(amount(channel, 'spend_today'), amount(channel, 'budget'), asked.daily_limit);
  for (const [who, one] of [['The campaign', whole] as const, [asked.channel, part] as const]) {
    if (one === undefined || reasons.some(({ code }) => code === 'unknown_channel')) continue;
    // what a paused channel keeps is there to be spent: else nobody sees it come back
    const isPaused = one === part && channel !== undefined && of(channel, 'paused') === true;
    if (one.limit <= 0)
      refuse(isPaused ? 'paused' : 'no_budget', `${who} ${isPaused ? 'is paused' : 'has no budget'}`);
    else if (
      one.spent >= one.limit ||
      toMicros(one.spent) + toMicros(asked.spend ?? 0) > toMicros(one.limit)
    ) {
      // where there is something left, it is what is planned that is too much
      const planned = one.spent < one.limit ? `, and ${money(asked.spend ?? 0)} more are planned` : '';
      refuse(
        isPaused ? 'paused' : 'daily_budget',
        `${who} ${isPaused ? 'is paused and ' : ''}has spent ${money(one.spent)} of ${money(one.limit)} today${planned}`,
      );
    }
  }
  const cap = of(campaign, 'application_cap');
  if (typeof cap === 'number' && amount(campaign, 'applications') >= cap)
    refuse('application_cap', `All ${cap} applications of the campaign have come`);
  const capped = of(campaign, 'capped_jobs');
  if (asked.job_id !== undefined && Array.isArray(capped) && capped.includes(asked.job_id))
    refuse('job_cap', `All applications for ${asked.job_id} have come`);

  const shown = asked.channel === undefined ? whole : part;
  const remaining = part ? Math.min(part.remaining, whole.remaining) : whole.remaining;
  return {
    allowed: reasons.length === 0,
    reasons,
    current_spend: shown?.spent ?? 0,
    limit: shown?.limit ?? null,
    remaining: shown ? remaining : null,
    currency,
    aiRecommendations: [campaign, ...(channel ? [channel] : [])].flatMap(openAdvice),
  };
}

interface Standing {
  readonly spent: number;
  readonly limit: number;
  readonly remaining: number;
}

function standing(spent: number, budget: number, own = Number.POSITIVE_INFINITY): Standing {
  const limit = Math.min(budget, own);
  return { spent, limit, remaining: fromMicros(Math.max(0, toMicros(limit) - toMicros(spent))) };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
