/** What needs a person: actions that wait, anomalies nobody knows of, dead letters, rules that fail, lag. */

import { WeirError } from '../../core/errors.ts';
import type { Anomaly } from '../../core/history/anomaly.ts';
import type { History } from '../../core/history.ts';
import type { Millis } from '../../core/units.ts';
import { figure, figures } from '../figures.ts';
import { type ActionView, pendingActions } from './action-view.ts';
import type { Waiting } from './frame.ts';
import type { Visit } from './visit.ts';

export interface Needs {
  readonly actions: readonly ActionView[];
  /** Open and not muted; the gravest first. */
  readonly anomalies: readonly Anomaly[];
  readonly dead: number;
  readonly failing: readonly { readonly rule: string; readonly count: number }[];
  /** The rule files here were refused when they were last read. */
  readonly refused: boolean;
  /** Entries waiting, and seconds that the oldest has. */
  readonly lag: { readonly entries: number; readonly oldest: number };
  /** Which store did not answer, so that something may be missing here. */
  readonly away: 'redis' | 'history' | undefined;
}

const GRAVEST = ['critical', 'high', 'medium', 'low'];

export async function readNeeds(visit: Visit): Promise<Needs> {
  const { history, meter } = visit.options;
  const found = { actions: [] as readonly ActionView[], anomalies: [] as readonly Anomaly[], dead: 0 };
  let away: Needs['away'];
  try {
    if (history) {
      const [actions, anomalies, groups] = await Promise.all([
        pendingActions(visit, history),
        openAnomalies(history, visit.show.now),
        history.deadGroups(),
      ]);
      Object.assign(found, { actions, anomalies, dead: groups.reduce((sum, { count }) => sum + count, 0) });
    }
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    away = error.code === 'redis_away' ? 'redis' : 'history';
  }
  const failed = await figures(meter, 'weir_rule_errors_total');
  return {
    ...found,
    failing: failed.flatMap(({ labels, value }) =>
      value > 0 ? [{ rule: labels.rule ?? '', count: value }] : [],
    ),
    refused: visit.options.rulesHere?.().refused !== undefined,
    lag: {
      entries: (await figure(meter, 'weir_stream_lag_events')) ?? 0,
      oldest: (await figure(meter, 'weir_stream_oldest_pending_seconds')) ?? 0,
    },
    away,
  };
}

export async function openAnomalies(history: History, now: Millis): Promise<Anomaly[]> {
  const { rows } = await history.anomalies({ active: true, limit: 200 });
  const heard = rows.filter(({ muted }) => muted === null || muted.until <= now);
  const grave = ({ severity }: Anomaly) => {
    const place = GRAVEST.indexOf(severity);
    return place < 0 ? GRAVEST.length : place;
  };
  return heard.sort((a, b) => grave(a) - grave(b) || b.opened - a.opened);
}

/** Numbers beside the places of the navigation. */
export function waitingOf({ actions, anomalies, dead, failing }: Needs): Waiting {
  const unknown = anomalies.filter(({ acknowledged }) => acknowledged === null);
  return { actions: actions.length, anomalies: unknown.length, dead, rules: failing.length };
}
