/** The producer: writes chapter after chapter with leaps of time between them, and resends what was not acknowledged. */

import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../../src/core/errors.ts';
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../../src/core/units.ts';
import type { JsonEvent } from '../../test/oracle/generate.ts';
import { Random } from '../../test/oracle/random.ts';
import { writeChapter } from './chapter.ts';
import { PARTITIONS } from './deployment.ts';
import { type Arrival, type Message, tick } from './message.ts';
import { untilApplied } from './progress.ts';
import type { Stage } from './stage.ts';

const START: Millis = Date.UTC(2026, 0, 5);
const BATCH_EVERY: Millis = 25;
const TICK_EVERY: Millis = 400;
const AFTER_FAILURE: Millis = 100;
/** Applying what was written may take this long, faults included. */
const APPLIED_WITHIN: Millis = 90 * SECOND;

export interface ProducerOptions {
  readonly stage: Pick<Stage, 'connection' | 'frozen' | 'disturbedAt'>;
  /** What is written counts as acknowledged once a replica has it. */
  readonly waits?: boolean;
  readonly seed: number;
  /** Events a second while Redis answers, on the average; chapters are slower and faster. */
  readonly rate: number;
}

export class Producer {
  /** Events acknowledged, duplicates and bad ones included. */
  events = 0;
  /** Writes whose acknowledgement did not come: written once more. */
  resent = 0;
  readonly arrivals: Arrival[] = [];
  /** What went wrong for good. */
  readonly problems: string[] = [];
  readonly #options: ProducerOptions;
  readonly #random: Random;
  #time = START;

  constructor(options: ProducerOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  /** Until the signal; then everything written is acknowledged. */
  async run(signal: AbortSignal): Promise<void> {
    const ticking = this.#tick(signal);
    let stragglers: readonly JsonEvent[] = [];
    for (let number = 0; !signal.aborted; number++) {
      const { seed } = this.#options;
      const rate = this.#options.rate * this.#random.spread(0.3, 2.5);
      const events = Math.round(this.#options.rate * this.#random.spread(5, 20));
      const chapter = writeChapter({ seed, number, start: this.#time, events, stragglers });
      stragglers = chapter.stragglers;
      await this.#write(chapter.messages, rate, signal);
      await this.#untilQuiet(signal);
      if (signal.aborted) break;
      this.#time = chapter.end;
      await this.leap(this.#random.chance(0.2) ? 40 * DAY : this.#random.spread(2 * DAY, 12 * DAY), signal);
    }
    await ticking;
  }

  /** What events are dated now. */
  get time(): Millis {
    return this.#time;
  }

  /** Writes beside the story, until it is acknowledged. */
  async put(messages: readonly Message[]): Promise<void> {
    await this.#send(messages);
    this.#count(messages);
  }

  /** So many times the rate, while it is not 1. */
  haste = 1;

  /** Moves the time of every log on in uneven steps. */
  async leap(length: Millis, signal?: AbortSignal): Promise<void> {
    const end = this.#time + Math.round(length / MINUTE) * MINUTE;
    while (this.#time < end && !signal?.aborted) {
      this.#time = Math.min(end, this.#time + Math.round(this.#random.spread(HOUR / 2, 4 * DAY)));
      await this.#send(Array.from({ length: PARTITIONS }, (_, partition) => tick(partition, this.#time)));
      await sleep(this.#random.whole(1, 30));
    }
  }

  async #write(messages: readonly Message[], rate: number, signal: AbortSignal): Promise<void> {
    let due = 0;
    for (let next = 0; next < messages.length && !signal.aborted; ) {
      const batch: Message[] = [];
      for (due += (this.haste * rate * BATCH_EVERY) / SECOND; due > 0 && next < messages.length; next++) {
        const message = messages[next] as Message;
        due -= message.arrivals.length;
        batch.push(message);
      }
      await Promise.all([this.#send(batch), sleep(BATCH_EVERY)]);
      this.#count(batch);
    }
  }

  #count(messages: readonly Message[]): void {
    for (const { arrivals } of messages) {
      this.events += arrivals.length;
      this.arrivals.push(...arrivals);
    }
  }

  /** Resolves when all is acknowledged; what is not is written again, the same as before. */
  async #send(messages: readonly Message[]): Promise<void> {
    for (let open = messages; open.length > 0; ) {
      const adding = open.map((message) => this.#add(message));
      const outcomes = await Promise.allSettled([...adding, this.#replicated()]);
      // without a replica's word nothing of the batch is acknowledged
      const failed =
        outcomes.at(-1)?.status === 'rejected'
          ? 0
          : outcomes.findIndex(({ status }) => status === 'rejected');
      if (failed < 0) return;
      for (const outcome of outcomes)
        if (outcome.status === 'rejected' && !(outcome.reason instanceof WeirError)) throw outcome.reason;
      // from the first doubtful one on, so that each log keeps the order of the writes
      open = open.slice(failed);
      this.resent += open.length;
      await sleep(AFTER_FAILURE);
    }
  }

  /** On the connection of the writes before it; at once where nobody waits. */
  async #replicated(): Promise<void> {
    const { stage, waits } = this.#options;
    if (waits !== true) return;
    const reached = await stage.connection.ask('waiting for a replica', (redis) => redis.wait(1, SECOND));
    if (reached < 1) throw new WeirError('redis_away', 'writing events: no replica has them yet');
  }

  async #add({ stream, fields }: Message): Promise<void> {
    await this.#options.stage.connection.ask('writing events', (redis) => redis.xadd(stream, '*', ...fields));
  }

  /** Keeps every log moving, so that a take-over shows at once. */
  async #tick(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const ticks = Array.from({ length: PARTITIONS }, (_, partition) =>
        this.#add(tick(partition, this.#time)),
      );
      await Promise.allSettled(ticks);
      await sleep(TICK_EVERY);
    }
  }

  /** Time may leap only when nothing is under way: a repeat must come within the time ids are remembered. */
  async #untilQuiet(signal: AbortSignal): Promise<void> {
    const { stage } = this.#options;
    for (let quiet = false; !quiet && !signal.aborted; ) {
      while (stage.frozen > 0 && !signal.aborted) await sleep(TICK_EVERY);
      const begun = performance.now();
      const isApplied = await untilApplied(stage.connection, APPLIED_WITHIN);
      // while faults go on nothing has to be done in time; what never is, is found at the end of the act
      if (!isApplied && stage.disturbedAt >= begun) continue;
      if (!isApplied)
        this.problems.push(`what was written was not applied within ${APPLIED_WITHIN / SECOND} s`);
      quiet = stage.frozen === 0;
    }
  }
}
