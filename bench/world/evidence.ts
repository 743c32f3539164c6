/** Whether there was enough money on a channel for anybody to notice its trouble. */

import type { Episode } from './market.ts';
import type { MarketTraffic } from './traffic.ts';

/** What was usual is what the channel brought in as many hours before. */
const USUAL = 336;
/** Of clicks that do not come or cost more, and of applications that do not come: so many tell it from chance. */
const ENOUGH = { clicks: 15, applications: 25 } as const;

export interface Evidence {
  readonly of: 'clicks' | 'applications';
  /** How many the money meant for the channel would have brought without the trouble. */
  readonly usual: number;
  readonly isEnough: boolean;
}

/** What the plan for these hours would have bought at the price of before; nothing where nothing was bought then. */
export function evidenceOf(traffic: MarketTraffic, episode: Episode): Evidence {
  const { kind, channel, campaign, from, hours } = episode;
  const of = kind === 'outage' || kind === 'cpc_spike' ? 'clicks' : 'applications';
  const before = (amount: 'spent' | 'clicks' | 'applications') =>
    traffic.sum(amount, channel, campaign, from - USUAL, from);
  const price = before('spent') / before(of);
  const planned = traffic.sum('planned', channel, campaign, from, from + hours);
  const usual = price > 0 && Number.isFinite(price) ? planned / price : 0;
  return { of, usual, isEnough: usual >= ENOUGH[of] };
}
