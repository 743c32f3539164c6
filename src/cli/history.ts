/** The history as the house keeps it: a sink to write through and the questions that HTTP asks. */

import type { History } from '../core/history.ts';
import type { Sink } from '../core/ports.ts';
import type { Deliver } from '../processor/deliver.ts';
import { openDatabase } from '../store/database.ts';
import { PostgresHistory } from '../store/postgres-history.ts';
import { PostgresSink } from '../store/postgres-sink.ts';

export interface OpenHistory {
  readonly sink: Sink;
  /** As far as `deliver` knows it to be complete, which may be further than the last row tells. */
  read(deliver: Deliver | undefined): History;
  close(): Promise<void>;
}

/** Opens no connection yet: a database that is away holds up nothing. */
export function openHistory(url: string): OpenHistory {
  const database = openDatabase(url);
  return {
    sink: new PostgresSink(database),
    read: (deliver) => new PostgresHistory(database, (partition) => deliver?.drainedAt(partition)),
    close: () => database.close(),
  };
}
