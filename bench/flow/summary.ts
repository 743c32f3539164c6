/** What the rounds of flow come to: medians, and ratios taken inside each round. */

import type { Outcome } from '../bench.ts';
import { cpuPerEvent, perSecond } from '../measure.ts';
import { median } from '../quantile.ts';
import { number, table } from '../table.ts';
import type { FillOptions } from './fill.ts';
import { type ConsumerName, type ConsumerResult, ORDER } from './rounds.ts';

const TITLES: Readonly<Record<ConsumerName, string>> = {
  weir: 'weir, from the partition logs',
  intake: 'weir, through the intake',
  null: 'null: XREAD COUNT 1000, JSON.parse',
  naive: 'naive: XREADGROUP COUNT 10, await jsonata, HSET, XACK',
  pipelined: 'the same in pipelined batches of 100',
  bullmq: 'BullMQ, a handler that does nothing',
};

export function summary(
  traffic: FillOptions & { readonly bytes: number },
  results: ReadonlyMap<ConsumerName, readonly ConsumerResult[]>,
): Outcome {
  const of = (name: ConsumerName) => results.get(name) ?? [];
  /** Median over the rounds of weir's measure over the other's. */
  const ratio = (other: ConsumerName, measure: (result: ConsumerResult) => number) =>
    median(of('weir').map((weir, i) => measure(weir) / measure(of(other)[i] as ConsumerResult)));
  const micros = (share: (result: ConsumerResult) => number) => (name: ConsumerName) =>
    number(median(of(name).map((result) => (share(result) / result.events) * 1e6)), 1);
  const own = micros((result) => result.cpuSeconds);
  const redis = micros((result) => result.redisCpuSeconds);
  const rows = ORDER.map((name) => {
    const rate = number(median(of(name).map(perSecond)));
    const wall = name === 'weir' ? '1' : number(ratio(name, perSecond), 2);
    const cpu =
      name === 'weir'
        ? '1'
        : number(
            ratio(name, (result) => 1 / cpuPerEvent(result)),
            2,
          );
    return [TITLES[name], rate, own(name), redis(name), wall, cpu];
  });
  const exact = ORDER.every((name) => of(name).every((result) => result.exact));
  const text = [
    `${number(traffic.events)} events of ${number(traffic.bytes)} bytes about ${number(traffic.leads)} leads, ${traffic.packing} an entry; ${of('weir').length} rounds, medians`,
    table([
      ['', 'events/s', 'own CPU µs/event', 'Redis µs/event', 'weir ÷ it, wall', 'weir ÷ it, CPU'],
      ...rows,
    ]),
    `exact: ${exact ? 'every event once, every lead and every decision as recounted' : 'NO'}`,
  ].join('\n');
  return {
    table: text,
    exact,
    chart: {
      title: 'flow: events a second',
      bars: ORDER.map((name) => ({
        label: TITLES[name].split(':')[0] as string,
        value: median(of(name).map(perSecond)),
      })),
    },
    figures: {
      events_per_second: median(of('weir').map(perSecond)),
      events_per_second_intake: median(of('intake').map(perSecond)),
      vs_naive: ratio('naive', perSecond),
      vs_naive_pipelined: ratio('pipelined', perSecond),
      vs_null_consumer: ratio('null', perSecond),
      vs_bullmq: ratio('bullmq', perSecond),
      vs_naive_cpu: ratio('naive', (result) => 1 / cpuPerEvent(result)),
      vs_naive_pipelined_cpu: ratio('pipelined', (result) => 1 / cpuPerEvent(result)),
      vs_null_consumer_cpu: ratio('null', (result) => 1 / cpuPerEvent(result)),
      vs_bullmq_cpu: ratio('bullmq', (result) => 1 / cpuPerEvent(result)),
      cpu_seconds_per_million_events: median(of('weir').map((result) => cpuPerEvent(result) * 1e6)),
      worker_cpu_seconds_per_million_events: median(
        of('weir').map(({ cpuSeconds, events }) => (cpuSeconds / events) * 1e6),
      ),
      redis_cpu_seconds_per_million_events: median(
        of('weir').map(({ redisCpuSeconds, events }) => (redisCpuSeconds / events) * 1e6),
      ),
      decisions_per_event: median(
        of('weir').map(({ counts, events }) => (counts?.decisions ?? Number.NaN) / events),
      ),
      events: traffic.events,
      leads: traffic.leads,
      event_bytes: traffic.bytes,
      packing: traffic.packing,
      rounds: of('weir').length,
      exact,
    },
  };
}
