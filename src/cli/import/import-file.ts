/** Imports one file: maps its rows, writes their events in batches, remembers each confirmed batch. */

import type { Millis } from '../../core/units.ts';
import type { RowMapping } from '../../rules/row-mapping.ts';
import type { EventWriter } from './event-writer.ts';
import type { ImportProgress, Reached } from './import-progress.ts';
import { type MappedRow, mappedEvents } from './mapped-events.ts';

/** Rows are never split: a batch holds at least this many events or is the last. */
const BATCH = 500;

export interface ImportTask {
  readonly file: string;
  readonly mapping: RowMapping;
  readonly start: Millis;
  /** Given: begin there whatever was reached before. */
  readonly from?: number | undefined;
  readonly progress: Pick<ImportProgress, 'read' | 'write'>;
  readonly writer: EventWriter;
  readonly onBatch?: (reached: Reached, bytes: number) => void;
  readonly onRejected?: (row: number, event: Readonly<Record<string, unknown>>, problem: string) => void;
}

/** Stable ids make a repeated batch harmless, so a crash between writing and remembering costs nothing. */
export async function importFile(task: ImportTask): Promise<Reached> {
  const { file, mapping, start, progress } = task;
  let reached = progress.read();
  if (task.from !== undefined) reached = { row: task.from - 1, accepted: 0, rejected: 0, done: false };
  if (reached.done) return reached;

  let batch: MappedRow[] = [];
  let size = 0;
  const flush = async () => {
    const last = batch.at(-1);
    if (last === undefined) return;
    const { accepted, rejected } = await writeRows(task, batch);
    reached = {
      row: last.row,
      accepted: reached.accepted + accepted,
      rejected: reached.rejected + rejected,
      done: false,
    };
    progress.write(reached);
    task.onBatch?.(reached, last.bytes);
    batch = [];
    size = 0;
  };
  for await (const row of mappedEvents(file, mapping, { from: reached.row + 1, start })) {
    batch.push(row);
    size += row.events.length;
    if (size >= BATCH) await flush();
  }
  await flush();
  reached = { ...reached, done: true };
  progress.write(reached);
  return reached;
}

async function writeRows({ writer, onRejected }: ImportTask, rows: readonly MappedRow[]) {
  const events = rows.flatMap((row) => row.events);
  if (events.length === 0) return { accepted: 0, rejected: 0 };
  const receipt = await writer.write(events);
  const rowOf = rows.flatMap(({ row, events: { length } }) => new Array<number>(length).fill(row));
  for (const { index, problem } of receipt.rejected) {
    onRejected?.(rowOf[index] as number, events[index] as Record<string, unknown>, problem);
  }
  return { accepted: receipt.accepted, rejected: receipt.rejected.length };
}
