/** Hands the counts made inside step to the Meter, under the label names of each metric. */

import type { Meter } from '../core/ports.ts';
import { modelQualities } from '../step/learn-examples.ts';
import type { PartitionState } from '../step/partition-state.ts';
import type { Tally } from '../step/tally.ts';

/** Label names of the metrics that step counts, in its order. */
export const TALLIED: Readonly<Record<string, readonly string[]>> = {
  weir_events_received_total: ['type', 'via'],
  weir_events_applied_total: ['type'],
  weir_events_duplicate_total: ['type'],
  weir_clicks_screened_total: ['reason'],
  weir_clicks_flagged_total: ['outcome'],
  weir_events_dead_total: ['type', 'reason'],
  weir_events_erased_total: ['type'],
  weir_events_late_total: ['type'],
  weir_rule_evaluations_total: ['rule', 'result'],
  weir_rule_errors_total: ['rule'],
  weir_rule_breakers_opened_total: ['rule'],
  weir_decisions_total: ['rule', 'mode'],
  weir_activations_refused_total: [],
  weir_action_changes_total: ['rule', 'status'],
  weir_actions_refused_total: ['rule', 'reason'],
  weir_statements_realised_total: ['rule', 'outcome'],
  weir_shared_refused_total: ['kind'],
  weir_forecast_hours_total: ['forecast'],
  weir_forecast_squared_error_total: ['forecast', 'by'],
  weir_series_steps_total: ['series'],
  weir_series_error_total: ['series', 'by'],
  weir_model_examples_total: ['model'],
  weir_model_examples_dropped_total: ['model'],
};

/** How good the models are that this partition teaches; to be called after each commit. */
export function reportModels(state: PartitionState, meter: Meter): void {
  for (const [model, { brier, naive, auc, calibrationError }] of modelQualities(state)) {
    meter.gauge('weir_model_brier', brier, { model });
    meter.gauge('weir_model_brier_naive', naive, { model });
    meter.gauge('weir_model_auc', auc, { model });
    meter.gauge('weir_model_calibration_error', calibrationError, { model });
  }
}

export function reportTally(tally: Tally, meter: Meter): void {
  for (const { metric, labels, amount } of tally.take()) {
    const names = TALLIED[metric] ?? [];
    meter.count(metric, Object.fromEntries(names.map((name, i) => [name, labels[i] ?? ''])), amount);
  }
}
