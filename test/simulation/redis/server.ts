/** A simulated Redis server: it runs commands, says why it cannot, and loses its tail when it falls or fails over. */

import { type EntryId, entryMillis } from '../../../src/core/entry.ts';
import { slotOf } from '../../../src/core/partition.ts';
import type { Millis } from '../../../src/core/units.ts';
import { COMMANDS, GROWS, texts, WRITES } from './commands.ts';
import { SCRIPTS } from './scripts.ts';
import { Store } from './store.ts';

/** When the append-only file is synced; `replica`: every second, and a replica follows. */
export type Safety = 'always' | 'everysec' | 'replica';

export type Ailment = 'OOM' | 'MISCONF' | 'BUSY';

const SAID: Readonly<Record<Ailment, string>> = {
  OOM: "OOM command not allowed when used memory > 'maxmemory'.",
  MISCONF: 'MISCONF Errors writing to the AOF file: No space left on device',
  BUSY: 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
};

export interface Call {
  readonly name: string;
  readonly args: readonly (string | number)[];
}

export class Server {
  readonly store: Store;
  readonly safety: Safety;
  /** Another one after each fall: connections of the one before are closed. */
  generation = 0;
  /** Accepts no connection: down, or loading what it kept. */
  isDown = false;
  ailment: Ailment | undefined;
  replicas: number;
  /** What share of its memory it says is used. */
  fullness = 0.1;
  readonly #now: () => Millis;
  /** Its clock is so much ahead. */
  #shift: Millis = 0;
  /** By stream: when entries were written that are gone, where its clock fell back. */
  readonly #again = new Map<string, Millis[]>();
  #synced = 0;
  #replicated = 0;
  readonly #closed = new Set<() => void>();

  constructor(safety: Safety, now: () => Millis) {
    this.safety = safety;
    this.replicas = safety === 'replica' ? 1 : 0;
    this.#now = now;
    this.store = new Store(() => this.time, now);
    this.store.beforeAppend = (key, last) => this.#comeBy(key, last);
  }

  /** Runs one command, or a pair of MULTI and EXEC with what is in between, as one write. */
  run({ name, args }: Call): unknown {
    const { ailment } = this;
    if (ailment === 'BUSY') throw new Error(SAID.BUSY);
    if (ailment === 'MISCONF' && WRITES.has(name)) throw new Error(SAID.MISCONF);
    if (ailment === 'OOM' && GROWS.has(name)) throw new Error(SAID.OOM);
    return this.store.atomically(() => this.#execute(name, args));
  }

  #execute(name: string, args: readonly (string | number)[]): unknown {
    if (name === 'multi') {
      const calls = args as unknown as Call[];
      inOneSlot(calls.map((call) => String(call.args[0])));
      return calls.map((call) => [null, this.#execute(call.name, call.args)]);
    }
    const script = SCRIPTS[name];
    if (script) {
      const [count, ...rest] = texts(args.flat());
      inOneSlot(rest.slice(0, Number(count)));
      return script(this.store, rest.slice(0, Number(count)), rest.slice(Number(count)));
    }
    if (name === 'info') return this.#info();
    if (name === 'config') return ['appendfsync', this.safety === 'always' ? 'always' : 'everysec'];
    const command = COMMANDS[name];
    if (!command) throw new Error(`ERR unknown command '${name}'`);
    return command(this.store, texts(args));
  }

  #info(): string {
    const write = this.ailment === 'MISCONF' ? 'err' : 'ok';
    return [
      `used_memory:${Math.floor(this.fullness * 1_000)}`,
      'maxmemory:1000',
      `connected_slaves:${this.replicas}`,
      `aof_last_write_status:${write}`,
    ].join('\r\n');
  }

  /** A sync of the append-only file is done: what was written up to `since` is on disk. */
  sync(since: Millis): void {
    this.#synced = Math.max(this.#synced, this.store.markAt(since));
  }

  /** The replica has everything written up to `since`. */
  replicate(since: Millis): void {
    if (this.replicas > 0) this.#replicated = Math.max(this.#replicated, this.store.markAt(since));
  }

  isReplicated(mark: number): boolean {
    return this.replicas > 0 && this.#replicated >= mark;
  }

  /** A new replica has copied everything. */
  joinReplica(): void {
    this.replicas = 1;
    this.#replicated = this.store.mark;
  }

  /** Power fails: what was not synced is gone. A process that is killed loses nothing of what it wrote. */
  fall(kind: 'power' | 'process'): number {
    const lost = kind === 'power' && this.safety !== 'always' ? this.store.rollBack(this.#synced) : 0;
    this.#synced = this.store.mark;
    this.#cut();
    return lost;
  }

  /**
   * The replica becomes the master: what had not reached it is gone.
   * @param fallsBack its clock is behind: it shows again what it showed when the first of what is gone was written
   */
  failOver(fallsBack = false): number {
    const given = fallsBack ? this.store.given() : undefined;
    const lost = this.store.rollBack(this.#replicated);
    if (given) this.#fallBack(given);
    this.replicas = 0;
    this.#synced = this.store.mark;
    this.#replicated = this.store.mark;
    this.#cut();
    return lost;
  }

  #fallBack(given: ReadonlyMap<string, EntryId[]>): void {
    this.#again.clear();
    for (const [key, ids] of given) {
      const gone = ids.slice(this.store.find(key, 'stream')?.kept.length ?? 0);
      if (gone.length > 0) this.#again.set(key, gone.map(entryMillis));
    }
    const first = Math.min(...[...this.#again.values()].flat());
    if (first < this.time) this.#shift += first - this.time;
  }

  /** A clock may run as it likes: it comes by the moments at which what is gone was written, so that ids are given again. */
  #comeBy(key: string, last: EntryId): void {
    const moments = this.#again.get(key);
    if (moments === undefined) return;
    const next = moments.find((moment) => moment >= this.time && moment > entryMillis(last));
    if (next === undefined) this.#again.delete(key);
    else this.#shift += next - this.time;
  }

  /** All connections end. */
  #cut(): void {
    this.generation += 1;
    this.isDown = true;
    for (const close of [...this.#closed]) close();
  }

  /** The clock of the machine jumps; entry ids never go back. */
  shiftClock(by: Millis): void {
    this.#shift += by;
  }

  /** As no clock shows it. */
  get real(): Millis {
    return this.#now();
  }

  /** As its machine shows it. */
  get time(): Millis {
    return Math.floor(this.#now() + this.#shift);
  }

  onCut(listener: () => void): () => void {
    this.#closed.add(listener);
    return () => this.#closed.delete(listener);
  }
}

/** As a node of a cluster answers: what works here works there. */
function inOneSlot(keys: readonly string[]): void {
  if (new Set(keys.map(slotOf)).size > 1)
    throw new Error("CROSSSLOT Keys in request don't hash to the same slot");
}
