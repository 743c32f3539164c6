/** The value of a fed feature, by definition, from the list of everything that ever fed it. */

import type { Fed } from './definition.ts';
import type { Feeding } from './feeding.ts';
import { byText, byValue } from './ordering.ts';
import { respondedAt } from './pairs.ts';
import { bucketOf, covers, nextEdge } from './window.ts';

/** Value at a stream time, and the first time after it at which the value may change by itself. */
export interface Standing {
  readonly value: unknown;
  readonly next: number;
}

/** @param fed in the order of the log */
export function standing(feature: Fed, fed: readonly Feeding[], now: number): Standing {
  const { value, times } = valueAndTimes(feature, fed, now);
  const next = feature.verb === 'since' ? nextUnit(feature, fed, now) : nextEdge(feature, times, now);
  return { value: value === undefined ? feature.otherwise : value, next };
}

function valueAndTimes(
  feature: Fed,
  fed: readonly Feeding[],
  now: number,
): { value: unknown; times: readonly number[] } {
  if (feature.verb === 'count' && feature.key) {
    const times = firstTimes(feature, fed);
    return { value: times.filter((time) => covers(feature, time, now)).length, times };
  }
  if (feature.verb === 'pairs') {
    const pairs = respondedAt(fed, feature.keep);
    const covered = pairs.filter(({ to }) => covers(feature, to, now));
    const total = covered.reduce((sum, { from, to }) => sum + (to - from), 0);
    const value = covered.length === 0 ? undefined : total / covered.length / feature.unit;
    return { value, times: pairs.map(({ to }) => to) };
  }
  if (feature.verb === 'last') {
    const newest = fed.toSorted(byNewness).at(-1);
    if (!newest) return { value: undefined, times: [] };
    return { value: covers(feature, newest.time, now) ? newest.value : undefined, times: [newest.time] };
  }
  if (feature.verb === 'since') return { value: unitsSince(feature, fed, now), times: [] };
  if (feature.verb === 'latest') {
    const newest = fed.toSorted(byNewness).reverse().slice(0, feature.keep);
    const covered = newest.filter(({ time }) => covers(feature, time, now));
    return { value: covered.map(({ value }) => value), times: newest.map(({ time }) => time) };
  }
  if (feature.verb === 'distinct') return distinct(feature, fed, now);
  const covered = fed.filter(({ time }) => covers(feature, time, now));
  if (feature.verb === 'series')
    return { value: perBucket(feature, covered), times: fed.map(({ time }) => time) };
  if (feature.verb === 'corrected')
    return { value: correctedSum(covered), times: fed.map(({ time }) => time) };
  if (feature.verb === 'ratios')
    return { value: quantileOfRatios(feature, covered), times: fed.map(({ time }) => time) };
  if (feature.verb === 'tally')
    return { value: perValue(feature, covered), times: fed.map(({ time }) => time) };
  return { value: summary(feature, covered), times: fed.map(({ time }) => time) };
}

function summary({ verb, quantile }: Fed, covered: readonly Feeding[]): unknown {
  if (verb === 'count') return covered.length;
  const micros = covered.map(({ value }) => value as number).sort((a, b) => a - b);
  const sum = micros.reduce((total, each) => total + each, 0);
  if (verb === 'sum') return sum / 1e6;
  if (micros.length === 0) return undefined;
  if (verb === 'avg') return sum / micros.length / 1e6;
  const at = verb === 'min' ? 0 : verb === 'max' ? micros.length - 1 : quantile * (micros.length - 1);
  const low = micros[Math.floor(at)] as number;
  const high = micros[Math.ceil(at)] as number;
  return Math.round(low + (high - low) * (at - Math.floor(at))) / 1e6;
}

