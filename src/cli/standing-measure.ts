/** What stands open in the history, as gauges: anomalies, actions, and how long the oldest of them waits. */

import { WeirError } from '../core/errors.ts';
import type { KeptAction } from '../core/history/kept-action.ts';
import type { History } from '../core/history.ts';
import type { Clock, Meter } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { Plan } from '../rules/plan.ts';

const EVERY: Millis = 15 * SECOND;
/** Of each list that is read; more than a person will ever look at. */
const MOST = 2000;
const SEVERITIES = ['critical', 'high', 'medium', 'low'];

type Labels = Readonly<Record<string, string>>;

export class StandingMeasure {
  readonly #history: History;
  readonly #meter: Meter;
  readonly #clock: Clock;
  readonly #plan: () => Plan;
  /** Series told before, which fall to 0 when nothing of theirs stands open any more. */
  readonly #told = new Map<string, readonly [metric: string, labels: Labels]>();

  constructor(options: { history: History; meter: Meter; clock: Clock; plan: () => Plan }) {
    this.#history = options.history;
    this.#meter = options.meter;
    this.#clock = options.clock;
    this.#plan = options.plan;
  }

  /** Until the signal; while the history is away the gauges stay as they were. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.measure().catch((error: unknown) => {
        if (!(error instanceof WeirError)) throw error;
      });
      await this.#clock.sleep(EVERY, signal);
    }
  }

  async measure(): Promise<void> {
    const [anomalies, pending, approved] = await Promise.all([
      this.#history.anomalies({ active: true, limit: MOST }),
      this.#history.actions({ status: 'pending', limit: MOST }),
      this.#history.actions({ status: 'approved', limit: MOST }),
    ]);
    const now = this.#clock.now();
    const lines = linesOf(this.#plan());
    const found = new Map<string, number>();
    const put = (metric: string, labels: Labels, merge: (before: number) => number) => {
      const key = JSON.stringify([metric, labels]);
      this.#told.set(key, [metric, labels]);
      found.set(key, merge(found.get(key) ?? 0));
    };
    for (const { rule, name, severity, muted } of anomalies.rows) {
      if (muted !== null && muted.until > now) continue;
      // what a rule of before left behind, or an expression named, is no label
      const known = lines.get(rule)?.has(name) === true;
      const labels = {
        rule: known ? rule : 'other',
        name: known ? name : 'other',
        severity: SEVERITIES.includes(severity) ? severity : 'other',
      };
      put('weir_anomaly_active', labels, (before) => before + 1);
    }
    for (const action of [...pending.rows, ...approved.rows]) {
      const rule = lines.has(action.rule) ? action.rule : 'other';
      put('weir_actions', { rule, status: action.status }, (before) => before + 1);
      if (action.status === 'pending')
        put('weir_action_waiting_ratio', { rule }, (before) => Math.max(before, waited(action, now)));
    }
    for (const [key, [metric, labels]] of this.#told) this.#meter.gauge(metric, found.get(key) ?? 0, labels);
  }
}

/** Rules in force, each with the names that its lines may have. */
function linesOf(plan: Plan): ReadonlyMap<string, ReadonlySet<string>> {
  const rules = new Map<string, ReadonlySet<string>>();
  for (const { nodes } of plan.kinds)
    for (const node of nodes)
      if (node.type === 'rule') {
        const { name, shape } = node.rule;
        rules.set(name, new Set(shape.type === 'pick' ? shape.lines.map((line) => line.name) : []));
      }
  return rules;
}

/** 0 when it was proposed, 1 when it expires; 0 where it does not. */
function waited({ requestedAt, value }: KeptAction, now: Millis): number {
  const expires = Number(value.expires_at);
  if (!(expires > requestedAt)) return 0;
  return Math.min(1, Math.max(0, (now - requestedAt) / (expires - requestedAt)));
}
