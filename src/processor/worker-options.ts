/** What the worker of one partition is given. */

import type { EntryId } from '../core/entry.ts';
import type { Log, Meter, Position, State, SteadyClock } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import type { RuleLibrary } from './start-state.ts';
import type { Turns } from './turns.ts';

export interface WorkerOptions {
  readonly partition: number;
  readonly instance: string;
  readonly log: Log;
  readonly state: State;
  readonly rules: RuleLibrary;
  readonly clock: SteadyClock;
  readonly meter: Meter;
  /** All logs of the deployment, for what everybody has to hear; only this partition's if not given. */
  readonly logs?: () => readonly Pick<Log, 'append'>[];
  /** Shared by the partitions of this process. */
  readonly turns: Turns;
  readonly newNonce: () => string;
  /** live: the owner writes ticks and refuses events from the future; log: time comes from the log alone. */
  readonly clockMode: () => 'live' | 'log';
  readonly ttl: Millis;
  /** How long to leave the partition to the instance that should have it, before asking for it the first time. */
  readonly patience?: Millis;
  /** Entities kept in memory. */
  readonly cacheLimit: number;
  /** Sizes of commits and timer loads, where they are to be other than usual. */
  readonly limits?: { readonly events?: number; readonly timers?: number };
  /** What writes the history of this process, if anything does. */
  readonly history?: () => ToldOfOwners | undefined;
  /** A commit carried mail. */
  readonly onMail?: () => void;
  /** Somebody reads which entities changed; without a reader the list would only grow. */
  readonly tellsChanged?: boolean;
  /** How many unread entries after a position somebody else trimmed. */
  readonly missingAfter: (position: Position) => Promise<number>;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

/** Told at the beginning of an ownership, before anything new is committed. */
export interface ToldOfOwners {
  /** Where the log ends for this owner after a loss. */
  tailLost(partition: number, entry: EntryId): Promise<void>;
  /** Another instance may have owned the partition since this one last did: what was told before was for it to know. */
  othersWrote(partition: number): void;
}
