/** A decision as one line for people. */

import type { Decision, Reason } from '../core/decision.ts';
import type { Realised } from '../core/statement.ts';
import type { Millis } from '../core/units.ts';
import { numberOf } from '../step/publication.ts';
import { show } from './expected-value.ts';

/** `09:14:03 decision engagement_score lead:123 8.5 → 14.5 (completions +6)`; another day than `today` is named. */
export function decisionLine(decision: Decision, today: Millis): string {
  const { rule, kind, entity, time } = decision;
  return `${clockText(time, today)} ${wordFor(decision).padEnd(8)} ${rule} ${kind}:${entity} ${changeText(decision)}`.trimEnd();
}

/** `09:14:03`, or `11-21 09:14:03` of another day than `today`. */
export function clockText(time: Millis, today: Millis): string {
  const [day, instant] = new Date(time).toISOString().split('T') as [string, string];
  const isToday = day === new Date(today).toISOString().slice(0, 10);
  return `${isToday ? '' : `${day.slice(5)} `}${instant.slice(0, 8)}`;
}

function wordFor({ error, value, mode }: Decision): string {
  if (error !== undefined) return 'problem';
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, 'action')) return 'action';
  if (Array.isArray(value) && value.some((line) => Object.hasOwn(line as object, 'severity')))
    return 'anomaly';
  return mode === 'shadow' ? 'shadow' : 'decision';
}

/** `8.5 → 14.5 (completions +6)`: what a decision changed, and why. */
export function changeText(decision: Decision): string {
  const { error, value, old, entered, left, reasons } = decision;
  if (error !== undefined) return error;
  if (decision.realised) return realisedText(decision.realised);
  if (entered || left) return listChange(decision);
  const { moved, to, status } = (value ?? {}) as {
    moved?: number;
    to?: Record<string, number>;
    status?: string;
  };
  if (moved !== undefined && to)
    return `${status}: move ${moved} → ${Object.entries(to)
      .map(([name, amount]) => `${name} ${amount}`)
      .join(', ')}`;
  const cls = decision.class === undefined ? '' : ` ${decision.class}`;
  return `${show(numberOf(old) ?? old)} → ${show(numberOf(value) ?? value)}${cls}${because(reasons)}`;
}

/** `stated 7.4 % applications → 3.1 % (model)`. */
function realisedText({ statement, value, because: how }: Realised): string {
  return `stated ${statement.value} % ${statement.of} → ${value === null ? '?' : `${value} %`} (${how})`;
}

function listChange({ value, entered = [], left = [] }: Decision): string {
  const message = (value as { name: string; message?: string }[] | null)?.find(({ name }) =>
    entered.includes(name),
  )?.message;
  const names = [...entered.map((name) => `+${name}`), ...left.map((name) => `−${name}`)].join(' ');
  return message === undefined ? names : `${names}: ${message}`;
}

function because(reasons: readonly Reason[]): string {
  const parts = reasons
    .filter(({ points }) => points !== undefined && points !== 0)
    .map(
      ({ name, points }) =>
        `${name} ${(points as number) > 0 ? '+' : ''}${Math.round((points as number) * 100) / 100}`,
    );
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
