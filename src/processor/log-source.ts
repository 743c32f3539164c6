/** The committed part of a log as the history reads it: decoded again, since the log is what is true. */

import { compareEntryIds, type EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { LogRow } from '../core/history/logged-event.ts';
import type { Position } from '../core/ports.ts';
import { decode } from '../step/decode.ts';
import { loggedEvents } from '../step/logged-events.ts';
import type { Head } from '../step/partition-state.ts';
import { entryIn } from './entry-in.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisRuleLibrary } from './redis-rule-library.ts';
import type { Source, SourceEntry, SourceSize } from './source.ts';
import type { StreamElement } from './stream-reader.ts';
import { streamSize } from './stream-size.ts';
import type { Turns } from './turns.ts';

export interface LogSourceOptions {
  readonly connection: RedisConnection;
  readonly key: string;
  /** The hash that has the position of the partition. */
  readonly positionKey: string;
  readonly rules: RedisRuleLibrary;
  /** The last committed position of the owner; undefined while another instance owns the partition. */
  readonly committed: () => Position | undefined;
  readonly clockMode: () => 'live' | 'log';
  readonly turns: Turns;
}

/** Entries may hold many events: a read ends when it has so many. */
const EVENTS_PER_READ = 2_000;
const ENTRIES_PER_TURN = 400;

export class LogSource implements Source {
  private readonly options: LogSourceOptions;
  /** Hash of the rule set in force where reading stands; undefined: that of the committed position. */
  private hash: string | undefined;

  constructor(options: LogSourceOptions) {
    this.options = options;
  }

  resume(rules: string | undefined): void {
    this.hash = rules;
  }

  async read(from: EntryId, count: number): Promise<{ entries: SourceEntry[]; full: boolean }> {
    const committed = this.committed();
    if (committed.entry === from) return { entries: [{ id: from }], full: false };
    if (compareEntryIds(committed.entry, from) < 0) await this.assertOurs(committed);
    const elements = await this.options.connection.ask('reading a log for the history', (redis) =>
      redis.xrange(this.options.key, from, committed.entry, 'COUNT', count),
    );
    const anchored = elements[0]?.[0] === from;
    const fresh = anchored ? elements.slice(1) : elements;
    const rows = await this.decode(fresh, committed, EVENTS_PER_READ);
    const entries: SourceEntry[] = rows.map((row) => ({ id: row.id, row }));
    if (anchored) entries.unshift({ id: from });
    return { entries, full: elements.length >= count || rows.length < fresh.length };
  }

  async readBack(until: EntryId, count: number): Promise<SourceEntry[]> {
    const committed = this.committed();
    const end = compareEntryIds(committed.entry, until) < 0 ? committed.entry : `(${until}`;
    const elements = await this.options.connection.ask('reading a log backwards', (redis) =>
      redis.xrevrange(this.options.key, end, '-', 'COUNT', count),
    );
    const rows = await this.decode(elements, committed, Number.POSITIVE_INFINITY);
    return rows.map((row) => ({ id: row.id, row }));
  }

  size(): Promise<SourceSize> {
    return streamSize(this.options.connection, this.options.key);
  }

  async mark(): Promise<{ at: EntryId; count: number }> {
    const { entry, entries } = this.committed();
    return { at: entry, count: entries };
  }

  /** Rows until they hold `most` events; in pieces, since long work without a look at the sockets delays everybody. */
  private async decode(
    elements: readonly StreamElement[],
    { incarnation, head }: Position,
    most: number,
  ): Promise<LogRow[]> {
    const { connection, key, rules, turns, clockMode } = this.options;
    let hash = this.hash ?? (JSON.parse(head || '{}') as Partial<Head>).rules ?? rules.wanted.hash;
    const rows: LogRow[] = [];
    let events = 0;
    while (rows.length < elements.length && events < most) {
      const plan = (await rules.load(hash)) ?? rules.wanted;
      const piece = await Promise.all(
        elements
          .slice(rows.length, rows.length + ENTRIES_PER_TURN)
          .map((element) => entryIn(connection, key, element)),
      );
      await turns.take(async () => {
        for (const entry of piece) {
          const items = decode(entry, plan.events, { clock: clockMode() });
          const [first] = items;
          const activation = first?.kind === 'activated' && first.previous === hash ? first : undefined;
          hash = activation?.hash ?? hash;
          const logged = loggedEvents(plan, entry, items);
          rows.push({ id: entry.id, incarnation, events: logged, rules: hash });
          events += logged.length;
          // what follows is decoded by another set
          if (activation || events >= most) break;
        }
      });
    }
    return rows;
  }

  /** The history is ahead of us: either Redis lost what it has, or somebody else owns the partition and committed more. */
  private async assertOurs({ entry }: Position): Promise<void> {
    const { connection, positionKey } = this.options;
    const stored = await connection.ask('reading a position', (redis) => redis.hget(positionKey, 'entry'));
    if ((stored ?? '0-0') !== entry)
      throw new WeirError('fenced', 'reading a log for the history: another instance owns it by now');
  }

  private committed(): Position {
    const position = this.options.committed();
    if (!position)
      throw new WeirError('stale_position', 'reading a log for the history: another instance owns it by now');
    return position;
  }
}
