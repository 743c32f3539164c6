/** weir's own: $cheaper, $more, $schedule, $impact and $moves, which say what responses to money mean. */

import { chanceCheaper, type More, moreApplications } from '../../../models/market/cheaper.ts';
import { dayPlan } from '../../../models/market/day-plan.ts';
import { type Impact, impactOf } from '../../../models/market/impact.ts';
import type { ResponseCurve } from '../../../models/market/response-curve.ts';
import type { Frame } from '../expression.ts';
import { builtin } from './builtin.ts';
import { money } from './time.ts';

type Row = Readonly<Record<string, unknown>>;
type Numbers = readonly (number | undefined)[];

export const MARKET = {
  /** Chance in percent that the CPA of the first spend and applications is below `ratio` times that of the second. */
  cheaper: builtin('<nnnnn:n>', (_run, numbers: Numbers) => {
    const [ratio, spend, applications, thanSpend, thanApplications] = numbers;
    if (numbers.length < 5 || numbers.includes(undefined)) return undefined;
    const one = { spend: spend as number, applications: applications as number };
    const other = { spend: thanSpend as number, applications: thanApplications as number };
    const chance = chanceCheaper(one, other, ratio as number);
    return chance === undefined ? undefined : rounded(100 * chance);
  }),

  /**
   * How many more applications, in percent, the first spend brings for the same money than the second: the median, with
   * eight of ten chances between `low` and `high`, and the chance that it is more at all.
   */
  more: builtin('<nnnn:o>', (_run, numbers: Numbers) => {
    const [spend, applications, thanSpend, thanApplications] = numbers;
    if (numbers.length < 4 || numbers.includes(undefined)) return undefined;
    const one = { spend: spend as number, applications: applications as number };
    const more = moreApplications(one, {
      spend: thanSpend as number,
      applications: thanApplications as number,
    });
    return more && inPercent(more);
  }),

  /**
   * The budget of an average day of a channel over its 24 hours: `{hours, gain, low, high, confidence, known}`, the gain
   * in percent beside equal hours. With hours it is what those gain.
   */
  schedule: builtin(
    '<ona<n>?:o>',
    (
      _run,
      [response, budget, given]: readonly [Row | undefined, number | undefined, number[] | undefined],
    ) => {
      const curve = curveOf(response);
      if (curve === undefined || budget === undefined || !(budget >= 0.01)) return undefined;
      if (given !== undefined && given.length !== HOURS_OF_A_DAY) return undefined;
      const { hours, gain, ...drawn } = dayPlan(curve, budget, 0, given);
      const { value, ...sure } = inPercent({ median: gain, ...drawn });
      return { hours: [...hours], gain: value, ...sure };
    },
  ),

  /** What changes between two sets of amounts by name, in words: `raise jooble by 50.00 EUR, lower indeed by 50.00 EUR`. */
  moves: builtin('<oo:s>', (run, [from, to]: readonly [Row | undefined, Row | undefined]) => {
    if (from === undefined || to === undefined) return undefined;
    const { currency } = run.frame as Frame;
    const cents = (side: Row, name: string) =>
      Math.round(100 * (Object.hasOwn(side, name) ? Number(side[name]) : 0));
    const told = (sign: 1 | -1, verb: string) =>
      Object.keys(to).flatMap((name) => {
        const more = sign * (cents(to, name) - cents(from, name));
        return more > 0 ? [`${verb} ${name} by ${money(more / 100, currency)}`] : [];
      });
    return [...told(1, 'raise'), ...told(-1, 'lower')].join(', ');
  }),

  /**
   * What it is worth to give the rows, named by their first field, the budgets in `to` instead of their `budget`:
   * or those in `from`: percent more applications, with eight of ten draws between `low` and `high`, and in how many it is better.
   */
  impact: builtin(
    '<aoo?:o>',
    (_run, [rows, to, from]: readonly [readonly unknown[] | undefined, Row | undefined, Row | undefined]) => {
      if (rows === undefined || to === undefined) return undefined;
      const impact = rememberedImpact(rows as readonly Row[], to, from);
      return impact && inPercent(impact);
    },
  ),
};

/** Of a proposal that is open: rows change with each click, what its impact is made of hardly ever. */
const remembered = new WeakMap<
  Row,
  { readonly read: readonly unknown[]; readonly impact: Impact | undefined }
>();

function rememberedImpact(rows: readonly Row[], to: Row, from: Row | undefined): Impact | undefined {
  const read = [from, ...rows.flatMap((row) => [Object.values(row)[0], row.budget, row.response])];
  const before = remembered.get(to);
  if (before?.read.length === read.length && read.every((value, i) => value === before.read[i]))
    return before.impact;
  const impact = impactOfRows(rows, to, from);
  remembered.set(to, { read, impact });
  return impact;
}

/** undefined where a row moves of which nothing is known. */
function impactOfRows(rows: readonly Row[], to: Row, from: Row = {}): Impact | undefined {
  const cells: { name: string; curve: ResponseCurve }[] = [];
  const now: Record<string, number> = {};
  const next: Record<string, number> = {};
  for (const row of rows) {
    const name = String(Object.values(row)[0]);
    const before = Object.hasOwn(from, name) ? from[name] : row.budget;
    const has = typeof before === 'number' ? before : 0;
    const given = Object.hasOwn(to, name) ? to[name] : has;
    now[name] = has;
    next[name] = typeof given === 'number' ? given : has;
    const curve = curveOf(row.response as Row | undefined);
    if (curve !== undefined) cells.push({ name, curve });
    else if (now[name] !== next[name]) return undefined;
  }
  const hours = Array.from({ length: 24 }, (_, hour) => ({ weekday: 0, hour }));
  return impactOf(cells, hours, now, next, SEED);
}

/** The same draws each time: what is told changes only with what is known. */
const SEED = 1;
/** From this on a statement is worth making. */
const LEAST_CONFIDENCE = 0.6;

function inPercent(more: More) {
  const { median, p10, p90, confidence } = more;
  return {
    value: rounded(100 * median),
    low: rounded(100 * p10),
    high: rounded(100 * p90),
    confidence: rounded(100 * confidence),
    known: isKnown(more),
  };
}

/** Better, or worse, often enough, and the interval does not cross 0. */
function isKnown({ p10, p90, confidence }: More): boolean {
  return p10 * p90 > 0 && Math.max(confidence, 1 - confidence) >= LEAST_CONFIDENCE;
}

const HOURS_OF_A_DAY = 24;
const EVERY_DAY = [1, 1, 1, 1, 1, 1, 1];

/** The same object for the same curve, so that what is made of it can be kept with it. */
const averages = new WeakMap<object, ResponseCurve>();

/** Of an average day: a value must not change by itself, when nobody looks. */
function curveOf(response: Row | undefined): ResponseCurve | undefined {
  const curve = response?.curve;
  if (typeof curve !== 'object' || curve === null) return undefined;
  let average = averages.get(curve);
  if (average === undefined) {
    average = { ...(curve as ResponseCurve), scale_weekday: EVERY_DAY, rate_weekday: EVERY_DAY };
    averages.set(curve, average);
  }
  return average;
}

/** To a tenth; −0 is 0. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}
