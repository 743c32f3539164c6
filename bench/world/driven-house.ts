/** A real house on a log clock, driven step by step: events in by the logs, decisions and actions out by the streams. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type House, openHouse } from '../../src/cli/house.ts';
import type { Decision } from '../../src/core/decision.ts';
import { compareEntryIds, type Entry, type EntryId } from '../../src/core/entry.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import type { Millis } from '../../src/core/units.ts';
import { writeEvents } from '../../src/processor/write-events.ts';
import { openRedis } from '../bench-redis.ts';
import { houseOptions } from '../house-options.ts';
import type { Asked } from './ad-platform.ts';

const ACTIONS = 'weir:actions';
/** An approved action that is not in the stream after so long is lost. */
const PATIENCE = 20_000;
/** Clicks of a large hour go in as several entries. */
const BATCH = 1_000;
/** The id of an entry that is not written yet. */
const NOT_YET: EntryId = '0-0';

export class DrivenHouse {
  readonly house: House;
  readonly #redis: Redis;
  readonly #heard: EntryId[];
  #seen: EntryId = '0-0';
  readonly #asked = new Map<string, Asked>();
  /** By partition, what the next `reach` writes. */
  readonly #unwritten: Omit<Entry, 'id'>[][];

  private constructor(house: House, redis: Redis) {
    this.house = house;
    this.#redis = redis;
    this.#heard = house.processor.logs.map(() => '0-0');
    this.#unwritten = house.processor.logs.map(() => []);
  }

  /** @param path of an empty Redis */
  static async open(path: string, config: string): Promise<DrivenHouse> {
    const house = await openHouse(houseOptions(path, 'log', undefined, config));
    while (house.processor.owned < house.processor.workers.length) await sleep(2);
    return new DrivenHouse(house, openRedis(path));
  }

  /**
   * Events that go in with the next `reach`.
   * @throws Error when one is refused: then the figures would mean nothing
   */
  async write(events: readonly object[], now: Millis): Promise<void> {
    const logs = this.#unwritten.map((entries) => ({
      append: async (entry: Omit<Entry, 'id'>) => {
        entries.push(entry);
        return NOT_YET;
      },
    }));
    for (let i = 0; i < events.length; i += BATCH) {
      const texts = events.slice(i, i + BATCH).map((event) => JSON.stringify(event));
      const { rejected } = await writeEvents(texts, this.house.rules.wanted.events, logs, now);
      if (rejected[0]) throw new Error(`an event was refused: ${JSON.stringify(rejected[0])}`);
    }
  }

  /** Brings every partition to this time, and waits until all of it is committed. */
  async reach(time: Millis): Promise<void> {
    const { workers } = this.house.processor;
    const tick = { d: JSON.stringify({ type: 'tick', time }) };
    const last = await Promise.all(this.#unwritten.map((_, p) => this.#append(p, tick)));
    const isThere = (id: string, p: number) => compareEntryIds(workers[p]?.position?.entry ?? '0-0', id) >= 0;
    const all = async () => {
      while (!last.every(isThere)) await sleep(1);
    };
    await Promise.race([all(), this.house.running]);
  }

  /** In one transaction, so that the worker reads them together and commits once. */
  async #append(partition: number, tick: Omit<Entry, 'id'>): Promise<EntryId> {
    const entries = [...(this.#unwritten[partition] as Omit<Entry, 'id'>[]).splice(0), tick];
    const { in: log } = partitionKeys(partition, this.#unwritten.length);
    const transaction = this.#redis.multi();
    for (const entry of entries) transaction.xadd(log, '*', ...Object.entries(entry).flat());
    const replies = await transaction.exec();
    const [error, id] = replies?.at(-1) ?? [new Error('the transaction was dropped'), undefined];
    if (error) throw error;
    return id as EntryId;
  }

  /** Decisions since the last call, of all partitions. */
  async decisions(): Promise<Decision[]> {
    const decisions: Decision[] = [];
    const partitions = this.#heard.length;
    for (let p = 0; p < partitions; p++) {
      const entries = await this.#redis.xrange(partitionKeys(p, partitions).out, `(${this.#heard[p]}`, '+');
      for (const [id, [field, text]] of entries) {
        this.#heard[p] = id;
        if (field === 'd') decisions.push(JSON.parse(text as string) as Decision);
      }
    }
    return decisions;
  }

  /** What weir:actions carries for these decisions. */
  async asked(ids: readonly string[]): Promise<Asked[]> {
    while (!ids.every((id) => this.#asked.has(id))) {
      const [entries] = (await this.#redis.xread('BLOCK', PATIENCE, 'STREAMS', ACTIONS, this.#seen)) ?? [];
      if (entries === undefined) throw new Error(`approved, but never in ${ACTIONS}: ${ids.join(', ')}`);
      for (const [id, fields] of entries[1]) {
        this.#seen = id;
        const asked = JSON.parse(fields[fields.indexOf('d') + 1] as string) as Asked;
        this.#asked.set(asked.id, asked);
      }
    }
    return ids.map((id) => {
      const asked = this.#asked.get(id) as Asked;
      this.#asked.delete(id);
      return asked;
    });
  }

  async close(): Promise<void> {
    await this.house.close();
    this.#redis.disconnect();
  }
}