/** Of each step with any of rank 1: what those of rank 0 add up to, over how many they are. */
function quantileOfRatios(feature: Fed, covered: readonly Feeding[]): number | undefined {
  const steps = [...new Set(covered.map(({ time }) => bucketOf(feature, time)))];
  const ratios = steps
    .map((step) => covered.filter(({ time }) => bucketOf(feature, time) === step))
    .filter((own) => own.some(({ rank }) => rank === 1))
    .map((own) => {
      const amounts = own.flatMap(({ rank, value }) => (rank === 0 ? [value as number] : []));
      return amounts.reduce((sum, each) => sum + each, 0) / own.filter(({ rank }) => rank === 1).length;
    });
  return between(ratios, feature.quantile);
}

function between(numbers: readonly number[], quantile: number): number | undefined {
  if (numbers.length === 0) return undefined;
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = quantile * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return Math.round(low + (high - low) * (at - Math.floor(at))) / 1e6;
}

/** What was reported last, and what was fed in a later minute. */
function correctedSum(covered: readonly Feeding[]): number {
  const minute = (time: number) => Math.floor(time / 60_000);
  const amount = ({ value }: Feeding) => value as number;
  const report = covered
    .filter(({ rank }) => rank === 1)
    .sort((a, b) => a.time - b.time || amount(a) - amount(b))
    .at(-1);
  const later = covered.filter(
    ({ rank, time }) => rank === 0 && (report === undefined || minute(time) > minute(report.time)),
  );
  return later.reduce((sum, each) => sum + amount(each), report === undefined ? 0 : amount(report)) / 1e6;
}

function perBucket(feature: Fed, covered: readonly Feeding[]): { at: number; count: number }[] {
  const starts = [...new Set(covered.map(({ time }) => bucketOf(feature, time)))].sort((a, b) => a - b);
  return starts.map((at) => ({
    at,
    count: covered.filter(({ time }) => bucketOf(feature, time) === at).length,
  }));
}

function perValue({ name, keep }: Fed, covered: readonly Feeding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { value } of covered) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  if (Object.keys(counts).length > keep)
    throw new Error(`the oracle keeps no sample of the values of ${name}`);
  return counts;
}

function byNewness(a: Feeding, b: Feeding): number {
  return a.time - b.time || a.rank - b.rank || byText(JSON.stringify(a.value), JSON.stringify(b.value));
}

/** `once`: the smallest time of each key, of the newest `keep` keys. */
function firstTimes(feature: Fed, fed: readonly Feeding[]): number[] {
  const first = new Map<string, number>();
  for (const { key = '', time } of fed) {
    first.set(key, Math.min(time, first.get(key) ?? time));
    if (first.size > feature.keep) first.delete(oldest(first, byText));
  }
  return [...first.values()];
}

function distinct(feature: Fed, fed: readonly Feeding[], now: number): { value: unknown; times: number[] } {
  const newest = new Map<unknown, number>();
  for (const { value, time } of fed) {
    newest.set(value, Math.max(time, newest.get(value) ?? time));
    if (newest.size > feature.keep) newest.delete(oldest(newest, byValue));
  }
  const covered = [...newest].filter(([, time]) => covers(feature, time, now)).map(([value]) => value);
  return { value: covered.sort(byValue), times: [...newest.values()] };
}

function oldest<Key>(times: ReadonlyMap<Key, number>, order: (a: Key, b: Key) => number): Key {
  const sorted = [...times].sort((a, b) => a[1] - b[1] || order(a[0], b[0]));
  return (sorted[0] as [Key, number])[0];
}

function unitsSince(feature: Fed, fed: readonly Feeding[], now: number): number | undefined {
  if (fed.length === 0) return undefined;
  return Math.min(capOf(feature), Math.floor((now - newestOf(fed)) / feature.unit));
}

function nextUnit(feature: Fed, fed: readonly Feeding[], now: number): number {
  const units = unitsSince(feature, fed, now);
  if (units === undefined || units >= capOf(feature)) return Number.POSITIVE_INFINITY;
  return newestOf(fed) + (units + 1) * feature.unit;
}

function newestOf(fed: readonly Feeding[]): number {
  return Math.max(...fed.map(({ time }) => time));
}

function capOf({ until = Number.POSITIVE_INFINITY, unit }: Fed): number {
  return Math.floor(until / unit);
}
