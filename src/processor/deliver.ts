/** deliver: what the streams of a partition hold goes to the sink, each row once and in order, by its owner. */

import type { EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import {
  type Batch,
  HISTORY_STREAMS,
  type HistoryStream,
  type Meter,
  type Sink,
  type SteadyClock,
} from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { Delivery } from './delivery.ts';
import type { Source } from './source.ts';

export interface DeliverOptions {
  readonly sink: Sink;
  readonly partitions: number;
  /** Absent: the history takes nothing of this stream. */
  readonly source: (stream: HistoryStream, partition: number) => Source | undefined;
  /**
   * What proves that this process owns the partition, another one for each session; undefined while it does not.
   * That nothing is written twice does not depend on it.
   */
  readonly session: (partition: number) => unknown;
  readonly clock: SteadyClock;
  readonly meter: Meter;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

const POLL: Millis = 100;
const LONGEST_PAUSE: Millis = 2 * SECOND;
/** A transaction ends when it has so many rows; what is left has its turn in the next one. */
const ROWS_PER_TRANSACTION = 12_000;
/** Below this it pays to wait for more. */
const WORTH_A_TRANSACTION = 1_000;
const READS_AT_ONCE = 16;

export class Deliver {
  private readonly options: DeliverOptions;
  private readonly deliveries: readonly Delivery[];
  /** When every stream of a partition was last found to hold nothing more. */
  private readonly drained = new Map<number, Millis>();
  private turn = 0;

  constructor(options: DeliverOptions) {
    this.options = options;
    const { sink, meter, onNotice } = options;
    const deliveries: Delivery[] = [];
    for (let partition = 0; partition < options.partitions; partition++) {
      for (const stream of HISTORY_STREAMS) {
        const source = options.source(stream, partition);
        const place = { stream, partition };
        if (source) deliveries.push(new Delivery({ place, source, sink, meter, onNotice }));
      }
    }
    this.deliveries = deliveries;
  }

  /** Delivers until the signal. While the sink is away the streams grow and nothing else stops. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, onNotice } = this.options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const more = await this.round(signal);
        if (failures > 0) onNotice('the history is written again', { failures });
        failures = 0;
        if (!more) await clock.sleep(POLL, signal);
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        // whether the transaction took place is not known: the sink says where it stands
        for (const delivery of this.deliveries) delivery.forget();
        if (error.code === 'stale_position') continue;
        failures += 1;
        if (failures === 1) onNotice(error.message, { history: true, code: error.code });
        await clock.sleep(Math.min(LONGEST_PAUSE, POLL * 2 ** Math.min(failures - 1, 5)), signal);
      }
    }
  }

  /** One transaction of what our partitions hold; true when there is enough left for another one. */
  private async round(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.options;
    const begun = clock.now();
    const own = this.deliveries.filter((delivery) => {
      return delivery.isOurs(this.options.session(delivery.place.partition));
    });
    await this.resume(own.filter((delivery) => !delivery.hasStanding));
    const taking: { delivery: Delivery; batch: Batch }[] = [];
    const busy = new Set<number>();
    let rows = 0;
    let looked = 0;
    // whoever comes last this time comes first the next
    const order = own.map((_, i) => own[(i + this.turn) % own.length] as Delivery);
    while (looked < order.length && rows < ROWS_PER_TRANSACTION && !signal.aborted) {
      const asked = order.slice(looked, looked + READS_AT_ONCE);
      looked += asked.length;
      const found = await Promise.all(
        asked.map(async (delivery) => ({ delivery, ...(await delivery.next()) })),
      );
      for (const { delivery, batch, more } of found) {
        if (more) busy.add(delivery.place.partition);
        if (!batch) continue;
        taking.push({ delivery, batch });
        rows += rowsIn(batch);
      }
    }
    this.turn += looked;
    await this.take(taking, rows);
    for (const delivery of order.slice(looked)) busy.add(delivery.place.partition);
    for (const { place } of own) if (!busy.has(place.partition)) this.drained.set(place.partition, begun);
    return busy.size > 0 || rows >= WORTH_A_TRANSACTION;
  }

  /**
   * Redis lost the tail of a partition, and nothing was committed there since: whatever the history has beyond the
   * ends that are left is lost, also where the ids of it are given again.
   */
  async tailLost(partition: number, entry: EntryId): Promise<void> {
    await Promise.all(this.of(partition).map((delivery) => delivery.endsAt(entry)));
  }

  /** Another instance may have written since: an end that was told before would take back what it wrote. */
  othersWrote(partition: number): void {
    for (const delivery of this.of(partition)) delivery.forgetEnd();
  }

  private of(partition: number): Delivery[] {
    return this.deliveries.filter(({ place }) => place.partition === partition);
  }

  private async resume(lost: readonly Delivery[]): Promise<void> {
    if (lost.length === 0) return;
    const positions = await this.options.sink.positions(lost.map(({ place }) => place));
    for (const [i, delivery] of lost.entries())
      await delivery.resume(positions[i] as (typeof positions)[number]);
  }

  private async take(taking: readonly { delivery: Delivery; batch: Batch }[], rows: number): Promise<void> {
    if (taking.length === 0) return;
    const { sink, clock, meter } = this.options;
    const sent = clock.elapsed();
    await sink.apply(taking.map(({ batch }) => batch));
    if (rows > 0) meter.observe('weir_postgres_write_duration_seconds', (clock.elapsed() - sent) / 1000);
    for (const { delivery, batch } of taking) {
      delivery.taken(batch);
      const { stream } = batch;
      if (rowsIn(batch) > 0) meter.count('weir_history_rows_total', { stream }, rowsIn(batch));
    }
  }

  /** How far a stream is delivered; undefined while this session does not know it. It must not be trimmed beyond. */
  delivered(stream: HistoryStream, partition: number, session: unknown): EntryId | undefined {
    return this.of(partition)
      .find(({ place }) => place.stream === stream)
      ?.positionIn(session);
  }

  /** A moment at which everything committed until then had been delivered; undefined when there was none. */
  drainedAt(partition: number): Millis | undefined {
    return this.drained.get(partition);
  }

  /** Entries of our streams that the sink has not taken; at most so many until all were taken once. */
  async lag(): Promise<number> {
    const own = this.deliveries.filter(({ place }) => this.options.session(place.partition) !== undefined);
    const waiting = await Promise.all(own.map((delivery) => delivery.lag()));
    return waiting.reduce((sum, entries) => sum + entries, 0);
  }
}

/** Of a log the events, since they become rows. */
function rowsIn(batch: Batch): number {
  if (batch.stream !== 'in') return batch.rows.length;
  return batch.rows.reduce((sum, { events }) => sum + events.length, 0);
}
