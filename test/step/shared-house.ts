/** Several partitions in memory that exchange mail: in order or not, once or more often, or not at all. */

import type { Decision } from '../../src/core/decision.ts';
import { splitEntityKey } from '../../src/core/entity-key.ts';
import { partitionOf } from '../../src/core/partition.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { isResident, type Plan } from '../../src/rules/plan.ts';
import { decode } from '../../src/step/decode.ts';
import { type Head, PartitionState } from '../../src/step/partition-state.ts';
import { itemTime, step } from '../../src/step/step.ts';
import { actionKeys, reachedKeys, timerKeys, touchedKeys } from '../../src/step/touched-keys.ts';
import type { Random } from '../oracle/random.ts';

export function planOf(texts: readonly string[]): Plan {
  const loaded = loadRuleSet(texts.map((text, i) => ({ path: `${i}.yaml`, text })));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.plan;
}

/** What is durable of one partition. */
interface Stored {
  readonly records: Map<string, string>;
  readonly timers: Map<string, number>;
  head: string;
  rules: string;
}

export class SharedHouse {
  readonly decisions: Decision[] = [];
  /** Mail on its way. */
  readonly mail: { readonly to: number; readonly text: string }[] = [];
  /** Told the values of each lead that a commit writes. */
  onTouched: ((values: Record<string, unknown>) => void) | undefined;
  readonly #partitions: number;
  readonly #plans: ReadonlyMap<string, Plan>;
  readonly #states: PartitionState[];
  readonly #stored: Stored[];
  #entry = 0;

  constructor(plans: readonly Plan[]) {
    const [first] = plans as [Plan];
    this.#partitions = first.settings.partitions;
    this.#plans = new Map(plans.map((plan) => [plan.hash, plan]));
    this.#stored = Array.from({ length: this.#partitions }, () => ({
      records: new Map(),
      timers: new Map(),
      head: '',
      rules: first.hash,
    }));
    this.#states = this.#stored.map((stored, partition) => this.#begin(partition, stored));
  }

  get partitions(): number {
    return this.#partitions;
  }

  /** An event to where its lead lies. */
  give(event: { readonly data: { readonly lead_id: string } }): void {
    this.apply(partitionOf(event.data.lead_id, this.#partitions), event);
  }

  toAll(entry: object): void {
    for (let partition = 0; partition < this.#partitions; partition++) this.apply(partition, entry);
  }

  apply(partition: number, value: object): void {
    this.applyText(partition, JSON.stringify(value));
  }

  applyText(partition: number, text: string): void {
    const state = this.#states[partition] as PartitionState;
    this.#entry += 1;
    const entry = { id: `${this.#entry}-0`, d: text };
    for (const item of decode(entry, state.plan.events, { clock: 'log' })) {
      if (item.kind === 'dead') throw new Error(item.letter.problem);
      const keys = new Set<string>();
      touchedKeys(state.plan, item, keys);
      const { records, timers } = this.#stored[partition] as Stored;
      for (const [key, due] of timers)
        if (due <= (itemTime(item) ?? 0)) for (const read of timerKeys(state.plan, key)) keys.add(read);
      for (const key of keys) if (!state.has(key)) state.admit(key, records.get(key));
      const reached = new Set<string>();
      for (let before = -1; before < reached.size; ) {
        before = reached.size;
        reachedKeys(state, item, reached);
        actionKeys(state, item, reached);
        for (const key of reached) if (!state.has(key)) state.admit(key, records.get(key));
      }
      step(state, entry, item);
    }
    this.#commit(partition, state);
  }

  activate(partition: number, plan: Plan): void {
    const { rules: previous } = this.#states[partition] as PartitionState;
    this.apply(partition, { type: 'rules.activated', hash: plan.hash, previous });
    (this.#stored[partition] as Stored).rules = plan.hash;
  }

  /** Drops the memory of a partition; entities come back when they are touched, residents at once. */
  restart(partition: number): void {
    this.#states[partition] = this.#begin(partition, this.#stored[partition] as Stored);
  }

  /** Delivers some of the mail, in any order; `lossy`: some twice, some never. */
  deliver(random: Random, share: number, lossy: boolean): void {
    for (const letter of random.shuffled(this.mail.splice(0))) {
      if (!random.chance(share)) this.mail.push(letter);
      else if (!lossy || !random.chance(0.1)) this.applyText(letter.to, letter.text);
      if (lossy && random.chance(0.2)) this.mail.push(letter);
    }
  }

  /** Delivers all mail in order, and what comes of it, while time goes on. */
  settle(time: number): void {
    for (let passed = 0; passed <= 120_000; passed += 10_000) {
      this.toAll({ type: 'tick', time: time + passed });
      while (this.mail.length > 0) {
        const { to, text } = this.mail.shift() as { to: number; text: string };
        this.applyText(to, text);
      }
    }
  }

  /** The values of a shared entity, from its owner. */
  shared(kind: string, id: string): Record<string, unknown> | undefined {
    return this.values(partitionOf(id, this.#partitions), `${kind}:${id}`);
  }

  values(partition: number, key: string): Record<string, unknown> | undefined {
    const entity = this.#states[partition]?.alive(key);
    return entity && Object.fromEntries(entity.kind.slots.map((name, slot) => [name, entity.slots[slot]]));
  }

  /** As it is kept, in memory or not. */
  stored(partition: number, key: string): Record<string, unknown> | undefined {
    const state = this.#states[partition] as PartitionState;
    if (!state.has(key)) state.admit(key, this.#stored[partition]?.records.get(key));
    return this.values(partition, key);
  }

  /** The state of the only node of an entity behind a learned feature. */
  stateOf(partition: number, key: string): unknown {
    return this.#states[partition]?.entities.get(key)?.states[0];
  }

  #commit(partition: number, state: PartitionState): void {
    const stored = this.#stored[partition] as Stored;
    const { states, timers, mail, out } = state.collect();
    for (const [key, record] of states) {
      if (record === null) stored.records.delete(key);
      else stored.records.set(key, record);
    }
    for (const [key, due] of timers) {
      if (due === null) stored.timers.delete(key);
      else stored.timers.set(key, due);
    }
    stored.head = state.head();
    for (const [text] of out) this.decisions.push(JSON.parse(text) as Decision);
    for (const [target, text] of mail) {
      if (target !== '*') this.mail.push({ to: target, text });
      else for (let to = 0; to < this.#partitions; to++) this.mail.push({ to, text });
    }
    if (this.onTouched)
      for (const [key] of states)
        if (key.startsWith('lead:')) this.onTouched(this.values(partition, key) as Record<string, unknown>);
    // nothing but what must be in memory stays there
    for (const [key, entity] of state.entities) if (!isResident(entity.kind)) state.entities.delete(key);
  }

  #begin(partition: number, stored: Stored): PartitionState {
    const layouts = new Map(
      [...this.#plans.values()].flatMap((plan) =>
        plan.kinds.map(({ layout }) => [layout.id, layout] as const),
      ),
    );
    const plan = this.#plans.get(stored.rules) as Plan;
    const state = new PartitionState(partition, plan, { incarnation: 1, layouts });
    for (const other of this.#plans.values()) state.plans.set(other.hash, other);
    if (stored.head !== '') state.restoreHead(JSON.parse(stored.head) as Head);
    for (const [key, record] of stored.records) {
      const { kind, id } = splitEntityKey(key);
      const found = plan.kindOf.get(kind);
      if (found === undefined || !isResident(found)) continue;
      if (id === '') throw new Error(`an entity without an id: ${key}`);
      state.admit(key, record);
    }
    return state;
  }
}
