/** deliver: decisions go from the outboxes to the sink, each once and in order, by the owner of their partition. */

import { compareEntryIds, type EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { Clock, Meter, Sink } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { Outbox } from './outbox.ts';

export interface DeliverOptions {
  readonly sink: Sink;
  /** By partition. */
  readonly outboxes: readonly Outbox[];
  /** True while this process owns the partition; that nothing is written twice does not depend on it. */
  readonly owns: (partition: number) => boolean;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

/** Where the delivery of one outbox stands, as far as this process knows; forgotten when anything is uncertain. */
interface Place {
  readonly position: EntryId;
  /** The outbox has an entry at the position; when it is gone, Redis lost it. */
  readonly anchored: boolean;
}

const ROWS_PER_TRANSACTION = 500;
const POLL: Millis = 200;
const LONGEST_PAUSE: Millis = 2 * SECOND;

export class Deliver {
  private readonly options: DeliverOptions;
  private readonly places = new Map<number, Place>();
  /** When an outbox was last found to hold nothing more. */
  private readonly drained = new Map<number, Millis>();
  /** How many of the entries ever added to an outbox lie at or before the place. */
  private readonly counts = new Map<number, number>();

  constructor(options: DeliverOptions) {
    this.options = options;
  }

  /** Delivers until the signal. While the sink is away the outboxes grow and nothing else stops. */
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
        failures += 1;
        if (failures === 1) onNotice(error.message, { history: true, code: error.code });
        await clock.sleep(Math.min(LONGEST_PAUSE, POLL * 2 ** Math.min(failures - 1, 5)), signal);
      }
    }
  }

  /** One batch of every outbox that is ours; true when one of them holds more. */
  private async round(signal: AbortSignal): Promise<boolean> {
    let more = false;
    for (let partition = 0; partition < this.options.outboxes.length && !signal.aborted; partition++) {
      if (!this.options.owns(partition)) {
        this.forget(partition);
        this.counts.delete(partition);
        continue;
      }
      try {
        more = (await this.batch(partition)) || more;
      } catch (error) {
        // whether the transaction took place is not known: the sink says where it stands
        this.forget(partition);
        if (!(error instanceof WeirError) || error.code !== 'stale_position') throw error;
        more = true;
      }
    }
    return more;
  }

  private async batch(partition: number): Promise<boolean> {
    const { sink, clock, meter } = this.options;
    const outbox = this.outbox(partition);
    const place = this.places.get(partition) ?? (await this.resume(partition));
    const begun = clock.now();
    const added = this.counts.has(partition) ? undefined : (await outbox.size()).added;
    const rows = await outbox.read(place.position, ROWS_PER_TRANSACTION + 1);
    const found = rows[0]?.id === place.position;
    if (place.anchored && !found) {
      this.places.set(partition, await this.reconcile(partition, place.position));
      return true;
    }
    const fresh = found ? rows.slice(1) : rows;
    const last = fresh.at(-1);
    if (last) {
      const sent = clock.now();
      await sink.apply(partition, place.position, last.id, fresh);
      meter.observe('weir_postgres_write_duration_seconds', (clock.now() - sent) / 1000);
      meter.count('weir_history_decisions_total', {}, fresh.length);
      this.places.set(partition, { position: last.id, anchored: true });
      const count = this.counts.get(partition);
      if (count !== undefined) this.counts.set(partition, count + fresh.length);
    }
    if (rows.length > ROWS_PER_TRANSACTION) return true;
    this.drained.set(partition, begun);
    if (added !== undefined) this.counts.set(partition, added);
    return false;
  }

  private async resume(partition: number): Promise<Place> {
    const position = await this.options.sink.position(partition);
    const place = { position, anchored: position !== '0-0' };
    this.places.set(partition, place);
    return place;
  }

  /** The entry at the position is gone: either Redis lost the end of the outbox, or entries were trimmed unread. */
  private async reconcile(partition: number, position: EntryId): Promise<Place> {
    const { sink, meter, onNotice } = this.options;
    const outbox = this.outbox(partition);
    this.counts.delete(partition);
    const { added, length, last } = await outbox.size();
    const { common, older } = await this.newestCommon(partition, position);
    const trimmed = added > length;
    if (common === undefined && !older && trimmed && compareEntryIds(last, position) >= 0) {
      onNotice('the outbox was trimmed past what the history has: decisions in between are missing there', {
        partition,
        position,
      });
      return { position, anchored: false };
    }
    const to = common ?? '0-0';
    const orphaned = await sink.rewind(partition, position, to);
    meter.count('weir_history_orphaned_total', {}, orphaned);
    onNotice('Redis lost decisions that the history has: they are marked as orphaned there', {
      partition,
      orphaned,
      after: to,
    });
    return { position: to, anchored: common !== undefined };
  }

  /** The newest entry before the position that both have; `older`: the outbox has entries before it at all. */
  private async newestCommon(
    partition: number,
    position: EntryId,
  ): Promise<{ common: EntryId | undefined; older: boolean }> {
    let until = position;
    for (;;) {
      const rows = await this.outbox(partition).readBack(until, ROWS_PER_TRANSACTION);
      const oldest = rows.at(-1);
      if (!oldest) return { common: undefined, older: until !== position };
      const common = await this.options.sink.newest(partition, rows);
      if (common !== undefined) return { common, older: true };
      until = oldest.id;
    }
  }

  /** How far an outbox is delivered; undefined while that is not known. It must not be trimmed beyond. */
  delivered(partition: number): EntryId | undefined {
    return this.places.get(partition)?.position;
  }

  /** A moment at which everything published until then had been delivered; undefined when there was none. */
  drainedAt(partition: number): Millis | undefined {
    return this.drained.get(partition);
  }

  /** Entries of our outboxes that the sink has not taken; at most so many until all were taken once. */
  async lag(): Promise<number> {
    let waiting = 0;
    for (const [partition, outbox] of this.options.outboxes.entries()) {
      if (!this.options.owns(partition)) continue;
      const { added, length, last } = await outbox.size();
      if (this.places.get(partition)?.position === last) this.counts.set(partition, added);
      waiting += Math.max(0, Math.min(length, added - (this.counts.get(partition) ?? 0)));
    }
    return waiting;
  }

  private forget(partition: number): void {
    this.places.delete(partition);
  }

  private outbox(partition: number): Outbox {
    return this.options.outboxes[partition] as Outbox;
  }
}
