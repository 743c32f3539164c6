/** What is kept of one response, and its way into a record and back. */

import type { Micros } from '../../core/units.ts';
import { floatsOf, floatText } from '../learned/float-text.ts';
import { type ClickCosts, newClickCosts } from './click-costs.ts';
import { type ClickSample, clickSampleOf, clickSampleText, newClickSample } from './click-sample.ts';
import { type ConversionRate, newConversionRate } from './conversion-rate.ts';
import { type DelayEvidence, LONGEST_DELAY } from './delay.ts';
import { type Dispersion, newDispersion } from './dispersion.ts';
import { type ForecastRecord, newForecastRecord } from './forecast-record.ts';
import { type Guard, newGuard } from './guard.ts';
import { type InventoryCap, newInventoryCap } from './inventory-cap.ts';
import { newPace, type Pace } from './pace.ts';
import type { PriceCurve } from './price-curve.ts';
import { newSpendLevel, type SpendLevel } from './spend-level.ts';

const VERSION = 2;
/** One without `pace`. */
const BEFORE = 1;

/** What happened in an hour that is not closed yet. */
export interface OpenHour {
  clicks: number;
  micros: Micros;
  /** Σ cost², in squared currency units: how much the costs of single clicks differ. */
  squares: number;
  applications: number;
}

/** Hours are numbered since the epoch. */
export interface ResponseState {
  /** The first hour that is not closed; absent before the first event. */
  next: number | undefined;
  /** The hour of the week of `next` in the entity's zone, when the hour before was closed. */
  ofWeek: number;
  /** The last hour that had clicks. */
  newest: number;
  readonly open: Map<number, OpenHour>;
  /** Micros that were meant to be spent, of hours not closed. */
  readonly planned: Map<number, Micros>;
  /** Clicks that came after their hour was closed, by hour. */
  readonly late: Map<number, number>;
  /** Clicks of the last 120 closed hours, by hour modulo 120. */
  readonly clicks: number[];
  /** Closed hours that had clicks. */
  hours: number;
  /** Currency units an hour, the last hours counting most. */
  usualSpend: number;
  readonly level: SpendLevel;
  readonly costs: ClickCosts;
  price: PriceCurve | undefined;
  readonly rate: ConversionRate;
  readonly guard: Guard;
  readonly delay: DelayEvidence;
  /** What was seen of delays since the last hour was closed. */
  readonly freshDelay: DelayEvidence;
  sample: ClickSample;
  readonly cap: InventoryCap;
  readonly dispersion: Dispersion;
  readonly record: ForecastRecord;
  readonly pace: Pace;
}

export function newResponseState(): ResponseState {
  return {
    next: undefined,
    ofWeek: 0,
    newest: 0,
    open: new Map(),
    planned: new Map(),
    late: new Map(),
    clicks: Array.from({ length: LONGEST_DELAY }, () => 0),
    hours: 0,
    usualSpend: 0,
    level: newSpendLevel(),
    costs: newClickCosts(),
    price: undefined,
    rate: newConversionRate(),
    guard: newGuard(),
    delay: [0, 0, 0, 0],
    freshDelay: [0, 0, 0, 0],
    sample: newClickSample(),
    cap: newInventoryCap(),
    dispersion: newDispersion(),
    record: newForecastRecord(),
    pace: newPace(),
  };
}

/** JSON of about 2 to 3 kB; what is read back answers the same, bit by bit. */
export function encodeResponse(state: ResponseState): unknown {
  const { open, planned, late, price, sample, ...rest } = state;
  return {
    version: VERSION,
    ...rest,
    open: [...open],
    planned: [...planned],
    late: [...late],
    price: price && {
      mean: floatText(price.mean),
      covariance: floatText(price.covariance),
      surprise: price.surprise,
    },
    sample: [sample.threshold, clickSampleText(sample)],
  };
}

/** @throws RangeError for a record of a version that this one does not know */
export function decodeResponse(stored: unknown): ResponseState {
  const record = structuredClone(stored) as StoredResponse;
  if (record.version !== VERSION && record.version !== BEFORE)
    throw new RangeError(`response: a stored model of version ${record.version}, this one reads ${VERSION}`);
  const { version: _, open, planned, late, price, sample, ...rest } = record;
  return {
    ...rest,
    pace: rest.pace ? { ...rest.pace, told: rest.pace.told ?? undefined } : newPace(),
    next: rest.next ?? undefined,
    open: new Map(open),
    planned: new Map(planned),
    late: new Map(late),
    price: price && {
      mean: floatsOf(price.mean),
      covariance: floatsOf(price.covariance),
      surprise: price.surprise,
    },
    sample: clickSampleOf(...sample),
  };
}

interface StoredResponse
  extends Omit<ResponseState, 'open' | 'planned' | 'late' | 'price' | 'sample' | 'pace'> {
  readonly version: number;
  readonly pace?: Pace;
  readonly open: [number, OpenHour][];
  readonly planned: [number, Micros][];
  readonly late: [number, number][];
  readonly price?: { mean: string; covariance: string; surprise: [number, number] };
  readonly sample: [threshold: number, clicks: string];
}
