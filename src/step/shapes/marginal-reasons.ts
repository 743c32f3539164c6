/** Why each row gets what it gets when money is shared out by what it buys. */

import { applicationsAt, marginalAt, type ResponseCurve } from '../../models/market/response-curve.ts';
import type { DayBounds, DayRow } from './day-bounds.ts';
import type { Objective } from './marginal.ts';
import type { KnownRow } from './market-cells.ts';
import { curvesOf } from './market-cells.ts';
import type { HourLeft } from './rest-of-day.ts';

export interface MarginalReason {
  /** What the next currency unit brings: as it was, and as it is to be. */
  readonly next_before: number;
  readonly next_after: number;
  readonly because: string;
}

/** Amounts in cents. */
export interface Shares {
  readonly rows: readonly KnownRow[];
  readonly bounds: DayBounds;
  /** How much each row spends for each unit that is planned, 1 and more. */
  readonly over: readonly number[];
  readonly filled: readonly number[];
  readonly byHour: readonly (readonly number[])[];
  readonly hours: readonly HourLeft[];
  readonly objective: Objective;
  readonly currency: string;
}

interface Outlook {
  readonly next: number;
  readonly brings: number;
}

export function marginalReasons(shares: Shares): {
  readonly expected: { readonly before: number; readonly after: number };
  readonly reasons: readonly MarginalReason[];
} {
  const { rows, bounds, filled, byHour, hours } = shares;
  const at = (i: number, cents: number) => {
    const rest = Math.max(0, cents - (bounds.rows[i]?.spent as number));
    return outlook(rows[i] as KnownRow, hours, byHour[i] as number[], rest);
  };
  const before = rows.map(({ share }, i) => at(i, share.current));
  const after = filled.map((cents, i) => at(i, cents));
  const sum = (list: readonly Outlook[]) => digits(list.reduce((all, { brings }) => all + brings, 0));
  const { best, second } = twoBest(before.map(({ next }) => next));
  return {
    expected: { before: sum(before), after: sum(after) },
    reasons: rows.map((_, i) => {
      const others = i === best ? second : (before[best]?.next ?? 0);
      const [was, is] = [before[i]?.next as number, after[i]?.next as number];
      return { next_before: digits(was), next_after: digits(is), because: sentence(shares, i, was, others) };
    }),
  };
}

/** Where the largest is, the first of several, and the largest of the others; 0 where none is above it. */
function twoBest(values: readonly number[]): { readonly best: number; readonly second: number } {
  let best = -1;
  let second = 0;
  values.forEach((value, i) => {
    const top = values[best] ?? 0;
    if (value > top) [best, second] = [i, top];
    else if (value > second) second = value;
  });
  return { best, second };
}

/** What `cents` over the hours, in the proportions of the plan and over the parts alike, are expected to bring. */
function outlook(
  { worth, ...row }: KnownRow,
  hours: readonly HourLeft[],
  plan: readonly number[],
  cents: number,
): Outlook {
  const planned = plan.reduce((sum, part) => sum + part, 0);
  const curves = curvesOf(row);
  let [next, brings] = [0, 0];
  for (const [h, hour] of hours.entries()) {
    const share = planned > 0 ? (plan[h] as number) / planned : 1 / hours.length;
    const spend = (cents * share) / 100 / hour.part / Math.max(1, curves.length);
    for (const curve of curves as ResponseCurve[]) {
      next = Math.max(next, worth * marginalAt(curve, spend, hour));
      brings += worth * applicationsAt(curve, spend, hour) * hour.part;
    }
  }
  return { next, brings };
}

function sentence(shares: Shares, i: number, was: number, others: number): string {
  return `${verdict(shares, i, was, others)}${pacing(shares, i)}`;
}

/** What keeps it from planning all that seems to be left. */
function pacing({ bounds, over }: Shares, i: number): string {
  const { inFlight = 0 } = bounds.rows[i] as DayRow;
  const flying =
    inFlight > 0 ? `; ${(inFlight / 100).toFixed(2)} are probably spent and not reported yet` : '';
  const more = over[i] as number;
  return more > 1
    ? `${flying}; it spends ${more.toFixed(2)} of each 1.00 planned, so less is planned`
    : flying;
}

function verdict(
  { rows, bounds, filled, objective, currency }: Shares,
  i: number,
  was: number,
  others: number,
): string {
  const { held, min, max } = bounds.rows[i] as DayRow;
  if (held !== undefined) return held;
  const { share } = rows[i] as KnownRow;
  const to = filled[i] as number;
  const change = Math.abs(to - share.current) / 100;
  const does =
    to === share.current
      ? 'keeps what it has'
      : `${to > share.current ? 'gets' : 'gives up'} ${change.toFixed(2)}`;
  const isLimited = (to >= max && was >= others) || (to <= min && was < others);
  if (curvesOf(rows[i] as KnownRow).length === 0)
    return `nothing is known of it yet: it ${does}, to find out`;
  const limited = isLimited ? ', as far as its limits let it' : '';
  return `the next ${currency} brings ${digits(was)} ${objective.what} here, ${digits(others)} where it brings most of the others: it ${does}${limited}`;
}

/** Three significant digits. */
function digits(value: number): number {
  return Number(value.toPrecision(3));
}
