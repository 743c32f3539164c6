/** mirror: entities as they stand go to the history, so that lists can be asked of it, by the owner of their partition. */

import { splitEntityKey } from '../core/entity-key.ts';
import { WeirError } from '../core/errors.ts';
import type { PartitionKeys } from '../core/partition.ts';
import type { ChangedEntities, Clock, EntityRow, EntitySink, Meter } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { summaryOf } from '../step/entity-summary.ts';
import type { Head } from '../step/partition-state.ts';
import { decodeEntity, isTombstone, type Layouts } from '../step/record.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RuleLibrary } from './start-state.ts';
import type { Turns } from './turns.ts';

export interface MirrorOptions {
  readonly connection: RedisConnection;
  readonly sink: EntitySink;
  /** By partition. */
  readonly keys: readonly PartitionKeys[];
  readonly changed: readonly ChangedEntities[];
  readonly rules: RuleLibrary;
  /** True while this process owns the partition. */
  readonly owns: (partition: number) => boolean;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

/** Lists may be so old: an entity that changes all the time is written once in a while. */
const EVERY: Millis = 500;
const LONGEST_PAUSE: Millis = 5 * SECOND;
const KEYS_PER_ROUND = 500;
const RECORDS_PER_TURN = 50;
const QUIET_ROUNDS = 10;
/** In the place of a cursor: the scan has come to its end. */
const SCANNED = 'scanned';

/** Rows for the sink, and keys whose entities are no more. */
interface Reading {
  readonly rows: EntityRow[];
  readonly gone: string[];
}

export class Mirror {
  private readonly options: MirrorOptions;
  private readonly complete = new Set<number>();
  /** Of partitions that were never taken as a whole: where the scan of their entities stands. */
  private readonly cursors = new Map<number, string>();
  /** By partition: the rule set its rows were made by. */
  private readonly hashes = new Map<number, string>();
  /** By partition: rounds in which nothing was read since the rules were looked at. */
  private readonly quiet = new Map<number, number>();
  private layouts: Layouts = new Map();

  constructor(options: MirrorOptions) {
    this.options = options;
  }

  /** Writes until the signal. While the sink is away the sets of changed entities grow, to one key an entity at most. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, onNotice } = this.options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const more = await this.round(signal);
        failures = 0;
        if (!more) await clock.sleep(EVERY, signal);
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        failures += 1;
        // `deliver` says when the history is away
        if (failures === 1 && error.code !== 'history_away')
          onNotice(error.message, { mirror: true, code: error.code });
        await clock.sleep(Math.min(LONGEST_PAUSE, EVERY * 2 ** Math.min(failures - 1, 5)), signal);
      }
    }
  }

  /** One batch of every partition that is ours; true when one of them has more. */
  private async round(signal: AbortSignal): Promise<boolean> {
    const { owns, sink, keys, rules } = this.options;
    const own = keys.map((_, partition) => partition).filter(owns);
    if (own.length === 0) return false;
    this.layouts = await rules.layouts();
    const unknown = own.filter((partition) => !this.complete.has(partition));
    if (unknown.length > 0)
      for (const [partition, hash] of await sink.complete(unknown)) {
        if (!this.hashes.has(partition)) this.hashes.set(partition, hash);
        if (this.hashes.get(partition) === hash) this.complete.add(partition);
      }
    const stale = await sink.stale(own, KEYS_PER_ROUND);
    let more = stale.length >= KEYS_PER_ROUND;
    for (const partition of own) {
      if (signal.aborted) return false;
      const again = stale.filter(([of]) => of === partition).map(([, key]) => key);
      more = (await this.partition(partition, again)) || more;
    }
    return more;
  }

  private async partition(partition: number, again: readonly string[]): Promise<boolean> {
    const { sink, meter } = this.options;
    const changed = this.options.changed[partition] as ChangedEntities;
    const { keys, commit } = await changed.take(KEYS_PER_ROUND);
    const scanned = this.complete.has(partition) ? undefined : await this.scan(partition);
    const wanted = [...new Set([...keys, ...again, ...(scanned ?? [])])];
    if (wanted.length > 0) {
      const { rows, gone } = await this.read(partition, wanted);
      if (rows.length + gone.length > 0) await sink.apply(rows, gone);
      meter.count('weir_history_rows_total', { stream: 'entities' }, rows.length);
    } else await this.lookAtRules(partition);
    if (keys.length > 0) await changed.done(commit);
    // a change of rules while scanning lets it begin again
    if (scanned !== undefined && this.cursors.get(partition) === SCANNED) {
      await sink.completed(partition, this.hashes.get(partition) ?? '');
      this.complete.add(partition);
    }
    return keys.length >= KEYS_PER_ROUND / 2 || scanned !== undefined;
  }

