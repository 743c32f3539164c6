/** One stream of one partition on its way to the sink: where it stands, what comes next, and what Redis lost. */

import { compareEntryIds, type EntryId } from '../core/entry.ts';
import type { Batch, Meter, Place, Sink, SinkPosition } from '../core/ports.ts';
import type { Source } from './source.ts';

export interface DeliveryOptions {
  readonly place: Place;
  readonly source: Source;
  readonly sink: Sink;
  readonly meter: Meter;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

/** Where it stands, as far as this process knows; forgotten when anything is uncertain. */
interface Standing {
  readonly position: EntryId;
  /** The stream has an entry at the position; when it is gone, Redis lost it. */
  readonly anchored: boolean;
  /** The stream was looked at since; until then it may be of another history than the position. */
  readonly compared: boolean;
}

/** The most entries of a stream in one transaction. */
export const ENTRIES_PER_READ = 500;

export class Delivery {
  readonly place: Place;
  private readonly options: DeliveryOptions;
  private session: unknown;
  private standing: Standing | undefined;
  /** How many of the entries ever added to the stream lie at or before the position. */
  private count: number | undefined;
  private counting: number | undefined;
  /** Where the stream ended after its tail was lost; undefined once the history knows. */
  private end: EntryId | undefined;

  constructor(options: DeliveryOptions) {
    this.options = options;
    this.place = options.place;
  }

  get hasStanding(): boolean {
    return this.standing !== undefined;
  }

  /**
   * How far it is delivered, as the session of the owner found; undefined while that is not known or not compared with
   * the stream in that session. The stream must not be trimmed beyond: what is left there before a lost position tells
   * a loss from trimming.
   */
  positionIn(session: unknown): EntryId | undefined {
    return this.session === session && this.standing?.compared ? this.standing.position : undefined;
  }

  /** Whether the transaction took place is not known: the sink says where it stands. */
  forget(): void {
    this.standing = undefined;
  }

  /** Told the session of the owner, if that is us; in a new one everything is looked at afresh. */
  isOurs(session: unknown): boolean {
    if (session !== this.session) this.forget();
    this.session = session;
    if (session === undefined) this.count = undefined;
    return session !== undefined;
  }

  /**
   * A tail was lost: of a log what is committed is left, of the other streams what they hold now. A round that is
   * under way ends as it began; the next one is of another session, and begins with `resume`.
   */
  async endsAt(entry: EntryId): Promise<void> {
    const { stream } = this.place;
    this.end = stream === 'in' ? entry : (await this.options.source.size()).last;
  }

  forgetEnd(): void {
    this.end = undefined;
  }

  async resume({ position, rules }: SinkPosition): Promise<void> {
    const { end } = this;
    if (end !== undefined && compareEntryIds(position, end) > 0) {
      await this.orphan(position, end);
      this.standing = { position: end, anchored: false, compared: true };
    } else {
      this.standing = { position, anchored: position !== '0-0', compared: position === '0-0' };
      this.options.source.resume?.(rules);
    }
    if (this.end === end) this.end = undefined;
  }

  /**
   * The next rows; no batch when there are none now. `more`: there may be others at once, also because the place
   * was corrected. To be called after `resume`.
   */
  async next(): Promise<{ readonly batch?: Batch; readonly more: boolean }> {
    const { source } = this.options;
    const { position, anchored } = this.standing as Standing;
    const mark = this.count === undefined ? await source.mark() : undefined;
    const { entries, full } = await source.read(position, ENTRIES_PER_READ + 1);
    const found = entries[0]?.id === position;
    if (anchored && !found) {
      this.standing = await this.reconcile(position);
      return { more: true };
    }
    // unless it was forgotten meanwhile
    if (found && this.standing) this.standing = { ...this.standing, compared: true };
    const fresh = found ? entries.slice(1) : entries;
    if (mark) this.counting = mark.count + fresh.filter(({ id }) => compareEntryIds(id, mark.at) > 0).length;
    else if (this.count !== undefined) this.counting = this.count + fresh.length;
    if (full && mark) this.counting = undefined;
    const last = fresh.at(-1);
    if (!last) {
      this.count = this.counting;
      return { more: full };
    }
    const rows = fresh.flatMap((entry) => entry.row ?? []);
    return { batch: { ...this.place, from: position, to: last.id, rows } as Batch, more: full };
  }

  /** The transaction of the last batch is committed. */
  taken(batch: Batch): void {
    this.standing = { position: batch.to, anchored: true, compared: true };
    if (batch.stream === 'in') this.options.source.resume?.(batch.rows.at(-1)?.rules);
    this.count = this.counting;
  }

  /** The entry at the position is gone: either Redis lost the end of the stream, or entries were trimmed unread. */
  private async reconcile(position: EntryId): Promise<Standing> {
    const { onNotice, source, place } = this.options;
    this.count = undefined;
    const { added, length, last } = await source.size();
    const { common, older, mail } = await this.newestCommon(position);
    const trimmed = added > length;
    if (common === undefined && !older && trimmed && compareEntryIds(last, position) >= 0) {
      onNotice('a stream was trimmed past what the history has: what lay in between is missing there', {
        ...place,
        position,
      });
      return { position, anchored: false, compared: true };
    }
    // where only mail is left before the position, the decisions before it were taken and trimmed
    const to = common ?? (trimmed ? mail : undefined) ?? '0-0';
    await this.orphan(position, to);
    return { position: to, anchored: to !== '0-0', compared: true };
  }

  private async orphan(position: EntryId, to: EntryId): Promise<void> {
    const { sink, meter, onNotice, place } = this.options;
    this.count = undefined;
    const orphaned = await sink.rewind(place, position, to);
    // which rules were in force there is told by what is committed now
    this.options.source.resume?.(undefined);
    meter.count('weir_history_orphaned_total', {}, orphaned);
    onNotice('Redis lost what the history has: it is marked as orphaned there', {
      ...place,
      orphaned,
      after: to,
    });
  }

  /**
   * The newest entry before the position that both have; `older`: the stream has entries before it at all; `mail`:
   * the newest of these, when the history can have none of them.
   */
  private async newestCommon(
    position: EntryId,
  ): Promise<{ common?: EntryId; older: boolean; mail?: EntryId | undefined }> {
    let until = position;
    let mail: EntryId | undefined;
    let strangers = false;
    for (;;) {
      const entries = await this.options.source.readBack(until, ENTRIES_PER_READ);
      const oldest = entries.at(-1);
      if (!oldest) return { older: until !== position, mail: strangers ? undefined : mail };
      mail ??= entries[0]?.id;
      const rows = entries.flatMap((entry) => entry.row ?? []) as Batch['rows'];
      // an entry of which nothing was taken can be compared with nothing
      strangers ||= rows.some((row) => !('events' in row) || row.events.length > 0);
      const common = rows.length > 0 ? await this.options.sink.newest(this.place, rows) : undefined;
      if (common !== undefined) return { common, older: true };
      until = oldest.id;
    }
  }

  /** Entries that the sink has not taken; at most so many until all were taken once. */
  async lag(): Promise<number> {
    const { added, length, last } = await this.options.source.size();
    if (this.standing?.position === last) this.count = added;
    return Math.max(0, Math.min(length, added - (this.count ?? 0)));
  }
}
