/** One partition of the engine in memory with what a commit would have stored: it can be killed and go on from there. */

import type { Decision } from '../../src/core/decision.ts';
import type { Entry } from '../../src/core/entry.ts';
import type { Mail } from '../../src/core/mail.ts';
import type { Plan } from '../../src/rules/plan.ts';
import { decode } from '../../src/step/decode.ts';
import { Dedup } from '../../src/step/dedup.ts';
import type { Entity } from '../../src/step/entity.ts';
import { type Head, PartitionState } from '../../src/step/partition-state.ts';
import { step } from '../../src/step/step.ts';

export class DurablePartition {
  readonly #plan: Plan;
  readonly #records = new Map<string, string>();
  readonly #ids = new Map<number, Uint8Array[]>();
  #head = '';
  #state: PartitionState;
  #directory: ReturnType<Dedup['directory']>;
  /** Applied since the last commit. */
  #batch: Entry[] = [];

  constructor(partition: number, plan: Plan) {
    this.#plan = plan;
    this.#state = new PartitionState(partition, plan, { incarnation: 1 });
    this.#directory = this.#state.dedup.directory();
  }

  get streamTime(): number {
    return this.#state.streamTime;
  }

  get entities(): ReadonlyMap<string, Entity> {
    return this.#state.entities;
  }

  apply(entry: Entry): void {
    this.#batch.push(entry);
    for (const item of decode(entry, this.#plan.events, { clock: 'log' })) step(this.#state, entry, item);
  }

  commit(): { decisions: Decision[]; mail: Mail[] } {
    const { states, out, mail } = this.#state.collect();
    for (const [key, record] of states) {
      if (record === null) this.#records.delete(key);
      else this.#records.set(key, record);
    }
    const ids = this.#state.dedup.takeChanges();
    for (const [bucket, bytes] of ids.appended)
      this.#ids.set(bucket, [...(this.#ids.get(bucket) ?? []), bytes]);
    for (const bucket of ids.dropped) this.#ids.delete(bucket);
    this.#directory = this.#state.dedup.directory();
    this.#head = this.#state.head();
    this.#batch = [];
    return { decisions: out.map(([text]) => JSON.parse(text) as Decision), mail };
  }

  /** Dies before the commit: another process begins with what was stored, and reads the same entries again. */
  die(): void {
    const again = this.#batch;
    this.#batch = [];
    const contents = this.#directory.buckets.map(([bucket]) => Buffer.concat(this.#ids.get(bucket) ?? []));
    const dedup = Dedup.restore(this.#directory, contents);
    this.#state = new PartitionState(this.#state.partition, this.#plan, { incarnation: 1, dedup });
    if (this.#head !== '') this.#state.restoreHead(JSON.parse(this.#head) as Head);
    for (const [key, record] of this.#records) this.#state.admit(key, record);
    for (const entry of again) this.apply(entry);
  }
}
