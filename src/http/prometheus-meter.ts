/** The Meter behind prom-client: every metric is declared here, with its closed set of labels. */

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Meter } from '../core/ports.ts';
import { type Family, OPEN_METRICS, openMetricsText } from './open-metrics.ts';

const SECONDS = [0.00001, 0.0001, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

export const COUNTERS: Record<string, [help: string, ...labels: string[]]> = {
  weir_events_received_total: ['Elements of entries read from the logs, by the way they came', 'type', 'via'],
  weir_events_applied_total: ['Events applied to state', 'type'],
  weir_clicks_screened_total: [
    'Clicks that do not count, by what the screen or the producer found',
    'reason',
  ],
  weir_clicks_flagged_total: [
    'Events that said that an earlier click does not count, by what came of it',
    'outcome',
  ],
  weir_events_duplicate_total: ['Events that came again within the dedup window', 'type'],
  weir_events_dead_total: ['Events refused into the dead letters', 'type', 'reason'],
  weir_events_erased_total: ['Events of before an erasure that came after it', 'type'],
  weir_events_late_total: ['Late events that every feature refused', 'type'],
  weir_rule_evaluations_total: ['Runs of rules', 'rule', 'result'],
  weir_rule_errors_total: ['Runs of rules that failed or ran out of budget', 'rule'],
  weir_decisions_total: ['Decisions published', 'rule', 'mode'],
  weir_action_changes_total: ['Times an action came to a status', 'rule', 'status'],
  weir_statements_realised_total: [
    'Statements of what an action would bring whose time is over',
    'rule',
    'outcome',
  ],
  weir_actions_refused_total: ['Entries about actions that changed nothing', 'rule', 'reason'],
  weir_intake_entries_total: ['Entries routed from the public stream'],
  weir_entries_lost_total: ['Unread entries that somebody else trimmed'],
  weir_tail_lost_total: ['Times Redis was found to have lost the tail of a log'],
  weir_mail_posted_total: ['Mail appended to the logs of other partitions', 'type'],
  weir_owner_changes_total: ['Partitions acquired by this instance'],
  weir_history_rows_total: ['Rows written to the history', 'stream'],
  weir_history_orphaned_total: ['Rows of the history that Redis lost afterwards'],
  weir_rule_breakers_opened_total: ['Rules switched off in a partition after failures in a row', 'rule'],
  weir_rules_went_back_total: [
    'Returns to the rule set before, because a rule of the new one was switched off',
  ],
  weir_activations_refused_total: ['Rule-set activations that named a stale predecessor'],
  weir_shared_refused_total: [
    'What named a shared entity beyond the 10,000 that a partition keeps of a kind',
    'kind',
  ],
  weir_subscription_delivered_total: [
    'Decisions of subscriptions, by what became of them; attempts that failed are `retried`',
    'subscription',
    'result',
  ],
  weir_forecast_hours_total: [
    'Hours of channels for which a forecast was held against what came',
    'forecast',
  ],
  weir_forecast_squared_error_total: [
    'Squared errors of those forecasts in applications, of the model and of the simple ones beside it',
    'forecast',
    'by',
  ],
  weir_series_steps_total: [
    'Steps of series for which a forecast, or what a detector expected, was held against what came',
    'series',
  ],
  weir_series_error_total: [
    'Absolute errors of those, in units of the series, of the model and of the step before',
    'series',
    'by',
  ],
  weir_model_examples_total: ['Examples that a learned feature learned from', 'model'],
  weir_model_examples_dropped_total: ['Examples of another definition of a learned feature', 'model'],
  weir_http_requests_total: ['HTTP requests, by route and status class', 'route', 'status'],
};

export const GAUGES: Record<string, [help: string, ...labels: string[]]> = {
  weir_stream_lag_events: ['Entries waiting to be applied', 'stream'],
  weir_stream_oldest_pending_seconds: ['Age of the oldest entry waiting', 'stream'],
  weir_history_lag_entries: ['Entries waiting to be written to the history, of the partitions owned'],
  weir_history_lag_entities: [
    'Changed entities waiting to be written to the history, of the partitions owned',
  ],
  weir_dedup_window_seconds: [
    'How far back repeated events are recognised for certain, the shortest of the partitions owned',
  ],
  weir_subscription_lag_entries: [
    'Entries of outboxes that a subscription has not passed, of the partitions owned',
    'subscription',
  ],
  weir_actions: ['Actions that stand at `pending` or `approved`, in the history', 'rule', 'status'],
  weir_action_waiting_ratio: [
    'How much of the time in which somebody may approve it is over, for the pending action nearest to its end',
    'rule',
  ],
  weir_anomaly_active: ['Anomalies that are open and not muted, in the history', 'rule', 'name', 'severity'],
  weir_timers_due: ['Timers due by the wall clock that have not fired'],
  weir_dead_letters: ['Dead letters kept'],
  weir_mail_unposted_partitions: ['Partitions with mail that has not been posted'],
  weir_partitions_owned: ['Partitions this instance owns'],
  weir_entities: ['Entities known', 'kind'],
  weir_redis_memory_ratio: ['Memory of Redis in use, of maxmemory; 0 where there is no limit'],
  weir_model_brier: [
    'Mean squared error of the predictions of a learned feature, told before the outcome',
    'model',
  ],
  weir_model_brier_naive: ['What the share of outcomes alone would have had, p (1 − p)', 'model'],
  weir_model_auc: ['Chance that of two entities the one with the outcome had the higher prediction', 'model'],
  weir_model_calibration_error: [
    'Mean difference of what was predicted and what came, over ten bins',
    'model',
  ],
  weir_config_info: ['The rule set in force', 'hash', 'version'],
  weir_config_last_reload_success: ['1 when the last reading of the rule files was accepted'],
};

export const HISTOGRAMS: Record<string, [help: string, ...labels: string[]]> = {
  weir_event_age_seconds: ['Event time to applied'],
  weir_shared_age_seconds: ['Stream time of a part of a shared entity to merged by its owner'],
  weir_process_duration_seconds: ['One event applied, with all it makes run; a sample', 'type'],
  weir_rule_duration_seconds: ['One run of a rule; a sample', 'rule'],
  weir_commit_duration_seconds: ['One commit, sent to answered'],
  weir_postgres_write_duration_seconds: ['One transaction of the history, sent to committed'],
  weir_http_request_duration_seconds: ['HTTP requests', 'route'],
};

/** Those whose buckets name a decision that was timed there, for whoever asks for OpenMetrics. */
export const WITH_EXEMPLARS: readonly string[] = ['weir_event_age_seconds', 'weir_process_duration_seconds'];

export class PrometheusMeter implements Meter {
  readonly registry: Registry = new Registry();
  private readonly counters = new Map<string, Counter>();
  /** Counts that no counter has yet, by metric and labels. */
  private readonly counted = new Map<
    string,
    Map<string, { labels: Record<string, string>; amount: number }>
  >();
  private readonly gauges = new Map<string, Gauge>();
  private readonly histograms = new Map<string, Histogram>();

  constructor() {
    const registers = [this.registry];
    // exemplars are declared in a registry of this type only; the text itself is written in open-metrics.ts
    this.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    for (const [name, [help, ...labelNames]] of Object.entries(COUNTERS)) {
      const counter = new Counter({ name, help, labelNames, registers, collect: () => this.settle(name) });
      if (labelNames.length === 0) counter.inc(0);
      this.counters.set(name, counter);
    }
    for (const [name, [help, ...labelNames]] of Object.entries(GAUGES))
      this.gauges.set(name, new Gauge({ name, help, labelNames, registers }));
    for (const [name, [help, ...labelNames]] of Object.entries(HISTOGRAMS))
      this.histograms.set(
        name,
        new Histogram({
          ...{ name, help, labelNames, registers, buckets: SECONDS },
          enableExemplars: WITH_EXEMPLARS.includes(name),
        }),
      );
    this.registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);
  }

  count(name: string, labels: Readonly<Record<string, string>> = {}, amount = 1): void {
    let counts = this.counted.get(name);
    if (counts === undefined) {
      known(this.counters, name);
      counts = new Map();
      this.counted.set(name, counts);
    }
    let key = '';
    for (const label in labels) key += `${label}=${labels[label]}\n`;
    const before = counts.get(key);
    if (before === undefined) counts.set(key, { labels: { ...labels }, amount });
    else before.amount += amount;
  }

  /** Hands what was counted to the counter, which is asked for it now: counting itself happens often. */
  private settle(name: string): void {
    for (const count of this.counted.get(name)?.values() ?? []) {
      if (count.amount > 0) this.counters.get(name)?.inc(count.labels, count.amount);
      count.amount = 0;
    }
  }

  observe(
    name: string,
    value: number,
    labels: Readonly<Record<string, string>> = {},
    exemplar?: Readonly<Record<string, string>>,
  ): void {
    const histogram = known(this.histograms, name);
    if (!WITH_EXEMPLARS.includes(name)) histogram.observe({ ...labels }, value);
    else histogram.observe({ labels: { ...labels }, value, exemplarLabels: { ...exemplar } });
  }

  gauge(name: string, value: number, labels: Readonly<Record<string, string>> = {}): void {
    known(this.gauges, name).set({ ...labels }, value);
  }

  /** What is answered to a scrape, in the text it asked for. */
  async scrape(openMetrics: boolean): Promise<{ readonly type: string; readonly text: string }> {
    if (!openMetrics) return { type: this.registry.contentType, text: await this.registry.metrics() };
    // not the registry's own: it takes the endings of the counters away for good
    const families = (await this.registry.getMetricsAsJSON()) as unknown as readonly Family[];
    return { type: OPEN_METRICS, text: openMetricsText(families) };
  }

  /** The sum over all label values of a counter. */
  async total(name: string): Promise<number> {
    const { values } = await known(this.counters, name).get();
    return values.reduce((sum, { value }) => sum + value, 0);
  }

  /** A new rule set takes the place of the old one's series. */
  configInfo(hash: string, version: string): void {
    known(this.gauges, 'weir_config_info').reset();
    this.gauge('weir_config_info', 1, { hash, version });
    this.gauge('weir_config_last_reload_success', 1);
  }
}

function known<T>(metrics: ReadonlyMap<string, T>, name: string): T {
  const metric = metrics.get(name);
  if (!metric) throw new Error(`metric ${name} is not declared in prometheus-meter.ts`);
  return metric;
}
