/** Counts how far off models of series were, for the metrics: the model is better where its sum is the smaller one. */

import type { StepErrors } from '../models/series/step-errors.ts';
import type { Tally } from './tally.ts';

export function tallyErrors(tally: Tally, series: string, { steps, model, lastStep }: StepErrors): void {
  tally.add('weir_series_steps_total', series, '', steps);
  tally.add('weir_series_error_total', series, 'model', model);
  tally.add('weir_series_error_total', series, 'last_step', lastStep);
}
