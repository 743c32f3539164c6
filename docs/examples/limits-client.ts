/** A client of `POST /v1/campaigns/{id}/limits/check` to take into another program; it needs nothing but `fetch`. */

export interface LimitsRequest {
  readonly channel?: string;
  readonly job_id?: string;
  /** Currency units that are about to be spent. */
  readonly spend?: number;
  /** A daily limit of your own: the smaller one counts. */
  readonly daily_limit?: number;
}

export interface LimitsAnswer {
  readonly allowed: boolean;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  readonly current_spend: number;
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly currency?: string;
  readonly aiRecommendations: readonly {
    readonly rule: string;
    readonly type: string;
    readonly text: string;
    readonly decision_id?: string;
  }[];
}

export interface LimitsClientOptions {
  /** Where weir answers, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly token?: string;
  /** Milliseconds; distributing must not wait for advice. */
  readonly timeout?: number;
  readonly fetch?: typeof fetch;
}

export class LimitsClient {
  readonly #options: LimitsClientOptions;

  constructor(options: LimitsClientOptions) {
    this.#options = options;
  }

  /** Never allows what weir does not know; rejects when weir does not answer, and the caller decides what that means. */
  async check(campaignId: string | number, asked: LimitsRequest = {}): Promise<LimitsAnswer> {
    const { url, token, timeout = 250, fetch: ask = fetch } = this.#options;
    const response = await ask(`${url}/v1/campaigns/${encodeURIComponent(campaignId)}/limits/check`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(asked),
      signal: AbortSignal.timeout(timeout),
    });
    if (response.status === 404) return UNKNOWN;
    if (!response.ok) throw new Error(`limits of campaign ${campaignId}: weir answered ${response.status}`);
    return (await response.json()) as LimitsAnswer;
  }
}

const UNKNOWN: LimitsAnswer = {
  allowed: false,
  reasons: [{ code: 'unknown_campaign', message: 'No event about this campaign has arrived' }],
  current_spend: 0,
  limit: null,
  remaining: null,
  aiRecommendations: [],
};
