/** One partition under the oracle: its log read entry by entry, and the shared entities it owns. */

import type { RuleSet } from './definition.ts';
import { Fold } from './fold.ts';
import { canonical } from './ordering.ts';
import { type Letter, Owner } from './owner.ts';
import { type Happening, type LogEntry, receive } from './received.ts';
import { Shares } from './shares.ts';

const HOUR = 3_600_000;
/** Ids are remembered so long after the end of the hour in which they came; a new one then makes them forgotten. */
const REMEMBERED = 24 * HOUR;

/** `index`: the event's place in its entry. */
export interface Refused {
  readonly reason: string;
  readonly entry: string;
  readonly index: number;
}

export class Partition {
  readonly fold: Fold;
  readonly owner: Owner;
  readonly shares: Shares;
  readonly dead: Refused[] = [];
  duplicates = 0;
  readonly #moreTypes: ReadonlySet<string>;
  readonly #seen = new Map<string, { readonly payload: string; readonly at: number }>();
  readonly #letters = new Map<string, number>();
  /** What came before this time is forgotten. */
  #forgotten = Number.NEGATIVE_INFINITY;

  constructor(set: RuleSet, moreTypes: ReadonlySet<string>) {
    this.#moreTypes = moreTypes;
    this.shares = new Shares(set);
    this.fold = new Fold(set, this.shares);
    this.owner = new Owner(set, this.shares, this.fold.decisions);
  }

  async apply(entry: LogEntry): Promise<void> {
    for (const [index, received] of receive(entry, this.#moreTypes).entries()) {
      if (received.is === 'dead') this.#bury(received.reason, received.origin, entry.id, index);
      else if (received.is === 'tick') this.fold.tick(received.time);
      else if (!this.#isKnown(received.event, received.origin, entry.id, index)) {
        const { event } = received;
        await this.fold.apply(event);
        this.#forget(this.fold.now);
        this.#seen.set(identity(event), { payload: payload(event), at: this.fold.now });
      }
    }
  }

  /** What another partition told of a shared entity of this one. */
  async take(letter: Letter): Promise<void> {
    await this.owner.take(letter, this.fold.now);
  }

  /** Everything that is due until stream time has happened. */
  async settle(): Promise<void> {
    await this.fold.settle();
    await this.owner.settle(this.fold.now);
  }

  #isKnown(event: Happening, origin: string, entry: string, index: number): boolean {
    const before = this.#seen.get(identity(event));
    if (!before || before.at < this.#forgotten) return false;
    if (before.payload === payload(event)) this.duplicates += 1;
    else this.#bury('id_conflict', origin, entry, index);
    return true;
  }

  #bury(reason: string, origin: string, entry: string, index: number): void {
    const now = Math.max(0, this.fold.now);
    const before = this.#letters.get(origin);
    if (before !== undefined && before >= this.#forgotten) return;
    this.#forget(now);
    this.#letters.set(origin, now);
    this.dead.push({ reason, entry, index });
  }

  #forget(now: number): void {
    const whole = Math.floor((now - REMEMBERED) / HOUR) * HOUR;
    this.#forgotten = Math.max(this.#forgotten, whole);
  }
}

export function identity({ source, id }: Happening): string {
  return JSON.stringify([source, id]);
}

function payload({ type, timed, time, data }: Happening): string {
  return canonical([type, timed ? time : null, data]);
}
