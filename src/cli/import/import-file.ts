/** Imports one file: maps its rows, writes their events in batches, remembers each confirmed batch. */

import { WeirError } from '../../core/errors.ts';
import { parseInstant } from '../../core/instant.ts';
import { HOUR, type Millis } from '../../core/units.ts';
import type { RowMapping } from '../../rules/row-mapping.ts';
import type { EventWriter } from './event-writer.ts';
import type { ImportProgress, Reached } from './import-progress.ts';
import { type MappedRow, mappedEvents } from './mapped-events.ts';

/** Rows are never split: a batch holds at least this many events, is the last, or has become too long in time. */
const BATCH = 500;
/** A batch that is sent again after a crash must still be known: half of what dedup remembers. */
const LONGEST_BATCH: Millis = 12 * HOUR;

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
  const { file, mapping, start, progress, writer } = task;
  let reached = progress.read();
  const imported = reached.row;
  if (task.from !== undefined) reached = { row: task.from - 1, accepted: 0, rejected: 0, done: false };
  if (reached.done) return reached;
  const horizon = reached.row < imported ? ((await writer.horizon?.()) ?? 0) : 0;

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
    if (row.row <= imported) refuseForgotten(row, horizon);
    const [first] = batch;
    if (first && spanOf(first, row) > LONGEST_BATCH) await flush();
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

/** A repeat of what dedup has forgotten would count a second time. */
function refuseForgotten({ row, events }: MappedRow, horizon: Millis): void {
  if (!events.some(({ time }) => (parseInstant(time) ?? horizon) < horizon)) return;
  throw new WeirError(
    'wrong_usage',
    `importing row ${row} again: it was imported before, and repeats of before ${new Date(horizon).toISOString()} ` +
      'are no longer recognised, so that it would count twice; import into a fresh deployment',
  );
}

function spanOf(first: MappedRow, last: MappedRow): Millis {
  const [from, to] = [parseInstant(first.events[0]?.time), parseInstant(last.events.at(-1)?.time)];
  return from === undefined || to === undefined ? 0 : to - from;
}
