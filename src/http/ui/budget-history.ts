/** What the budgets of a campaign's channels were, from the events that set them and the actions that changed them. */

import type { KeptEvent } from '../../core/history/event-trace.ts';
import type { Millis } from '../../core/units.ts';

/** Amounts in currency units by channel, in force from `time` on. */
export interface BudgetChange {
  readonly time: Millis;
  readonly type: string;
  /** The action that was applied. */
  readonly action?: string;
  readonly budgets: ReadonlyMap<string, number>;
}

interface Row {
  readonly channel?: unknown;
  readonly budget?: unknown;
}

/**
 * @param events newest first, as the history gives them
 * @returns oldest first
 */
export function budgetHistory(events: readonly KeptEvent[]): BudgetChange[] {
  const changes: BudgetChange[] = [];
  let budgets: ReadonlyMap<string, number> = new Map();
  for (const { time, type, data } of events.toReversed()) {
    const action = typeof data.action_id === 'string' ? data.action_id : undefined;
    const rows = rowsOf(data.budgets) ?? rowsOf(data.channels);
    if (rows === undefined) continue;
    const given = new Map(rows.flatMap(({ channel, budget }) => named(channel, budget)));
    // a list of channels is about all of them, an action about those that it names
    const left = action === undefined ? [...budgets].map(([channel]) => [channel, 0] as const) : [...budgets];
    budgets = new Map([...left, ...given]);
    changes.push({ time, type, ...(action !== undefined && { action }), budgets });
  }
  return changes;
}

function rowsOf(value: unknown): readonly Row[] | undefined {
  return Array.isArray(value)
    ? (value as Row[]).filter((row) => typeof row === 'object' && row !== null)
    : undefined;
}

function named(channel: unknown, budget: unknown): readonly (readonly [string, number])[] {
  return typeof channel === 'string' && typeof budget === 'number' ? [[channel, budget]] : [];
}