  /** Rules change also where no entity does: looked at in every so many rounds in which nothing else is read. */
  private async lookAtRules(partition: number): Promise<void> {
    const quiet = (this.quiet.get(partition) ?? QUIET_ROUNDS) + 1;
    this.quiet.set(partition, quiet > QUIET_ROUNDS ? 0 : quiet);
    if (quiet <= QUIET_ROUNDS) return;
    const { position } = this.options.keys[partition] as PartitionKeys;
    const head = await this.options.connection.ask('reading the rules in force', (redis) =>
      redis.hget(position, 'head'),
    );
    if (head) this.noteRules(partition, (JSON.parse(head) as Head).rules);
  }

  /** Entities that were there before the history was. */
  private async scan(partition: number): Promise<string[]> {
    const { connection, keys } = this.options;
    const cursor = this.cursors.get(partition) ?? SCANNED;
    const from = cursor === SCANNED ? '0' : cursor;
    const [next, flat] = await connection.ask('scanning entities', (redis) =>
      redis.hscan((keys[partition] as PartitionKeys).state, from, 'COUNT', KEYS_PER_ROUND),
    );
    this.cursors.set(partition, next === '0' ? SCANNED : next);
    return flat.filter((_, i) => i % 2 === 0);
  }

  private async read(partition: number, keys: readonly string[]): Promise<Reading> {
    const { connection, rules, turns } = this.options;
    const of = this.options.keys[partition] as PartitionKeys;
    const replies = await connection.ask('reading entities for the history', (redis) =>
      // one moment: all lie in the same slot
      redis
        .multi()
        .hmget(of.state, ...keys)
        .hmget(of.position, 'entry', 'head')
        .exec(),
    );
    const [records, position] = (replies ?? []).map(([, value]) => value) as [(string | null)[], string[]];
    const [entry, head] = position ?? [];
    const reading: Reading = { rows: [], gone: [] };
    if (!entry || !head) return reading;
    const { rules: hash, time } = JSON.parse(head) as Head;
    const plan = (await rules.load(hash)) ?? rules.wanted;
    this.noteRules(partition, hash);
    for (let at = 0; at < keys.length; at += RECORDS_PER_TURN) {
      await turns.take(async () => {
        for (const [i, key] of keys.slice(at, at + RECORDS_PER_TURN).entries()) {
          const record = records[at + i];
          const { kind, id } = splitEntityKey(key);
          const role = plan.kindOf.get(kind)?.role;
          if (record === null || record === undefined || isTombstone(record)) reading.gone.push(key);
          else if (role === 'local' || role === 'shared') {
            const entity = decodeEntity(plan, key, record, this.layouts, time);
            const { person } = entity;
            reading.rows.push({ kind, id, partition, ...summaryOf(entity), person, asOf: time, entry });
          }
        }
      });
    }
    return reading;
  }

  /** Under another rule set every entity has other values: all are taken again. */
  private noteRules(partition: number, hash: string): void {
    const before = this.hashes.get(partition);
    this.hashes.set(partition, hash);
    if (before === undefined || before === hash) return;
    this.complete.delete(partition);
    this.cursors.set(partition, '0');
  }

  /** Changed entities that wait, over the partitions that are ours. */
  async lag(): Promise<number> {
    const { connection, keys, owns } = this.options;
    const own = keys.filter((_, partition) => owns(partition));
    const counts = await connection.ask('counting changed entities', (redis) =>
      Promise.all(own.map(({ changed }) => redis.zcard(changed))),
    );
    const unread = own.length > 0 && keys.some((_, p) => owns(p) && !this.complete.has(p)) ? 1 : 0;
    return counts.reduce((sum, count) => sum + count, unread);
  }
}
