/** How a weir stands, read from its metrics: what people look at first. */

import { type Millis, SECOND } from '../../core/units.ts';

/** Every sample by its name and labels, as Prometheus text has them. */
export type Metrics = readonly {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}[];

export interface SlowRule {
  readonly rule: string;
  /** Mean of a run, of those that were measured. */
  readonly microseconds: number;
  readonly runs: number;
}

export interface Standing {
  readonly at: string;
  /** Since the look before; null at the first. */
  readonly events_per_second: number | null;
  readonly decisions_per_second: number | null;
  readonly entries_waiting: number;
  readonly oldest_waiting_seconds: number;
  readonly dead_letters: number;
  /** Null where there is no history. At most 200 are counted. */
  readonly pending_actions: number | null;
  readonly failing_rules: readonly string[];
  readonly partitions_owned: number;
  readonly slowest: readonly SlowRule[];
  /** What the next look compares with. */
  readonly raw: { readonly at: Millis; readonly events: number; readonly decisions: number };
}

const SAMPLE = /^([a-z_]+)(?:\{(.*)\})? ([-+.\deE]+|\+?Inf|NaN)$/;
const MOST_RULES = 8;

export function readMetrics(text: string): Metrics {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, label, given]) => [label as string, (given as string).replace(/\\(.)/g, '$1')] as const,
    );
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

export function standingOf(
  metrics: Metrics,
  at: Millis,
  pending: number | null,
  before: Standing | undefined,
): Standing {
  const of = (name: string) => metrics.filter((sample) => sample.name === name);
  const sum = (name: string) => of(name).reduce((total, { value }) => total + value, 0);
  const most = (name: string) => of(name).reduce((largest, { value }) => Math.max(largest, value), 0);
  const raw = { at, events: sum('weir_events_applied_total'), decisions: sum('weir_decisions_total') };
  const passed = before === undefined ? 0 : (at - before.raw.at) / SECOND;
  const rate = (now: number, then: number | undefined) =>
    passed <= 0 || then === undefined ? null : Math.round((10 * Math.max(0, now - then)) / passed) / 10;
  return {
    at: new Date(at).toISOString(),
    events_per_second: rate(raw.events, before?.raw.events),
    decisions_per_second: rate(raw.decisions, before?.raw.decisions),
    entries_waiting: sum('weir_stream_lag_events'),
    oldest_waiting_seconds: most('weir_stream_oldest_pending_seconds'),
    dead_letters: sum('weir_dead_letters'),
    pending_actions: pending,
    failing_rules: of('weir_rule_errors_total').flatMap(({ labels, value }) =>
      value > 0 && labels.rule !== undefined ? [labels.rule] : [],
    ),
    partitions_owned: sum('weir_partitions_owned'),
    slowest: slowest(of('weir_rule_duration_seconds_sum'), of('weir_rule_duration_seconds_count')),
    raw,
  };
}

function slowest(sums: Metrics, counts: Metrics): SlowRule[] {
  return sums
    .flatMap(({ labels: { rule }, value }): SlowRule[] => {
      const runs = counts.find(({ labels }) => labels.rule === rule)?.value ?? 0;
      return rule === undefined || runs === 0
        ? []
        : [{ rule, microseconds: Math.round((1e7 * value) / runs) / 10, runs }];
    })
    .sort((a, b) => b.microseconds - a.microseconds)
    .slice(0, MOST_RULES);
}

export function standingText(standing: Standing): string {
  const {
    at,
    events_per_second,
    decisions_per_second,
    pending_actions,
    failing_rules,
    slowest: slow,
  } = standing;
  const rate = (value: number | null) => (value === null ? '–' : value.toLocaleString('en'));
  return [
    `weir  ${at.slice(0, 19)}Z   ${standing.partitions_owned} partitions here`,
    `  events      ${rate(events_per_second)}/s   decisions ${rate(decisions_per_second)}/s`,
    `  lag         ${standing.entries_waiting.toLocaleString('en')} entries, the oldest ${round(standing.oldest_waiting_seconds)} s`,
    `  waiting     ${pending_actions === null ? 'no history, so actions are not counted' : `${pending_actions}${pending_actions >= 200 ? ' or more' : ''} actions for a person`}, ${standing.dead_letters} dead letters`,
    `  failing     ${failing_rules.length === 0 ? 'no rule' : failing_rules.join(', ')}`,
    `  slowest     ${slow.length === 0 ? 'nothing measured yet' : ''}`,
    ...slow.map(
      ({ rule, microseconds }) => `    ${rule.padEnd(28)} ${microseconds.toFixed(1).padStart(9)} µs`,
    ),
  ]
    .join('\n')
    .trimEnd();
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
