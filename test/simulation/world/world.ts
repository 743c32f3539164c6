/** A simulated world: from one seed its servers, processes, producers, people and everything that goes wrong. */

import { createHash } from 'node:crypto';
import { entryMillis } from '../../../src/core/entry.ts';
import { partitionKeys } from '../../../src/core/partition.ts';
import { MINUTE, type Millis, SECOND } from '../../../src/core/units.ts';
import { PUBLIC_STREAM } from '../../../src/processor/processor.ts';
import type { Head } from '../../../src/step/partition-state.ts';
import { Random } from '../../oracle/random.ts';
import { type Fate, Link } from '../redis/link.ts';
import { Server } from '../redis/server.ts';
import { Timeline } from '../timeline.ts';
import { type Calamity, drawOptions, type WorldOptions } from './options.ts';
import { People } from './people.ts';
import { Postgres, type TransactionFate } from './postgres.ts';
import { SimulatedProcess, type Weather } from './process.ts';
import { Producer } from './producers.ts';
import { type RuleVersion, type SmallRules, smallRules } from './rules.ts';
import type { Death } from './story.ts';
import { strike } from './strike.ts';

const START: Millis = Date.UTC(2026, 0, 5, 8);
/** In steps. */
const LOOK_EVERY = 16;
/** After the last fault everything is done within this. */
const HEALED_WITHIN: Millis = 90 * SECOND;

export class World {
  readonly options: WorldOptions;
  readonly random: Random;
  readonly timeline: Timeline;
  readonly server: Server;
  readonly postgres: Postgres | undefined;
  readonly processes: SimulatedProcess[] = [];
  readonly producer: Producer;
  readonly people: People;
  readonly rules: SmallRules;
  readonly counts = new Map<string, number>();
  readonly notices: string[] = [];
  readonly problems: string[] = [];
  /** When Redis lost something last, and how many writes in all. */
  lostAt: Millis | undefined;
  lost = 0;
  /** Processes that were alone, and whose commits were lost. */
  witnesses: { readonly process: SimulatedProcess; readonly partition: number }[] = [];
  /** Ids of their decisions that were lost: nothing else may ever be called so. */
  readonly gone = new Set<string>();
  /** Processes that told of a lost tail. */
  readonly reported = new Set<SimulatedProcess>();
  isStorm = false;
  isOver = false;
  readonly #trace = createHash('sha1');
  #nonces = 0;
  #death: Death | undefined;
  /** Port calls of the first process until faults stopped. */
  callsInStorm = 0;

