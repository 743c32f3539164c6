/** Figures of this instance, read from its metrics: what waits, what failed, how much came. */

import type { PrometheusMeter } from './prometheus-meter.ts';

export interface Figure {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Every series of a counter or gauge. */
export async function figures(meter: PrometheusMeter, name: string): Promise<Figure[]> {
  const metric = await meter.registry.getSingleMetric(name)?.get();
  return (metric?.values ?? []).map(({ labels, value }) => ({
    labels: labels as Record<string, string>,
    value,
  }));
}

/** Their sum; undefined where nothing was counted yet. */
export async function figure(
  meter: PrometheusMeter,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const found = (await figures(meter, name)).filter((one) =>
    Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}

/** The value below which this share of what a histogram saw lies, taken as evenly spread within a bucket. */
export async function quantile(
  meter: PrometheusMeter,
  name: string,
  share: number,
): Promise<number | undefined> {
  return quantileOf(await figures(meter, name), share);
}

/** The same of the series of a histogram. */
export function quantileOf(series: readonly Figure[], share: number): number | undefined {
  const buckets = series
    .filter(({ labels }) => labels.le !== undefined)
    .map(({ labels, value }) => ({ most: Number(labels.le), count: value }));
  const byMost = new Map<number, number>();
  for (const { most, count } of buckets)
    byMost.set(Number.isNaN(most) ? Number.POSITIVE_INFINITY : most, (byMost.get(most) ?? 0) + count);
  const sorted = [...byMost].sort(([a], [b]) => a - b);
  const all = sorted.at(-1)?.[1] ?? 0;
  if (all === 0) return undefined;
  const wanted = share * all;
  let [below, seen] = [0, 0];
  for (const [most, count] of sorted) {
    if (count >= wanted)
      return most === Number.POSITIVE_INFINITY
        ? below
        : below + ((most - below) * (wanted - seen)) / Math.max(count - seen, 1);
    [below, seen] = [most, count];
  }
  return below;
}
