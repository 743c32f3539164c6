/** A Sink in memory that can fail before a transaction, or after it with the answer lost. */

import { compareEntryIds, type EntryId } from '../../src/core/entry.ts';
import { WeirError } from '../../src/core/errors.ts';
import type { LogRow } from '../../src/core/history/logged-event.ts';
import {
  type Batch,
  HISTORY_STREAMS,
  type OutboxRow,
  type Place,
  type Sink,
  type SinkPosition,
} from '../../src/core/ports.ts';

export interface SunkRow {
  readonly id: EntryId;
  readonly stream: Place['stream'];
  readonly partition: number;
  /** What makes it the same row. */
  readonly name: string;
  readonly row: OutboxRow | LogRow;
  loss: number;
}

interface Standing {
  position: EntryId;
  rules: string | undefined;
  losses: number;
}

export class SimulatedSink implements Sink {
  rows: SunkRow[] = [];
  /** Taken by the next transaction. */
  fault: 'before' | 'after' | undefined;
  private readonly places = new Map<string, Standing>();

  async positions(places: readonly Place[]): Promise<SinkPosition[]> {
    return places.map((place) => {
      const { position, rules } = this.standingAt(place);
      return { position, ...(rules === undefined ? {} : { rules }) };
    });
  }

  async apply(batches: readonly Batch[]): Promise<void> {
    this.transaction(() => {
      for (const batch of batches) this.check(batch, batch.from);
      for (const batch of batches) {
        const standing = this.standingAt(batch);
        standing.position = batch.to;
        if (batch.stream === 'in') standing.rules = batch.rows.at(-1)?.rules ?? standing.rules;
        for (const row of batch.rows) this.add(batch, row);
      }
    });
  }

  async newest(place: Place, rows: Batch['rows']): Promise<EntryId | undefined> {
    const held = this.standing(place).filter((sunk) =>
      rows.some(
        (row) =>
          row.id === sunk.id && nameOf(place.stream, row) !== '' && nameOf(place.stream, row) === sunk.name,
      ),
    );
    return held
      .map(({ id }) => id)
      .sort(compareEntryIds)
      .at(-1);
  }

  async rewind(place: Place, from: EntryId, to: EntryId): Promise<number> {
    return this.transaction(() => {
      this.check(place, from);
      const standing = this.standingAt(place);
      standing.position = to;
      standing.rules = undefined;
      standing.losses += 1;
      const surplus = this.standing(place).filter(({ id }) => compareEntryIds(id, to) > 0);
      for (const row of surplus) row.loss = standing.losses;
      return surplus.reduce((sum, { row }) => sum + ('events' in row ? row.events.length : 1), 0);
    });
  }

  standing({ stream, partition }: Place): SunkRow[] {
    return this.rows.filter((row) => row.stream === stream && row.partition === partition && row.loss === 0);
  }

  /** A stream that ends after where the history stands in it. */
  isBehind(partition: number, last: (stream: Place['stream']) => EntryId): Place['stream'] | undefined {
    return HISTORY_STREAMS.find((stream) => this.standingAt({ stream, partition }).position !== last(stream));
  }

  private add({ stream, partition }: Place, row: OutboxRow | LogRow): void {
    const name = nameOf(stream, row);
    const twice = this.standing({ stream, partition }).some((other) => name !== '' && other.name === name);
    if (twice) throw new WeirError('history_away', `writing the history: ${name} is there already`);
    this.rows.push({ id: row.id, stream, partition, name, row, loss: 0 });
  }

  private check(place: Place, from: EntryId): void {
    const { position } = this.standingAt(place);
    if (position !== from) throw new WeirError('stale_position', `the position is ${position}`);
  }

  private standingAt({ stream, partition }: Place): Standing {
    const key = `${stream} ${partition}`;
    const standing = this.places.get(key) ?? { position: '0-0', rules: undefined, losses: 0 };
    this.places.set(key, standing);
    return standing;
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

/** Empty for an entry of a log that holds no event: it has no rows to be found again. */
function nameOf(stream: Place['stream'], row: OutboxRow | LogRow): string {
  // a dead letter has no name of its own
  if (stream === 'dead') return row.id;
  if ('text' in row) return (JSON.parse(row.text) as { id: string }).id;
  const [first] = row.events;
  return first === undefined ? '' : `${row.id} ${first.item} ${first.id}`;
}
