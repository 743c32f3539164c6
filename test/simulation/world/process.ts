/** One weir process of a simulated world: the whole Processor over simulated ports, until it stops, is paused or dies. */

import { WeirError } from '../../../src/core/errors.ts';
import type { Meter, SteadyClock } from '../../../src/core/ports.ts';
import type { Millis } from '../../../src/core/units.ts';
import { beginSubscriptions } from '../../../src/processor/open-subscribe.ts';
import { Processor } from '../../../src/processor/processor.ts';
import { RedisRuleLibrary } from '../../../src/processor/redis-rule-library.ts';
import { RulesInForce } from '../../../src/processor/rules-in-force.ts';
import type { Random } from '../../oracle/random.ts';
import { type Fate, Link, type Wire } from '../redis/link.ts';
import { SimulatedReader } from '../redis/reader.ts';
import type { Server } from '../redis/server.ts';
import type { Timeline } from '../timeline.ts';
import { type HistoryWire, type Postgres, PostgresSession, type TransactionFate } from './postgres.ts';
import type { RuleVersion } from './rules.ts';
import type { Side } from './story.ts';

/** What the weather is like for a process: asked at each of its port calls. */
export interface Weather {
  delay(command: string): Millis;
  fate(command: string): Fate;
  transaction(operation: string): TransactionFate;
}

export interface ProcessOptions {
  readonly instance: string;
  readonly timeline: Timeline;
  readonly server: Server;
  readonly postgres: Postgres | undefined;
  readonly random: Random;
  readonly weather: Weather;
  readonly rules: RuleVersion;
  readonly ttl: Millis;
  readonly retention: Millis;
  readonly cacheLimit: number;
  readonly clockMode: 'live' | 'log';
  readonly share?: { readonly index: number; readonly of: number } | undefined;
  readonly newNonce: () => string;
  readonly onExecuted: (command: string) => void;
  readonly onCount: (name: string, amount: number) => void;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
  /** Something failed that no retry heals. */
  readonly onCrash: (error: unknown) => void;
}

export class SimulatedProcess {
  readonly instance: string;
  readonly link: Link;
  readonly clock: SteadyClock;
  /** How far its clock is ahead. */
  shift: Millis = 0;
  /** Nothing gets through to Redis, and nobody tells it. */
  isCut = false;
  isDead = false;
  isOver = false;
  /** It was told to end. */
  isLeaving = false;
  processor: Processor | undefined;
  /** It dies at the port call of this number. */
  diesAt: number | undefined;
  /** Whether that call is still carried out; by lot where absent. */
  diesHow: Side | undefined;
  onDeath: () => void = () => {};
  /** The call at which it died. */
  diedAt: string | undefined;
  calls = 0;
  readonly #options: ProcessOptions;
  #isPaused = false;
  readonly #held: (() => void)[] = [];

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.instance = options.instance;
    this.link = new Link(this.wire());
    this.clock = {
      now: () => Math.floor(options.timeline.now + this.shift),
      elapsed: () => options.timeline.now,
      sleep: (duration, signal) =>
        new Promise((wake) => {
          if (signal?.aborted) return wake();
          const callOff = this.#hear(duration, () => {
            signal?.removeEventListener('abort', interrupted);
            wake();
          });
          const interrupted = () => {
            callOff();
            wake();
          };
          signal?.addEventListener('abort', interrupted, { once: true });
        }),
    };
  }

  get isUp(): boolean {
    return !this.isDead && !this.isOver;
  }

  /** As `weir run` starts: what it does before its processor runs may fail, then it starts again. */
  async run(): Promise<void> {
    const { rules, onCrash } = this.#options;
    for (;;) {
      try {
        const { partitions } = rules.plan.settings;
        const library = new RedisRuleLibrary(this.link.connection, rules.plan);
        const stored = await library.store(rules.plan, rules.files);
        await beginSubscriptions(this.link.connection, rules.plan);
        const pause = (duration: Millis) => this.clock.sleep(duration);
        await new RulesInForce(this.link.connection, partitions, pause).change(stored);
        // told to end before it began
        if (this.isOver) return;
        this.processor = this.#open(library);
        break;
      } catch (error) {
        if (!(error instanceof WeirError)) return onCrash(error);
        await this.clock.sleep(500);
        if (this.isOver) return;
      }
    }
    await this.processor.run().catch(onCrash);
    this.isOver = true;
  }

  /** Ends in good order: drains, commits, releases. */
  async stop(): Promise<void> {
    this.isLeaving = true;
    await this.processor?.stop();
    this.isOver = true;
  }

  /** SIGKILL: it never does anything again; what it sent is on its way. */
  die(): void {
    this.isDead = true;
    this.#held.length = 0;
  }

  /** SIGSTOP. */
  pause(): void {
    this.#isPaused = true;
  }

  /** SIGCONT. */
  resume(): void {
    this.#isPaused = false;
    for (const happens of this.#held.splice(0)) this.#hear(0, happens);
  }

  wire(): Wire {
    const { timeline, server, weather, onExecuted } = this.#options;
    return {
      server,
      later: (delay, happens) => timeline.after(delay, happens),
      hear: (delay, happens) => this.#hear(delay, happens),
      delay: (command) => weather.delay(command),
      fate: (command) => {
        this.#called(command);
        return this.isDead ? 'request_lost' : weather.fate(command);
      },
      isCut: () => this.isCut || this.isDead,
      onExecuted: (command) => onExecuted(`${this.instance} ${command}`),
    };
  }

  /** Death at a port call: the request may be the last thing it sent. */
  #called(name: string): void {
    this.calls += 1;
    if (this.diesAt === undefined || this.calls < this.diesAt) return;
    this.diesAt = undefined;
    this.diedAt = name;
    const how = this.diesHow ?? (this.#options.random.chance(0.5) ? 'before' : 'after');
    if (how === 'before') this.die();
    // what it sent is on its way
    else this.#options.timeline.after(0, () => this.die());
    this.onDeath();
  }

  #hear(delay: Millis, happens: () => void): () => void {
    return this.#options.timeline.after(delay, () => {
      if (this.isDead) return;
      if (this.#isPaused) this.#held.push(happens);
      else happens();
    });
  }

  #historyWire(): HistoryWire {
    const { timeline, weather, onExecuted } = this.#options;
    return {
      later: (delay, happens) => void timeline.after(delay, happens),
      hear: (delay, happens) => void this.#hear(delay, happens),
      delay: () => weather.delay('sql'),
      fate: (operation) => {
        this.#called(`sql ${operation}`);
        onExecuted(`${this.instance} sql ${operation}`);
        return this.isDead ? 'lost' : weather.transaction(operation);
      },
    };
  }

  #open(rules: RedisRuleLibrary): Processor {
    const { postgres, random, onCount, onNotice, ttl, share } = this.#options;
    const { instance, retention, cacheLimit, clockMode, newNonce } = this.#options;
    const history = postgres && new PostgresSession(postgres, this.#historyWire());
    const meter: Meter = {
      count: (name, _, amount = 1) => onCount(name, amount),
      observe: () => undefined,
      gauge: () => undefined,
    };
    return new Processor({
      connection: this.link.connection,
      rules,
      clock: this.clock,
      meter,
      instance,
      ttl,
      retention,
      cacheLimit,
      clockMode,
      ...(share && { share }),
      sink: history,
      entitySink: history?.entities,
      telling: { secret: () => undefined, rng: () => random.next() },
      openReader: () => new SimulatedReader(this.wire()),
      newNonce,
      onNotice,
    });
  }
}
