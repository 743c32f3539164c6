/** mirror: entities as they stand go to the history, so that lists can be asked of it, by the owner of their partition. */

import { splitEntityKey } from '../core/entity-key.ts';
import { WeirError } from '../core/errors.ts';
import type { PartitionKeys } from '../core/partition.ts';
import type { ChangedEntities, Clock, EntityRow, EntitySink, EntityStanding, Meter } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { summaryOf } from '../step/entity-summary.ts';
import type { Head } from '../step/partition-state.ts';
import { decodeEntity, isTombstone } from '../step/record.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisRuleLibrary } from './redis-rule-library.ts';
import type { Turns } from './turns.ts';

export interface MirrorOptions {
  readonly connection: RedisConnection;
  readonly sink: EntitySink;
  /** By partition. */
  readonly keys: readonly PartitionKeys[];
  readonly changed: readonly ChangedEntities[];
  readonly rules: RedisRuleLibrary;
  /** What proves that this process owns the partition, another one for each session; undefined while it does not. */
  readonly session: (partition: number) => unknown;
  /** What scans are told apart by. */
  readonly newMark: () => string;
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

/** What is known of a partition in one ownership: before and after it somebody else writes. */
interface Tenure {
  readonly session: unknown;
  /** How often the history had doubted its entities when it was asked; undefined before that. */
  doubts: number | undefined;
  /** Once in this ownership: after another doubt only their number is asked for. */
  isAsked: boolean;
  /** Every entity was taken under these rules. */
  isComplete: boolean;
  /** The rule set its rows were made by. */
  rules: string | undefined;
  /** Under which the history knows that rows of these rules may come; undefined before it does. */
  mark: string | undefined;
  /** Where the scan of its entities stands. */
  cursor: string;
  /** Rounds in which nothing was read since the rules were looked at. */
  quiet: number;
}

export class Mirror {
  private readonly options: MirrorOptions;
  private readonly tenures = new Map<number, Tenure>();

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
        if (error.code === 'stale_position') continue;
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
    const { sink } = this.options;
    const own = this.own();
    if (own.length === 0) return false;
    const unknown = own.filter(([, { doubts }]) => doubts === undefined);
    if (unknown.length > 0) {
      const known = new Map(await sink.standings(unknown.map(([partition]) => partition)));
      for (const [partition, tenure] of unknown) {
        const { doubts, rules } = known.get(partition) as EntityStanding;
        tenure.doubts = doubts;
        if (tenure.isAsked) continue;
        tenure.isAsked = true;
        tenure.rules = rules;
        tenure.isComplete = rules !== undefined;
      }
    }
    const stale = await sink.stale(
      own.map(([partition]) => partition),
      KEYS_PER_ROUND,
    );
    let more = stale.length >= KEYS_PER_ROUND;
    for (const [partition, tenure] of own) {
      if (signal.aborted) return false;
      const again = stale.filter(([of]) => of === partition).map(([, key]) => key);
      more = (await this.partition(partition, tenure, again)) || more;
    }
    return more;
  }

  /** The partitions that are ours, each with what is known of it since they are. */
  private own(): (readonly [partition: number, tenure: Tenure])[] {
    return this.options.keys.flatMap((_, partition) => {
      const session = this.options.session(partition);
      if (session === undefined) return [];
      const known = this.tenures.get(partition);
      if (known?.session === session) return [[partition, known] as const];
      const tenure = beginning(session);
      this.tenures.set(partition, tenure);
      return [[partition, tenure] as const];
    });
  }

  private async partition(partition: number, tenure: Tenure, again: readonly string[]): Promise<boolean> {
    const { sink, meter } = this.options;
    const changed = this.options.changed[partition] as ChangedEntities;
    const { keys, commit } = await changed.take(KEYS_PER_ROUND);
    const scanned = tenure.isComplete ? undefined : await this.scan(partition, tenure);
    const wanted = [...new Set([...keys, ...again, ...(scanned ?? [])])];
    if (wanted.length > 0) {
      const { rows, gone } = await this.read(partition, tenure, wanted);
      if (rows.length + gone.length > 0) {
        await this.begin(partition, tenure);
        await sink
          .apply(rows, gone, { partition, doubts: tenure.doubts as number })
          .catch((error: unknown) => {
            // asked anew in any case: a doubt is no failure, and what was read is read again
            tenure.doubts = undefined;
            throw error;
          });
      }
      meter.count('weir_history_rows_total', { stream: 'entities' }, rows.length);
    } else await this.lookAtRules(partition, tenure);
    if (keys.length > 0) await changed.done(commit);
    // a change of rules while scanning lets it begin again
    if (scanned !== undefined && tenure.cursor === SCANNED) await this.complete(partition, tenure);
    return keys.length >= KEYS_PER_ROUND / 2 || scanned !== undefined;
  }

