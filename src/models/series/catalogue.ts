/** What learns the course of a feature's own series, by the verb under which features declare it. */

import type { Aggregate, AggregateOptions } from '../aggregate.ts';
import { seriesAlarm } from './series-alarm.ts';
import { seriesForecast } from './series-forecast.ts';

/**
 * They keep the laws of an aggregate but one: within a step the order does not matter, but events of a step that is
 * over are refused.
 */
export const seriesModels: Readonly<Record<string, (options: AggregateOptions) => Aggregate>> = {
  anomaly: seriesAlarm as (options: AggregateOptions) => Aggregate,
  forecast: seriesForecast as () => Aggregate,
};
