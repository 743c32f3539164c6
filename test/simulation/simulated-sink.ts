/** A Sink in memory that can fail before a transaction, or after it with the answer lost. */

import { compareEntryIds, type EntryId } from '../../src/core/entry.ts';
import { WeirError } from '../../src/core/errors.ts';
import type { OutboxRow, Sink } from '../../src/core/ports.ts';

export interface SunkRow extends OutboxRow {
  readonly partition: number;
  readonly decision: string;
  loss: number;
}

export class SimulatedSink implements Sink {
  rows: SunkRow[] = [];
  /** Taken by the next transaction. */
  fault: 'before' | 'after' | undefined;
  private readonly places = new Map<number, { position: EntryId; losses: number }>();

  async position(partition: number): Promise<EntryId> {
    return this.place(partition).position;
  }

  async apply(partition: number, from: EntryId, to: EntryId, rows: readonly OutboxRow[]): Promise<void> {
    this.transaction(() => {
      this.move(partition, from, to, 0);
      for (const row of rows) {
        const decision = decisionId(row);
        const twice = this.rows.some((other) => other.loss === 0 && other.decision === decision);
        if (twice) throw new WeirError('history_away', `writing decisions: ${decision} is there already`);
        this.rows.push({ ...row, partition, decision, loss: 0 });
      }
    });
  }

  async newest(partition: number, rows: readonly OutboxRow[]): Promise<EntryId | undefined> {
    const held = this.standing(partition).filter((row) =>
      rows.some((other) => other.id === row.id && decisionId(other) === row.decision),
    );
    return held
      .map((row) => row.id)
      .sort(compareEntryIds)
      .at(-1);
  }

  async rewind(partition: number, from: EntryId, to: EntryId): Promise<number> {
    return this.transaction(() => {
      const losses = this.move(partition, from, to, 1);
      const surplus = this.standing(partition).filter((row) => compareEntryIds(row.id, to) > 0);
      for (const row of surplus) row.loss = losses;
      return surplus.length;
    });
  }

  standing(partition: number): SunkRow[] {
    return this.rows.filter((row) => row.partition === partition && row.loss === 0);
  }

  private move(partition: number, from: EntryId, to: EntryId, lost: 0 | 1): number {
    const place = this.place(partition);
    if (place.position !== from) throw new WeirError('stale_position', `the position is ${place.position}`);
    place.position = to;
    place.losses += lost;
    return place.losses;
  }

  private place(partition: number): { position: EntryId; losses: number } {
    const place = this.places.get(partition) ?? { position: '0-0', losses: 0 };
    this.places.set(partition, place);
    return place;
  }

  private transaction<T>(work: () => T): T {
    const { fault } = this;
    this.fault = undefined;
    if (fault === 'before') throw new WeirError('history_away', 'the request was lost');
    const result = work();
    if (fault === 'after') throw new WeirError('history_away', 'the answer was lost');
    return result;
  }
}

function decisionId(row: OutboxRow): string {
  return (JSON.parse(row.text) as { id: string }).id;
}