  private constructor(options: WorldOptions, random: Random, rules: SmallRules) {
    this.options = options;
    this.random = random;
    this.rules = rules;
    this.timeline = new Timeline(START, random);
    this.server = new Server(options.safety, () => this.timeline.now);
    this.postgres = options.hasHistory ? new Postgres() : undefined;
    const now = () => Math.floor(this.timeline.now);
    const sleep = (duration: Millis) => new Promise<void>((wake) => void this.timeline.after(duration, wake));
    const outside = () => ({ random, link: this.#outsideLink(), now, sleep });
    this.producer = new Producer({ world: options, ...outside() });
    const isOver = () => this.isOver;
    const { partitions, forgottenShare, takenBackShare } = options;
    const manner = { forgottenShare, takenBackShare };
    this.people = new People({ partitions, ...manner, server: this.server, isOver, ...outside() });
  }

  static async draw(seed: number): Promise<World> {
    const random = new Random(seed);
    const options = drawOptions(seed, random);
    return new World(options, random, await smallRules(options.partitions));
  }

  /** A world of these options, and with them a death of the first process. */
  static async tell(options: WorldOptions, death?: Death): Promise<World> {
    const world = new World(options, new Random(options.seed), await smallRules(options.partitions));
    world.#death = death;
    return world;
  }

  /** A hash of everything that happened, in its order. */
  get trace(): string {
    return this.#trace.copy().digest('hex');
  }

  /** Runs from the first process to the end; what went wrong is in `problems`. */
  async run(): Promise<void> {
    const { timeline, options, server } = this;
    const { instances } = options;
    this.#keepSafe();
    await this.#begin();
    for (let index = 0; index < instances; index++)
      this.start('abc'[index] as string, { index, of: instances });
    this.#bringDeath();
    const begun = this.partitions.map((p) => ({ d: JSON.stringify({ type: 'tick', time: START }), p }));
    for (const { d, p } of begun)
      server.store.atomically(() => server.store.append(this.keys(p).in, ['d', d]));
    if (!(await timeline.run(() => this.#isQuiet(), START + 30 * SECOND)))
      return void this.problems.push('I7 nothing began to work');
    this.#settleAll();
    await this.#storm();
    await this.#heal();
    this.isOver = true;
  }

  #bringDeath(): void {
    const [first] = this.processes;
    if (!first || !this.#death) return;
    first.diesAt = this.#death.call;
    first.diesHow = this.#death.side;
    first.onDeath = () =>
      void this.timeline.after(SECOND / 2, () => {
        if (!this.isOver) this.start(first.instance);
      });
  }

  /** Ends everything: nothing of it runs on. */
  end(): void {
    this.isOver = true;
    for (const process of this.processes) process.die();
    this.timeline.clear();
  }

  start(
    instance: string,
    share?: { readonly index: number; readonly of: number },
    version: RuleVersion = this.rules.versions[0] as RuleVersion,
  ): SimulatedProcess {
    const { ttl, retention, cacheLimit, clockMode } = this.options;
    const process = new SimulatedProcess({
      instance,
      timeline: this.timeline,
      server: this.server,
      postgres: this.postgres,
      random: this.random,
      weather: this.#weather(),
      rules: version,
      ttl,
      retention,
      cacheLimit,
      clockMode,
      share,
      newNonce: () => `nonce-${this.#nonces++}`,
      onExecuted: (command) => this.note(command),
      onCount: (name, amount) => {
        this.counts.set(name, (this.counts.get(name) ?? 0) + amount);
        if (name === 'weir_tail_lost_total') this.reported.add(process);
      },
      onNotice: (notice) => this.notices.push(`${instance}: ${notice}`),
      onCrash: (error) => {
        if (process.isDead || this.isOver) return;
        this.problems.push(`I7 process ${instance} ended: ${(error as Error).stack ?? error}`);
      },
    });
    this.processes.push(process);
    // whoever comes may take over before the witness looks
    this.witnesses.length = 0;
    this.gone.clear();
    void process.run();
    return process;
  }

  get partitions(): number[] {
    return Array.from({ length: this.options.partitions }, (_, partition) => partition);
  }

  keys(partition: number) {
    return partitionKeys(partition, this.options.partitions);
  }

  position(partition: number, field: string): string | undefined {
    return this.server.store.find(this.keys(partition).position, 'hash')?.fields.get(field);
  }

  get up(): SimulatedProcess[] {
    return this.processes.filter(({ isUp }) => isUp);
  }

  /** Those that go on, where nothing happens to them. */
  get staying(): SimulatedProcess[] {
    return this.up.filter(({ isLeaving }) => !isLeaving);
  }

  note(what: string): void {
    this.#trace.update(`${this.timeline.now} ${what}\n`);
  }

  /** Redis loses the newest of its writes. @param how answers how many they were */
  lose(how: () => number): void {
    const before = this.partitions.map((partition) => this.#decisionsOf(partition));
    const lost = how();
    if (lost === 0) return;
    const [alone, ...others] = this.up;
    for (const { partition, position } of others.length === 0 ? (alone?.processor?.workers ?? []) : []) {
      if (!alone || !position || position.commit <= Number(this.position(partition, 'commit') ?? 0)) continue;
      this.witnesses.push({ process: alone, partition });
      const left = this.#decisionsOf(partition).length;
      for (const id of before[partition]?.slice(left) ?? []) this.gone.add(id);
    }
    this.lost += lost;
    this.lostAt = this.timeline.now;
  }

  /** Ids, in their order. */
  #decisionsOf(partition: number): string[] {
    const kept = this.server.store.find(this.keys(partition).out, 'stream')?.kept ?? [];
    return kept.flatMap(([, [name, text]]) =>
      name === 'd' ? [(JSON.parse(text as string) as { id: string }).id] : [],
    );
  }

  /** Syncs and replicates as its setting says, for ever; a replica lags now and then. */
  #keepSafe(): void {
    const { server, timeline, random } = this;
    const sync = (since: Millis) => {
      if (server.ailment !== 'MISCONF') server.sync(since);
      const begun = timeline.now;
      timeline.after(SECOND, () => sync(begun));
    };
    sync(timeline.now);
    if (server.safety !== 'replica') return;
    const replicate = (since: Millis) => {
      server.replicate(since);
      const begun = timeline.now;
      const lags = random.chance(this.options.lagShare);
      timeline.after(lags ? random.whole(100, this.options.lag) : random.whole(1, 30), () =>
        replicate(begun),
      );
    };
    replicate(timeline.now);
  }

  /** The rule sets are stored and the subscriptions begun before anything can be lost. */
  async #begin(): Promise<void> {
    let isDone = false;
    const all = this.rules.versions.toReversed().map((version) => () => this.people.apply(version));
    void all
      .reduce((done, apply) => done.then(apply), Promise.resolve())
      .then(() => {
        isDone = true;
      });
    await this.timeline.run(() => isDone, START + 10 * SECOND);
  }

  #settleAll(): void {
    this.server.sync(this.timeline.now);
    this.server.replicate(this.timeline.now);
  }

  async #storm(): Promise<void> {
    const { timeline, random, options } = this;
    this.isStorm = true;
    this.people.haste = options.haste;
    void this.producer.run();
    void this.people.judge();
    void this.people.connect();
    for (let blow = 0; blow < options.blows && options.calamities.length > 0; blow++) {
      const calamity = random.pick(options.calamities) as Calamity;
      timeline.after(random.next() * options.storm, () => {
        this.note(`strike ${calamity}`);
        strike(this, calamity);
      });
    }
    await timeline.run(() => false, timeline.now + options.storm);
    this.callsInStorm = this.processes[0]?.calls ?? 0;
    this.isStorm = false;
    this.people.haste = 1;
  }

  /** Faults stop; what is lost is lost, the rest must come to an end within a bound. */
  async #heal(): Promise<void> {
    const { timeline, server, postgres } = this;
    server.isDown = false;
    server.ailment = undefined;
    server.fullness = 0.1;
    if (postgres) postgres.isDown = false;
    for (const process of this.processes) {
      process.isCut = false;
      process.diesAt = undefined;
      process.resume();
    }
    if (this.staying.length === 0) this.start('a');
    const until = timeline.now + HEALED_WITHIN;
    const isDone = () => this.producer.isDone && this.#isQuietNow();
    // people go on for a while: what they say is heard
    await timeline.run(() => false, timeline.now + 3 * SECOND);
    if (!(await timeline.run(isDone, until))) return void this.problems.push(`I7 no end: ${this.#waiting()}`);
    this.isOver = true;
    // what they said last is heard
    await timeline.run(() => false, timeline.now + SECOND);
    // time passes, so that what shared kinds still wait for is sent, hop after hop
    const times = this.partitions.map((partition) => this.streamTime(partition));
    for (let hop = 1; hop <= 4; hop++) {
      const time = Math.max(...times) + hop * MINUTE;
      void this.producer.tick(time);
      const isThere = () =>
        timeline.steps % LOOK_EVERY === 0 &&
        this.partitions.every((p) => this.streamTime(p) >= time) &&
        this.#isQuiet();
      if (!(await timeline.run(isThere, timeline.now + HEALED_WITHIN)))
        return void this.problems.push(`I7 no end after a tick: ${this.#waiting()}`);
    }
  }

