/** The one partition in which a rule test runs: its mail comes back to it at once, as entries of the same log. */

import { MINUTE, type Millis } from '../core/units.ts';
import type { Plan } from '../rules/plan.ts';
import { decode } from '../step/decode.ts';
import type { Entity } from '../step/entity.ts';
import { type Head, PartitionState } from '../step/partition-state.ts';
import { step } from '../step/step.ts';

/** News of a shared entity may take ten seconds on each of its ways; after a minute all of it has arrived. */
const NEWS_ARRIVED: Millis = MINUTE;

export class RuleTestRun {
  readonly #plan: Plan;
  readonly #start: Millis;
  readonly #state: PartitionState;
  /** Records as commits would have stored them. */
  readonly #stored: Map<string, string>;
  #entry = 0;
  /** Why given events were refused. */
  readonly problems: string[] = [];

  constructor(
    plan: Plan,
    start: Millis,
    state = new PartitionState(0, plan),
    stored = new Map<string, string>(),
  ) {
    this.#plan = plan;
    this.#start = start;
    this.#state = state;
    this.#stored = stored;
  }

  /** A given event, after everything that comes due before it. */
  give(event: Readonly<Record<string, unknown>>, at: Millis): void {
    this.#passDue(this.#start + at);
    this.#apply(JSON.stringify({ ...event, time: this.#start + at }));
  }

  /** Applies one entry, and the mail that comes of it. */
  #apply(text: string): void {
    for (const waiting = [text]; waiting.length > 0; ) {
      this.#entry += 1;
      const log = { id: `${this.#start}-${this.#entry}`, d: waiting.shift() as string };
      for (const item of decode(log, this.#plan.events, { clock: 'log' })) {
        if (item.kind === 'dead') this.problems.push(item.letter.problem);
        step(this.#state, log, item);
      }
      const { states, mail } = this.#state.collect();
      for (const [key, record] of states) {
        if (record === null) this.#stored.delete(key);
        else this.#stored.set(key, record);
      }
      for (const [, letter] of mail) waiting.push(letter);
    }
  }

  /** The time of the test, from its start on. */
  passTo(at: Millis): void {
    this.#passDue(this.#start + at);
    this.#tick(this.#start + at);
  }

  /** A tick for each timer, as a live clock would write them, so that mail arrives when it is sent. */
  #passDue(until: Millis): void {
    for (let due = this.#state.timers.peekDue(); due <= until; due = this.#state.timers.peekDue())
      this.#tick(Math.max(due, this.#state.streamTime));
  }

  #tick(time: Millis): void {
    this.#apply(JSON.stringify({ type: 'tick', time }));
  }

  /**
   * An entity as it is at the time of the test, and that time. A shared one is looked at a minute later, in a
   * copy of the partition: the test itself goes on where it was.
   */
  entityAt(kind: string, id: string, at: Millis): { entity: Entity | undefined; now: Millis } {
    const now = this.#start + at;
    if (this.#plan.kindOf.get(kind)?.role !== 'shared')
      return { entity: this.#state.alive(`${kind}:${id}`), now };
    const later = this.#copy();
    for (let passed = 10_000; passed <= NEWS_ARRIVED; passed += 10_000) later.passTo(at + passed);
    return { entity: later.#state.entities.get(`${kind}:${id}`), now: now + NEWS_ARRIVED };
  }

  #copy(): RuleTestRun {
    const state = new PartitionState(0, this.#plan);
    state.restoreHead(JSON.parse(this.#state.head()) as Head);
    for (const [key, record] of this.#stored) state.admit(key, record);
    return new RuleTestRun(this.#plan, this.#start, state, new Map(this.#stored));
  }
}
