/** A controller of your own limits that asks weir too: what it refused before it still refuses, and it gains advice. */

import type { LimitsAnswer, LimitsClient } from './limits-client.ts';

export interface CampaignData {
  readonly campaignId: string;
  readonly channel: string;
  readonly plannedSpend: number;
  readonly dailyLimit?: number;
}

/** What the controller answered before it asked anybody. */
export interface OwnResult {
  readonly allowed: boolean;
  readonly reason?: string;
}

export class InternalLimitsController {
  readonly #aiService: LimitsClient;
  readonly #ownCheck: (data: CampaignData) => OwnResult;

  constructor(aiService: LimitsClient, ownCheck: (data: CampaignData) => OwnResult) {
    this.#aiService = aiService;
    this.#ownCheck = ownCheck;
  }

  async checkCampaignLimits(data: CampaignData) {
    const existingResult = this.#ownCheck(data);
    const ai = await this.#ask(data);
    return {
      ...existingResult,
      allowed: existingResult.allowed && (ai?.allowed ?? true),
      reasons: ai?.reasons ?? [],
      remaining: ai?.remaining ?? null,
      aiRecommendations: ai?.aiRecommendations ?? [],
    };
  }

  /** While weir does not answer, the controller stands by its own limits: money neither stops nor runs away. */
  async #ask({
    campaignId,
    channel,
    plannedSpend,
    dailyLimit,
  }: CampaignData): Promise<LimitsAnswer | undefined> {
    try {
      return await this.#aiService.check(campaignId, {
        channel,
        spend: plannedSpend,
        ...(dailyLimit !== undefined && { daily_limit: dailyLimit }),
      });
    } catch {
      return undefined;
    }
  }
}