  streamTime(partition: number): Millis {
    const head = this.position(partition, 'head');
    return head ? (JSON.parse(head) as Head).time : 0;
  }

  /** Looked at now and then: it costs more than most of what happens. */
  #isQuietNow(): boolean {
    return this.timeline.steps % LOOK_EVERY === 0 && this.#isQuiet();
  }

  /** Nothing waits anywhere. */
  #isQuiet(): boolean {
    return this.#waiting() === undefined;
  }

  #waiting(): string | undefined {
    const { store } = this.server;
    const intake = store.find(PUBLIC_STREAM, 'stream')?.entries.at(-1)?.[0];
    if (intake !== undefined && isBefore(this.position(0, 'intake') ?? '0-0', intake)) return 'the intake';
    for (const partition of this.partitions) {
      const keys = this.keys(partition);
      const last = store.find(keys.in, 'stream')?.last ?? '0-0';
      if (last !== (this.position(partition, 'entry') ?? '0-0')) return `log ${partition}`;
      const mail = this.position(partition, 'mail');
      if (mail !== undefined && isBefore(this.position(partition, 'posted') ?? '0-0', mail))
        return `post ${partition}`;
      const out = store.find(keys.out, 'stream')?.last ?? '0-0';
      for (const name of ['crm', 'actions']) {
        const at = this.position(partition, `subscription:${name}`)?.split(' ')[0];
        if (at !== undefined && out !== '0-0' && isBefore(at, out))
          return `subscription ${name} of ${partition}`;
      }
      if (this.postgres && (store.find(keys.changed, 'zset')?.scores.size ?? 0) > 0)
        return `mirror ${partition}`;
      const head = JSON.parse(this.position(partition, 'head') ?? '{}') as Partial<Head>;
      // whoever owned it before may note later what it had taken; after a while the owner has seen the new rules
      const isNew = this.#lastActivation(partition) + 20 * SECOND > this.server.time;
      if (this.postgres && isNew && this.postgres.complete.get(partition) !== head.rules)
        return `mirror of all ${partition}`;
      const behind = this.postgres?.sink.isBehind(
        partition,
        (stream) => store.find(keys[stream], 'stream')?.last ?? '0-0',
      );
      if (behind !== undefined) return `history ${behind} ${partition}`;
    }
    return undefined;
  }

  #lastActivation(partition: number): Millis {
    const kept = this.server.store.find(this.keys(partition).in, 'stream')?.kept ?? [];
    const last = kept.findLast(([, fields]) => fields[1]?.startsWith('{"type":"rules.activated"'));
    return last === undefined ? 0 : entryMillis(last[0]);
  }

  /** The weather of one process: calm but for the shares that the options name. */
  #weather(): Weather {
    const { random, options } = this;
    return {
      delay: () => {
        const usual = 0.1 + random.next() * 2;
        if (!this.isStorm || !random.chance(options.slowShare)) return usual;
        return random.chance(options.stuckShare) ? options.stuckFor : usual + random.spread(20, 1_500);
      },
      fate: () => {
        if (!this.isStorm || !random.chance(options.faultShare)) return 'through';
        return random.pick<Fate>(['request_lost', 'reply_lost', 'reply_lost', 'sent_twice']);
      },
      transaction: () => {
        if (!this.isStorm || !random.chance(options.historyFaultShare)) return 'through';
        return random.pick<TransactionFate>(['lost', 'answer_lost', 'answer_lost', 'deadlock']);
      },
    };
  }

  /** Of somebody outside: producers, people, connectors. */
  #outsideLink(): Link {
    const weather = this.#weather();
    return new Link({
      server: this.server,
      later: (delay, happens) => this.timeline.after(delay, happens),
      hear: (delay, happens) => this.timeline.after(delay, happens),
      delay: weather.delay,
      // a client that sends twice is a producer that sends twice: `Producer` does that itself
      fate: (command) => {
        const fate = weather.fate(command);
        return fate === 'sent_twice' ? 'through' : fate;
      },
      isCut: () => false,
      onExecuted: (command) => this.note(`outside ${command}`),
    });
  }
}

function isBefore(a: string, b: string): boolean {
  const [am = 0, as = 0] = a.split('-').map(Number);
  const [bm = 0, bs = 0] = b.split('-').map(Number);
  return am < bm || (am === bm && as < bs);
}
