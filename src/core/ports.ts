/** The ports: everything the house takes from the outside, as interfaces; adapters are thin. */

import type { Entry, EntryId } from './entry.ts';
import type { DecidedResult } from './history/kept-entity.ts';
import type { LogRow } from './history/logged-event.ts';
import type { Mail } from './mail.ts';
import type { Millis } from './units.ts';

export interface Clock {
  /** Wall-clock time; never used inside step. */
  now(): Millis;
  sleep(duration: Millis, signal?: AbortSignal): Promise<void>;
}

/** A clock that also measures: the wall clock of a machine may be set, forwards and back. */
export interface SteadyClock extends Clock {
  /** Time since some moment, for durations: never goes back, never jumps. */
  elapsed(): Millis;
}

/** A number in [0, 1). */
export type Rng = () => number;

/** Counts and times for operators; label sets are closed. */
export interface Meter {
  count(name: string, labels?: Readonly<Record<string, string>>, amount?: number): void;
  /** @param exemplar what this value was measured on, such as a decision's id: an example, never a label */
  observe(
    name: string,
    value: number,
    labels?: Readonly<Record<string, string>>,
    exemplar?: Readonly<Record<string, string>>,
  ): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}

/** A partition's log. */
export interface Log {
  /** Entries after `after`, at most `count`; waits up to `block` ms for the first one (0: answer at once). */
  read(after: EntryId, count: number, block: Millis): Promise<Entry[]>;
  append(entry: Omit<Entry, 'id'>): Promise<EntryId>;
  /** Deletes entries before `minId`. */
  trim(minId: EntryId): Promise<void>;
}

/** Proof of ownership; drawn anew by each acquire. */
export interface OwnerToken {
  readonly epoch: number;
  readonly nonce: string;
  /** Of the connection over which it was drawn: it is worth nothing over a later one (guarantees.md, rule b). */
  readonly session?: number;
}

/** Where a partition's commit reached and the small state that goes with it. */
export interface Position {
  /** Last entry applied; `0-0` before the first. */
  readonly entry: EntryId;
  /** Raised by each commit: what the compare-and-set compares. */
  readonly commit: number;
  /** Entries applied since the beginning, for lag. */
  readonly entries: number;
  /** Raised by each acquire that finds a lost tail, so that ids of decisions are never given twice; first 1. */
  readonly incarnation: number;
  /** Opaque JSON of step's own small state: stream time, sequence numbers, rule set, dedup directory. */
  readonly head: string;
}

export type AcquireAnswer =
  | {
      readonly ok: true;
      readonly token: OwnerToken;
      readonly position: Position;
      readonly time: Millis;
      readonly tailLost: boolean;
      /** A tail was lost, now or earlier, and `resent` has not been called since. */
      readonly resendDue: boolean;
    }
  | {
      readonly ok: false;
      readonly instance: string;
      readonly expires: Millis;
      readonly time: Millis;
      /** What the asker has seen committed is lost, and the owner, which cannot know, was given another incarnation. */
      readonly tailLost: boolean;
      readonly incarnation: number;
    };

/** Everything that becomes durable together; each list names a key once. */
export interface Commit {
  readonly from: Position;
  readonly to: Position;
  /** Entity records by key (`lead:123`); null removes. */
  readonly states: readonly (readonly [key: string, record: string | null])[];
  /** Due times by entity key; null removes the timer. */
  readonly timers: readonly (readonly [key: string, due: Millis | null])[];
  /**
   * JSON texts for the outbox; with a key (`lead:123#engagement_score`) also kept as that rule's last decision,
   * the later one of a key standing.
   */
  readonly out: readonly (readonly [decision: string, key: string | null])[];
  /** Keys, as in `out`, under which no last decision is kept any more. */
  readonly undecided: readonly string[];
  /**
   * JSON texts for the logs of other partitions, each with its partition or `*` for all of them; they leave through
   * the outbox, after the decisions of the commit and in this order.
   */
  readonly mail: readonly Mail[];
  /** Keys of the entities that look different from outside now; kept with the number of this commit. */
  readonly changed: readonly string[];
  /** JSON texts for the dead-letter and late streams. */
  readonly dead: readonly string[];
  readonly late: readonly string[];
  /** Dedup buckets: bytes to append, buckets to drop. */
  readonly ids: readonly (readonly [bucket: number, bytes: Uint8Array])[];
  readonly dropIds: readonly number[];
}

export type CommitAnswer =
  | { readonly ok: true }
  /** FENCED: another owner. STALE: the stored position is not `from`. LOST_TAIL: the log no longer has `to`. */
  | { readonly ok: false; readonly reason: 'FENCED' | 'STALE' | 'LOST_TAIL' };

