/** What is measured on a stage without other faults: how soon the history has caught up after Postgres was away, and how soon the lag after a burst is gone. */

import { setTimeout as sleep } from 'node:timers/promises';
import { compareEntryIds, entryMillis } from '../../src/core/entry.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import { type Millis, SECOND } from '../../src/core/units.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import type { JsonEvent } from '../../test/oracle/generate.ts';
import { missingEvents } from './arrivals.ts';
import { type Database, type Databases, query } from './databases.ts';
import { PARTITIONS } from './deployment.ts';
import { historyProblems } from './history-verdict.ts';
import { published } from './message.ts';
import { Producer } from './producer.ts';
import { untilApplied } from './progress.ts';
import { openStage, type Stage } from './stage.ts';
import { lastId } from './stream-entries.ts';

/** Events a second, from one producer; a burst has ten times as many. */
const RATE = 100;
const BATCH_EVERY: Millis = 50;
const SMALL_LAG: Millis = 5 * SECOND;
const WATCHED: Millis = 90 * SECOND;

export interface MeasureOptions {
  readonly databases: Databases;
  readonly outage: Millis;
  readonly burst: Millis;
  readonly say: (line: string) => void;
}

export interface Measured {
  readonly events: number;
  readonly historyDrain: Millis;
  readonly outage: Millis;
  /** From the end of the burst until nothing waits for 5 s or more, and nothing does later. */
  readonly burstBack: Millis;
  readonly burstWorst: Millis;
  readonly problems: readonly string[];
}

export async function measure({ databases, outage, burst, say }: MeasureOptions): Promise<Measured> {
  const deployment = { fsync: 'everysec', replica: 'none', history: true, instances: 2 } as const;
  const database = await databases.open();
  const stage = await openStage(deployment, database);
  const problems: string[] = [];
  try {
    const producer = new Producer({ stage, seed: 1, rate: RATE });
    for (const instance of stage.instances.slice(0, 2)) instance.start();
    const ending = new AbortController();
    const looking = stage.archive.run(ending.signal);
    if (!(await untilApplied(stage.connection, WATCHED))) problems.push('nothing began to work');
    let rate = RATE;
    const writing = write(producer, () => rate, ending.signal);
    for (const going of [looking, writing]) going.catch(() => undefined);
    await sleep(2 * SECOND);
    await database.server.pause();
    await sleep(outage);
    await database.server.start();
    const historyDrain = await drained(stage, database);
    say(
      `Postgres was away for ${outage / SECOND} s: the history had it all ${seconds(historyDrain)} s later`,
    );
    rate = 10 * RATE;
    const rising = lags(stage, burst, false);
    await sleep(burst);
    rate = RATE;
    const worst = Math.max(...(await rising).map(({ lag }) => lag));
    const after = await lags(stage, WATCHED, true);
    const burstBack = after.findLast(({ lag }) => lag >= SMALL_LAG)?.at ?? 0;
    say(
      `ten times as many events for ${burst / SECOND} s: at most ${seconds(worst)} s behind, below 5 s after ${seconds(burstBack)} s`,
    );
    ending.abort();
    await writing;
    if (!(await untilApplied(stage.connection, WATCHED))) problems.push('what was measured was not applied');
    await looking;
    problems.push(
      ...(await historyProblems(stage)),
      ...missingEvents(stage.archive, producer.arrivals).slice(0, 8),
    );
    return {
      events: producer.events,
      outage,
      historyDrain,
      burstBack,
      burstWorst: Math.max(worst, 0),
      problems,
    };
  } finally {
    await stage.close({ keep: false });
  }
}

/** Leads that come into being, at a rate that may change. */
async function write(producer: Producer, rate: () => number, signal: AbortSignal): Promise<void> {
  let number = 0;
  for (let due = 0; !signal.aborted; ) {
    const batch: JsonEvent[] = [];
    for (due += (rate() * BATCH_EVERY) / SECOND; due >= 1; due--) {
      number += 1;
      const data = {
        lead_id: `m-${number % 5_000}`,
        content_id: `blog-${number % 30}`,
        content_type: 'blog',
      };
      const time = producer.time + number;
      batch.push({
        id: `m-${number}`,
        source: 'crm',
        type: number < 5_000 ? 'lead.created' : 'content.opened',
        time,
        data,
      });
    }
    await Promise.all([producer.put(batch.map((event) => published([event], 'json'))), sleep(BATCH_EVERY)]);
  }
}

/** From now until the history has what the outboxes had by now. */
async function drained({ connection }: Stage, { ownUrl }: Database): Promise<Millis> {
  const begun = performance.now();
  const wanted = await Promise.all(
    Array.from({ length: PARTITIONS }, (_, partition) =>
      lastId(connection, partitionKeys(partition, PARTITIONS).out),
    ),
  );
  while (performance.now() - begun < WATCHED) {
    const rows = await query<{ partition: number; position: string }>(
      ownUrl,
      `select partition, position from stream_positions where stream = 'out'`,
    ).catch(() => []);
    if (
      rows.filter(({ partition, position }) => compareEntryIds(position, wanted[partition] ?? '0-0') >= 0)
        .length === PARTITIONS
    )
      break;
    await sleep(100);
  }
  return performance.now() - begun;
}

/** How far behind the instances are, looked at for so long; or no longer than until they are not behind for 10 s. */
async function lags(
  stage: Stage,
  duration: Millis,
  isBrief: boolean,
): Promise<{ at: Millis; lag: Millis }[]> {
  const found: { at: Millis; lag: Millis }[] = [];
  const begun = performance.now();
  let well = begun;
  while (performance.now() - begun < duration && !(isBrief && performance.now() - well > 10 * SECOND)) {
    const lag = await lagOf(stage);
    if (lag >= SMALL_LAG) well = performance.now();
    found.push({ at: performance.now() - begun, lag });
    await sleep(200);
  }
  return found;
}

/** The age of what waits longest, in the public stream or a log. */
async function lagOf({ connection }: Stage): Promise<Millis> {
  const { position } = partitionKeys(0, PARTITIONS);
  const places = Array.from({ length: PARTITIONS }, (_, partition) => {
    const keys = partitionKeys(partition, PARTITIONS);
    return { stream: keys.in, position: keys.position, field: 'entry' };
  });
  places.push({ stream: PUBLIC_STREAM, position, field: 'intake' });
  const ages = await connection.ask('measuring the lag', async (redis) => {
    const [second = '0'] = (await redis.time()).map(String);
    const now = Number(second) * SECOND;
    return Promise.all(
      places.map(async ({ stream, position, field }) => {
        const reached = (await redis.hget(position, field)) ?? '0-0';
        const [next] = await redis.xrange(stream, `(${reached}`, '+', 'COUNT', 1);
        return next ? now - entryMillis(next[0]) : 0;
      }),
    );
  });
  return Math.max(0, ...ages);
}

function seconds(duration: Millis): string {
  return (duration / SECOND).toFixed(1);
}