  /**
   * Before the first row that other rules made: whoever comes next must not take the partition for complete, also
   * where the rules of before are in force again by then.
   */
  private async begin(partition: number, tenure: Tenure): Promise<void> {
    if (tenure.isComplete || tenure.mark !== undefined) return;
    const mark = this.options.newMark();
    await this.options.sink.begun(partition, mark);
    tenure.mark = mark;
  }

  private async complete(partition: number, tenure: Tenure): Promise<void> {
    await this.begin(partition, tenure);
    const { rules = '', mark = '' } = tenure;
    tenure.isComplete = await this.options.sink.completed(partition, rules, mark);
    if (!tenure.isComplete) scanAgain(tenure);
  }

  /** Rules change also where no entity does: looked at in every so many rounds in which nothing else is read. */
  private async lookAtRules(partition: number, tenure: Tenure): Promise<void> {
    tenure.quiet = tenure.quiet >= QUIET_ROUNDS ? 0 : tenure.quiet + 1;
    if (tenure.quiet > 0) return;
    const { position } = this.options.keys[partition] as PartitionKeys;
    const head = await this.options.connection.ask('reading the rules in force', (redis) =>
      redis.hget(position, 'head'),
    );
    if (head) noteRules(tenure, (JSON.parse(head) as Head).rules);
  }

  /** Entities that were there before the history was. */
  private async scan(partition: number, tenure: Tenure): Promise<string[]> {
    const { connection, keys } = this.options;
    const from = tenure.cursor === SCANNED ? '0' : tenure.cursor;
    const [next, flat] = await connection.ask('scanning entities', (redis) =>
      redis.hscan((keys[partition] as PartitionKeys).state, from, 'COUNT', KEYS_PER_ROUND),
    );
    tenure.cursor = next === '0' ? SCANNED : next;
    return flat.filter((_, i) => i % 2 === 0);
  }

  private async read(partition: number, tenure: Tenure, keys: readonly string[]): Promise<Reading> {
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
    noteRules(tenure, hash);
    for (let at = 0; at < keys.length; at += RECORDS_PER_TURN) {
      await turns.take(async () => {
        for (const [i, key] of keys.slice(at, at + RECORDS_PER_TURN).entries()) {
          const record = records[at + i];
          const { kind, id } = splitEntityKey(key);
          const role = plan.kindOf.get(kind)?.role;
          if (record === null || record === undefined || isTombstone(record)) reading.gone.push(key);
          else if (role === 'local' || role === 'shared') {
            const entity = await rules.known.read((layouts) =>
              decodeEntity(plan, key, record, layouts, time),
            );
            const { person } = entity;
            reading.rows.push({ kind, id, partition, ...summaryOf(entity), person, asOf: time, entry });
          }
        }
      });
    }
    return reading;
  }

  /** Changed entities that wait, over the partitions that are ours. */
  async lag(): Promise<number> {
    const { connection, keys } = this.options;
    const own = this.own();
    const counts = await connection.ask('counting changed entities', (redis) =>
      Promise.all(own.map(([partition]) => redis.zcard((keys[partition] as PartitionKeys).changed))),
    );
    const unread = own.some(([, { isComplete }]) => !isComplete) ? 1 : 0;
    return counts.reduce((sum, count) => sum + count, unread);
  }
}

function beginning(session: unknown): Tenure {
  return {
    session,
    doubts: undefined,
    isAsked: false,
    isComplete: false,
    rules: undefined,
    mark: undefined,
    cursor: SCANNED,
    quiet: QUIET_ROUNDS,
  };
}

/** Under another rule set every entity has other values: all are taken again. */
function noteRules(tenure: Tenure, rules: string): void {
  const before = tenure.rules;
  tenure.rules = rules;
  if (before !== undefined && before !== rules) scanAgain(tenure);
}

function scanAgain(tenure: Tenure): void {
  tenure.isComplete = false;
  tenure.mark = undefined;
  tenure.cursor = '0';
}
