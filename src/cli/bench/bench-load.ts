/** The load of `weir bench`: first as much as the house takes, then half as much, steadily. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../core/units.ts';
import { type Figure, figures, quantileOf } from '../../http/figures.ts';
import { PUBLIC_STREAM } from '../../processor/processor.ts';
import type { DemoEvent } from '../demo/demo-event.ts';
import type { House } from '../house.ts';
import { liveTraffic } from '../live-traffic.ts';

/** Events under way at most while as much is sent as is taken. */
const UNDER_WAY = 4_000;
const BATCH = 200;
/** Between two pieces of the steady load. */
const PIECE: Millis = 20;
const AGE = 'weir_event_age_seconds';

export interface BenchLoad {
  /** Applied while as much was sent as was taken. */
  readonly events: number;
  readonly events_per_second: number;
  /** What was sent in the other half of the time. */
  readonly steady_per_second: number;
  /** Seconds from an event's time to applied, in the steady half; null where none was applied. */
  readonly age: { readonly p50: number | null; readonly p99: number | null };
}

/** @param half how long each of the two lasts */
export async function benchLoad(
  house: House,
  seed: number,
  half: Millis,
  signal: AbortSignal,
): Promise<BenchLoad> {
  while (!signal.aborted && house.processor.owned < house.processor.workers.length) await sleep(20);
  const traffic = liveTraffic(seed, Date.now());
  const applied = () => house.meter.total('weir_events_applied_total');
  const from = await applied();
  const begun = performance.now();
  for (let sent = 0; performance.now() - begun < half && !signal.aborted; ) {
    if (sent - ((await applied()) - from) > UNDER_WAY) await sleep(1);
    else {
      await send(house, traffic, BATCH);
      sent += BATCH;
    }
  }
  const events = (await applied()) - from;
  const rate = Math.round(events / ((performance.now() - begun) / 1000));
  while (!signal.aborted && !(await house.processor.drained())) await sleep(10);
  const steady = Math.max(1, Math.round(rate / 2));
  const before = await figures(house.meter, AGE);
  const start = performance.now();
  for (let sent = 0; performance.now() - start < half && !signal.aborted; ) {
    const due = Math.floor(((performance.now() - start) / 1000) * steady) - sent;
    if (due > 0) await send(house, traffic, due);
    sent += Math.max(due, 0);
    await sleep(PIECE);
  }
  while (!signal.aborted && !(await house.processor.drained())) await sleep(10);
  const seen = since(before, await figures(house.meter, AGE));
  return {
    events,
    events_per_second: rate,
    steady_per_second: steady,
    age: { p50: quantileOf(seen, 0.5) ?? null, p99: quantileOf(seen, 0.99) ?? null },
  };
}

/** Events of the demo, as of now. */
async function send(house: House, traffic: Generator<DemoEvent, never>, count: number): Promise<void> {
  const time = Date.now();
  const texts = Array.from({ length: count }, () => JSON.stringify({ ...traffic.next().value, time }));
  await house.connection.ask('sending events', (redis) =>
    Promise.all(texts.map((text) => redis.xadd(PUBLIC_STREAM, '*', 'd', text))),
  );
}

/** What buckets counted after the first look. */
function since(before: readonly Figure[], now: readonly Figure[]): Figure[] {
  const key = ({ labels }: Figure) => JSON.stringify(labels);
  const then = new Map(before.map((one) => [key(one), one.value]));
  return now.map((one) => ({ ...one, value: one.value - (then.get(key(one)) ?? 0) }));
}
