/** The history of a simulated world: what Postgres keeps, and each process' way there, with answers that get lost. */

import { entityKey } from '../../../src/core/entity-key.ts';
import { compareEntryIds, type EntryId } from '../../../src/core/entry.ts';
import { WeirError } from '../../../src/core/errors.ts';
import type { Batch, EntityRow, EntitySink, Place, Sink, SinkPosition } from '../../../src/core/ports.ts';
import type { Millis } from '../../../src/core/units.ts';
import { SimulatedSink } from '../simulated-sink.ts';

/** What becomes of a transaction. */
export type TransactionFate = 'through' | 'lost' | 'answer_lost' | 'deadlock';

interface KeptEntity {
  row: EntityRow;
  isStale: boolean;
}

export class Postgres {
  readonly sink = new SimulatedSink();
  readonly entities = new Map<string, KeptEntity>();
  /** By whom they are about: where the request stood in its log. */
  readonly erasures = new Map<string, EntryId>();
  /** By partition: the rule set under which all its entities were read. */
  readonly complete = new Map<number, string>();
  /** By partition: the mark under which rows of other rules are coming. */
  readonly begun = new Map<number, string>();
  /** By partition: how often its entities were doubted. */
  readonly doubts = new Map<number, number>();
  isDown = false;

  /** Entities that were made from entries after a place are read again, and what was read before is not taken. */
  doubt({ stream, partition }: Place, to: EntryId): void {
    if (stream !== 'in') return;
    this.doubts.set(partition, (this.doubts.get(partition) ?? 0) + 1);
    for (const kept of this.entities.values())
      if (kept.row.partition === partition && compareEntryIds(kept.row.entry, to) > 0) kept.isStale = true;
  }

  /** Carries out the erasures that a log asks for; a copy of a request asks for nothing. */
  erase({ stream, partition, rows }: Batch): void {
    if (stream !== 'in') return;
    const asked = new Set<string>();
    for (const { id, row } of this.sink.standing({ stream, partition }))
      for (const { erases, kind, entity, source, id: name } of 'events' in row ? row.events : []) {
        const isCopy = asked.has(`${source} ${name}`);
        asked.add(`${source} ${name}`);
        if (!erases || kind === null || isCopy || !rows.some((written) => written.id === id)) continue;
        const key = entityKey(kind, entity as string);
        this.erasures.set(key, id);
        const kept = this.entities.get(key);
        if (kept && compareEntryIds(kept.row.entry, id) < 0) this.entities.delete(key);
      }
  }

  put(
    rows: readonly EntityRow[],
    gone: readonly string[],
    read?: { partition: number; doubts: number },
  ): void {
    if (read !== undefined && (this.doubts.get(read.partition) ?? 0) !== read.doubts)
      throw new WeirError('stale_position', 'writing entities: they were doubted since');
    for (const row of rows) {
      const key = entityKey(row.kind, row.id);
      const erasure = this.erasures.get(key);
      if (erasure !== undefined && compareEntryIds(erasure, row.entry) > 0) continue;
      const before = this.entities.get(key);
      if (before === undefined || before.isStale || compareEntryIds(row.entry, before.row.entry) >= 0)
        this.entities.set(key, { row, isStale: false });
    }
    for (const key of gone) this.entities.delete(key);
  }
}

/** The way of a process to the history. */
export interface HistoryWire {
  later(delay: Millis, happens: () => void): void;
  hear(delay: Millis, happens: () => void): void;
  delay(): Millis;
  fate(operation: string): TransactionFate;
}

export class PostgresSession implements Sink {
  readonly #postgres: Postgres;
  readonly #wire: HistoryWire;
  readonly entities: EntitySink;

  constructor(postgres: Postgres, wire: HistoryWire) {
    this.#postgres = postgres;
    this.#wire = wire;
    const ask = <T>(operation: string, work: () => T) => this.#ask(operation, async () => work());
    this.entities = {
      standings: (partitions) =>
        ask('standings', () =>
          partitions.map((partition) => {
            const [rules, doubts] = [postgres.complete.get(partition), postgres.doubts.get(partition) ?? 0];
            return [partition, rules === undefined ? { doubts } : { doubts, rules }] as const;
          }),
        ),
      begun: (partition, mark) =>
        ask('begun', () => {
          postgres.complete.delete(partition);
          postgres.begun.set(partition, mark);
        }),
      completed: (partition, rules, mark) =>
        ask('completed', () => {
          if (postgres.begun.get(partition) !== mark) return false;
          postgres.begun.delete(partition);
          postgres.complete.set(partition, rules);
          return true;
        }),
      stale: (partitions, limit) =>
        ask('stale', () =>
          [...postgres.entities]
            .filter(([, { row, isStale }]) => isStale && partitions.includes(row.partition))
            .slice(0, limit)
            .map(([key, { row }]) => [row.partition, key] as const),
        ),
      apply: (rows, gone, read) => ask('entities', () => postgres.put(rows, gone, read)),
    };
  }

  positions(places: readonly Place[]): Promise<SinkPosition[]> {
    return this.#ask('positions', async () => {
      const found = await this.#postgres.sink.positions(places);
      for (const [i, place] of places.entries())
        this.#postgres.doubt(place, (found[i] as SinkPosition).position);
      return found;
    });
  }

  apply(batches: readonly Batch[]): Promise<void> {
    return this.#ask('apply', async () => {
      await this.#postgres.sink.apply(batches);
      for (const batch of batches) this.#postgres.erase(batch);
    });
  }

  newest(place: Place, rows: Batch['rows']): Promise<EntryId | undefined> {
    return this.#ask('newest', () => this.#postgres.sink.newest(place, rows));
  }

  rewind(place: Place, from: EntryId, to: EntryId): Promise<number> {
    return this.#ask('rewind', async () => {
      const orphaned = await this.#postgres.sink.rewind(place, from, to);
      this.#postgres.doubt(place, to);
      return orphaned;
    });
  }

  #ask<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const { later, hear, delay, fate } = this.#wire;
    return new Promise((resolve, reject) => {
      const becomes = fate(operation);
      const away = (why: string) =>
        hear(delay(), () => reject(new WeirError('history_away', `${operation}: ${why}`)));
      later(delay(), () => {
        if (this.#postgres.isDown) return away('no connection');
        if (becomes === 'lost') return away('the connection was closed');
        if (becomes === 'deadlock') return away('deadlock detected');
        work().then(
          (answer) => {
            if (becomes === 'answer_lost') away('the answer was lost');
            else hear(delay(), () => resolve(answer));
          },
          (error) => hear(delay(), () => reject(error)),
        );
      });
    });
  }
}
