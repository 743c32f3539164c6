/** The value of a response: what the next hour's money is expected to buy. */

import type { ToldPace } from './pace.ts';
import type { ResponseCurve } from './response-curve.ts';

/** Money in currency units. */
export interface ResponseForecast {
  /** CPA of the next hour: spend ÷ expected applications of its clicks, whenever they come. */
  readonly value: number;
  /** Its 80 % interval, with at least one application assumed. */
  readonly low: number;
  readonly high: number;
  /** What the simplest way that has been best so far would say (last hour, average, same hour yesterday). */
  readonly naive?: number;
  readonly applications: number;
  readonly clicks: number;
  /** What the next hour is assumed to spend: its plan where there is one, else as lately. */
  readonly spend: number;
  readonly click_cost: number;
  /** Applications per click, in the next hour. */
  readonly rate: number;
  /** Hours with clicks that it was learned from. */
  readonly hours: number;
  /** Its live error, one hour ahead, is below the best naive one's. */
  readonly served: boolean;
  /** That error over the best naive one's: below 1 is better. Absent in the first day. */
  readonly error?: number;
  /** The guard: applications come far below or above what was usual. */
  readonly alarm?: 'low' | 'high';
  /** How it keeps to what was planned for it; absent where nothing was. */
  readonly pace?: ToldPace;
  readonly curve: ResponseCurve;
}
