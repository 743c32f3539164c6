/** intake: events of the one public stream are routed to the logs of their partitions. */

import type { Entry, EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { Log, Meter, OwnerToken, ReaderPlace } from '../core/ports.ts';
import { SECOND } from '../core/units.ts';
import type { EventCatalogue } from '../rules/event-catalogue.ts';
import { elementSlices } from '../step/json-slices.ts';
import { partitionOfEvent } from '../step/route.ts';

export interface IntakeOptions {
  /** The public stream. */
  readonly source: Log;
  readonly partitions: readonly Log[];
  /** Kept under the fence of partition 0. */
  readonly place: ReaderPlace;
  readonly catalogue: () => EventCatalogue;
  /** The token of partition 0 while this process owns it. */
  readonly token: () => OwnerToken | undefined;
  /** True while nothing more may be routed: the logs are as full as they may be. */
  readonly isFull: () => boolean;
  readonly meter: Meter;
  readonly sleep: (duration: number, signal?: AbortSignal) => Promise<void>;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

type Form = 'd' | 'f' | 'b';
const ENTRIES_PER_READ = 1000;
/** Events of one partition are packed into one entry up to these bounds; fewer entries cost the reader less. */
const EVENTS_PER_ENTRY = 50;
const CHARACTERS_PER_ENTRY = 64 * 1024;

export class Intake {
  private readonly options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.options = options;
  }

  /** Routes until the signal; only while this process owns partition 0. */
  async run(signal: AbortSignal): Promise<void> {
    const { token, sleep, isFull, onNotice } = this.options;
    while (!signal.aborted) {
      const mine = token();
      if (mine === undefined || isFull()) {
        await sleep(100, signal);
        continue;
      }
      try {
        await this.route(mine, signal);
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        onNotice(error.message, { intake: true, code: error.code });
        await sleep(SECOND / 2, signal);
      }
    }
  }

  private async route(mine: OwnerToken, signal: AbortSignal): Promise<void> {
    const { place, source, token, isFull, partitions, meter } = this.options;
    let position = await place.position();
    const read = (after: EntryId) => {
      const reading = source.read(after, ENTRIES_PER_READ, SECOND);
      // its failure is heard by whoever waits for it next
      reading.catch(() => undefined);
      return reading;
    };
    let next = read(position);
    let trimming: Promise<void> | undefined;
    while (!signal.aborted && token() === mine && !isFull()) {
      const entries = await next;
      const last = entries.at(-1);
      // the next ones come while these are worked on
      next = read(last?.id ?? position);
      if (!last) continue;
      const packed = pack(entries, this.options.catalogue(), partitions.length);
      await Promise.all(packed.map(([partition, entry]) => (partitions[partition] as Log).append(entry)));
      // only now: after a crash in between, the same events come again under the same ids and dedup takes them out
      const answer = await place.advance(mine, position, last.id);
      if (answer !== 'OK') return;
      position = last.id;
      meter.count('weir_intake_entries_total', {}, entries.length);
      await trimming;
      trimming = source.trim(position);
      trimming.catch(() => undefined);
    }
    await trimming;
  }
}

/** One element of an intake entry on its way: its text, where it came from. */
interface Piece {
  readonly partition: number;
  readonly form: Form;
  readonly text: string;
  readonly origin: string;
}

/** Partition log entries for intake entries, in order per partition. What cannot be read goes to partition 0. */
export function pack(
  entries: readonly Entry[],
  catalogue: EventCatalogue,
  partitions: number,
): [partition: number, entry: Omit<Entry, 'id'>][] {
  const open = new Map<number, { form: Form; texts: string[]; origins: string[]; characters: number }>();
  const packed: [number, Omit<Entry, 'id'>][] = [];
  const close = (partition: number) => {
    const group = open.get(partition);
    if (!group) return;
    open.delete(partition);
    const text = group.texts.length === 1 ? (group.texts[0] as string) : `[${group.texts.join(',')}]`;
    packed.push([partition, { [group.form]: text, m: group.origins.join(',') }]);
  };
  for (const entry of entries) {
    for (const { piece, alone } of piecesOf(entry, catalogue, partitions)) {
      const { partition, form, text, origin } = piece;
      const group = open.get(partition);
      const full =
        group &&
        (alone ||
          group.form !== form ||
          group.texts.length >= EVENTS_PER_ENTRY ||
          group.characters + text.length > CHARACTERS_PER_ENTRY);
      if (full) close(partition);
      const target = open.get(partition) ?? { form, texts: [], origins: [], characters: 0 };
      open.set(partition, target);
      target.texts.push(text);
      target.origins.push(origin);
      target.characters += text.length;
      if (alone) close(partition);
    }
  }
  for (const partition of [...open.keys()]) close(partition);
  return packed;
}

/** The elements of an entry; `alone`: the text is not one JSON object and must not be packed with others. */
function piecesOf(
  entry: Entry,
  catalogue: EventCatalogue,
  partitions: number,
): { piece: Piece; alone: boolean }[] {
  const form: Form = entry.d !== undefined ? 'd' : entry.f !== undefined ? 'f' : 'b';
  const text = entry[form] ?? '';
  const unreadable = [{ piece: { partition: 0, form, text, origin: originOf(entry, 0) }, alone: true }];
  if (form === 'b') return unreadable;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable;
  }
  if (!Array.isArray(value)) {
    const partition = partitionOfValue(value, catalogue, partitions);
    return [{ piece: { partition, form, text, origin: originOf(entry, 0) }, alone: !isObject(value) }];
  }
  if (value.length === 0) return unreadable;
  const slices = elementSlices(text);
  return value.map((element, i) => {
    const [from, to] = slices[i] as readonly [number, number];
    const partition = partitionOfValue(element, catalogue, partitions);
    const piece = { partition, form, text: text.slice(from, to), origin: originOf(entry, i) };
    return { piece, alone: !isObject(element) };
  });
}

/**
 * Default id of an element. An entry of a partition's log may have the same entry id, and the default ids of its
 * events have a colon there: with one form for both, one of two events would be taken for a copy of the other.
 */
function originOf(entry: Entry, index: number): string {
  return `${entry.id}.${index}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What names no partition is refused by partition 0. */
function partitionOfValue(value: unknown, catalogue: EventCatalogue, partitions: number): number {
  if (!isObject(value) || typeof value.type !== 'string') return 0;
  const data = isObject(value.data) ? value.data : value;
  return partitionOfEvent(value.type, data, catalogue, partitions) ?? 0;
}