/** A partition's durable state behind one fence. Every method rejects with WeirError redis_away when it cannot know. */
export interface State {
  /**
   * Refused while another instance holds the lease. `seen` is the furthest position this process knows was
   * committed: when the stored one is behind it, or the log is behind the stored one, the tail was lost.
   */
  acquire(instance: string, nonce: string, ttl: Millis, seen?: Position): Promise<AcquireAnswer>;
  /** Extends the lease; false when fenced or the stored commit number is not `commit`. */
  renew(token: OwnerToken, commit: number, ttl: Millis): Promise<boolean>;
  release(token: OwnerToken): Promise<void>;
  commit(token: OwnerToken, commit: Commit, ttl: Millis): Promise<CommitAnswer>;
  /** To be called when every log was told to send again what the lost tail may have held. */
  resent(token: OwnerToken): Promise<void>;
  /** Records by key; undefined where there is none. */
  load(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** Every record of the kinds. */
  loadKinds(kinds: readonly string[]): Promise<(readonly [key: string, record: string])[]>;
  /** Timers due at or before `until`, by (due, key), at most `limit`. */
  dueTimers(until: Millis, limit: number): Promise<(readonly [key: string, due: Millis])[]>;
  /** The bytes of one dedup bucket; empty when absent. */
  loadIds(bucket: number): Promise<Uint8Array>;
  /** The time by which leases run out. */
  time(): Promise<Millis>;
}

/** One element of an outbox, or of the streams of dead letters and late events. */
export interface OutboxRow {
  readonly id: EntryId;
  /** A decision, a letter or an event as JSON, as the commit wrote it. */
  readonly text: string;
}

/** Some of the mail in an outbox. */
export interface MailPage {
  /** Everything up to here was looked at: the last entry there is, unless `more`. */
  readonly to: EntryId;
  readonly more: boolean;
  /** The stream ends before the place asked for: its tail was lost. */
  readonly lost: boolean;
  /** Each with its partition, or `*` for all. */
  readonly mail: readonly (readonly [target: string, text: string])[];
}

/** A partition's outbox, as the post sees it. */
export interface Mailbox {
  /** The mail among the `count` entries after `after`. */
  mail(after: EntryId, count: number): Promise<MailPage>;
}

/** Where a reader that works under the fence of a partition has got to; it moves with the ownership. */
export interface ReaderPlace {
  /** The last entry it is done with; `0-0` before the first. */
  position(): Promise<EntryId>;
  advance(token: OwnerToken, from: EntryId, to: EntryId): Promise<'OK' | 'FENCED' | 'STALE'>;
}

/** The streams of a partition that the history takes: its log, its outbox, and what was refused. */
export const HISTORY_STREAMS = ['in', 'out', 'dead', 'late'] as const;
export type HistoryStream = (typeof HISTORY_STREAMS)[number];

export interface Place {
  readonly stream: HistoryStream;
  readonly partition: number;
}

/** Rows of one stream and the move past them; `from` and `to` may be the same only where there are no rows. */
export type Batch = { readonly partition: number; readonly from: EntryId; readonly to: EntryId } & (
  | { readonly stream: 'in'; readonly rows: readonly LogRow[] }
  | { readonly stream: 'out' | 'dead' | 'late'; readonly rows: readonly OutboxRow[] }
);

/** Where the history stands in a stream. */
export interface SinkPosition {
  /** The last row taken; `0-0` before the first. */
  readonly position: EntryId;
  /** Of a log: the rule set in force there, where that is known. */
  readonly rules?: string;
}

/**
 * An outward reader's place: takes rows and its positions in one transaction. Every method rejects with
 * WeirError history_away when it cannot know, and with stale_position when a position is not `from`.
 */
export interface Sink {
  /** In the order of the places. */
  positions(places: readonly Place[]): Promise<SinkPosition[]>;
  /** Takes the rows of all batches and moves each from `from` to `to`: all of it or nothing. One batch a place. */
  apply(batches: readonly Batch[]): Promise<void>;
  /** The newest of these rows that it holds and that is not orphaned; undefined when it holds none of them. */
  newest(place: Place, rows: Batch['rows']): Promise<EntryId | undefined>;
  /** Marks every row after `to` as orphaned and moves back there; answers how many they were. */
  rewind(place: Place, from: EntryId, to: EntryId): Promise<number>;
}

/** An entity as lists show it, and the person it may be. */
export interface EntityRow {
  readonly kind: string;
  readonly id: string;
  readonly partition: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly decisions: Readonly<Record<string, DecidedResult>>;
  readonly tags: readonly string[];
  readonly ranks: readonly (readonly [name: string, value: number])[];
  readonly person: Readonly<Record<string, string>> | undefined;
  /** Stream time of the values, and how far the log was applied. */
  readonly asOf: Millis;
  readonly entry: EntryId;
}

/** Where entities as they stand are kept for lists; every method rejects with WeirError history_away when it cannot know. */
export interface EntitySink {
  /** Of each of the partitions. */
  standings(partitions: readonly number[]): Promise<(readonly [partition: number, EntityStanding])[]>;
  /** Rows made by other rules may come now: the partition is not complete until `completed` with the same mark. */
  begun(partition: number, mark: string): Promise<void>;
  /** False, and nothing is noted, when another mark was set since. */
  completed(partition: number, rules: string, mark: string): Promise<boolean>;
  /** Entities, at most `limit`, that were made from what Redis lost since: to be read again. */
  stale(partitions: readonly number[], limit: number): Promise<(readonly [partition: number, key: string])[]>;
  /**
   * Puts rows in, never an older one over a newer one; removes entities that are no more. Rejects with stale_position
   * when what it has of the partition was doubted since `read`: what was read from Redis before may be lost.
   */
  apply(
    rows: readonly EntityRow[],
    gone: readonly string[],
    read?: { readonly partition: number; readonly doubts: number },
  ): Promise<void>;
}

/** What is kept of the entities of a partition. */
export interface EntityStanding {
  /** The rule set under which all of them were read; absent while that is not so. */
  readonly rules?: string;
  /** How often it was doubted whether Redis still has what they were made from. */
  readonly doubts: number;
}

/** The entities of a partition that commits changed and that were not taken yet. */
export interface ChangedEntities {
  /** Keys in the order of the commits that changed them last, about `limit`, and the last of those commits. */
  take(limit: number): Promise<{ readonly keys: readonly string[]; readonly commit: number }>;
  /** Forgets what no commit after this one changed. */
  done(commit: number): Promise<void>;
}
