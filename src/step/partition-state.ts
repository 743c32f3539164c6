/** The state of one partition's fold: position in stream time, entities in memory, timers, dedup, changes. */

import type { DeadLetter } from '../core/decision.ts';
import { splitEntityKey } from '../core/entity-key.ts';
import type { EntryId } from '../core/entry.ts';
import type { WeirEvent } from '../core/event.ts';
import type { Mail } from '../core/mail.ts';
import type { Millis } from '../core/units.ts';
import { isResident, isVisible, type Plan } from '../rules/plan.ts';
import { Dedup } from './dedup.ts';
import { Entity } from './entity.ts';
import { decodeEntity, encodeEntity, type Layouts } from './record.ts';
import { Tally } from './tally.ts';
import { TimerHeap } from './timer-heap.ts';

/** Step's own small state, committed as JSON with every position. */
export interface Head {
  readonly time: Millis;
  /** Decisions made so far: numbers the next one. */
  readonly seq: number;
  /** Hash of the rule set in force; empty before the first activation. */
  readonly rules: string;
  readonly ids: unknown;
  readonly entities: Readonly<Record<string, number>>;
  /** Items of the entry after the position that are applied already: time moved far within that entry. */
  readonly begun?: number;
}

/** What a batch of steps changed: the contents of one commit. */
export interface Changes {
  states: [key: string, record: string | null][];
  timers: [key: string, due: Millis | null][];
  /** Decisions, each with the key under which it is kept as the last one of its rule; null for records of errors. */
  out: [decision: string, key: string | null][];
  dead: string[];
  late: string[];
  /** For other partitions, in order: control entries that `post` appends to the logs they are meant for. */
  mail: Mail[];
  /** Keys of the entities that changed, also by time alone; without those that operators do not see. */
  changed: string[];
}

/** Entities whose encoded states are kept beside the states. */
const WARM = 2000;

export class PartitionState {
  readonly partition: number;
  readonly incarnation: number;
  plan: Plan;
  /** Rule sets that entries of this log may activate, by hash; the caller loads them beforehand. */
  readonly plans = new Map<string, Plan>();
  readonly layouts: Layouts;
  streamTime: Millis = 0;
  seq = 0;
  /** See Head. */
  begun = 0;
  rules = '';
  readonly dedup: Dedup;
  readonly entities = new Map<string, Entity>();
  readonly timers = new TimerHeap();
  /** Every entity with a timer due up to here is in memory. */
  horizon: Millis = Number.POSITIVE_INFINITY;
  readonly tally = new Tally();
  /** Lent by the caller while it measures one step; what it hears never comes back into the fold. */
  timing: { now(): number; rule(name: string, milliseconds: number): void } | undefined;
  readonly entityCounts: Record<string, number> = {};
  private batch = 0;
  private readonly warm: Entity[] = [];
  private readonly dirty = new Set<Entity>();
  private out: [string, string | null][] = [];
  private dead: string[] = [];
  private lateOnes: string[] = [];

  constructor(
    partition: number,
    plan: Plan,
    options: { incarnation?: number; layouts?: Layouts; dedup?: Dedup } = {},
  ) {
    this.partition = partition;
    this.incarnation = options.incarnation ?? 0;
    this.plan = plan;
    this.plans.set(plan.hash, plan);
    this.layouts = options.layouts ?? new Map();
    this.dedup = options.dedup ?? new Dedup();
  }

  /** Takes over the small state of a stored position. */
  restoreHead(head: Head): void {
    this.streamTime = head.time;
    this.seq = head.seq;
    this.rules = head.rules;
    this.begun = head.begun ?? 0;
    Object.assign(this.entityCounts, head.entities);
  }

  head(): string {
    const head: Head = {
      time: this.streamTime,
      seq: this.seq,
      rules: this.rules,
      ids: this.dedup.directory(),
      entities: this.entityCounts,
      ...(this.begun > 0 ? { begun: this.begun } : {}),
    };
    return JSON.stringify(head);
  }

  has(key: string): boolean {
    return this.entities.has(key);
  }

  /** Puts a loaded record into memory; undefined means that the entity does not exist yet. */
  admit(key: string, record: string | undefined): void {
    if (record === undefined || this.entities.has(key)) return;
    if (!this.plan.kindOf.has(splitEntityKey(key).kind)) return;
    const entity = decodeEntity(this.plan, key, record, this.layouts, this.streamTime);
    entity.touched = this.batch;
    this.entities.set(key, entity);
    if (entity.due < Number.POSITIVE_INFINITY) this.timers.push(entity.due, key);
  }

  /** The entity of a kind by id, created on first touch; brought under the rules in force. */
  entity(kindName: string, id: string): Entity {
    const key = `${kindName}:${id}`;
    let entity = this.entities.get(key);
    if (entity === undefined) {
      const kind = this.plan.kindOf.get(kindName);
      if (!kind) throw new Error(`no kind ${kindName} in rule set ${this.plan.hash}`);
      entity = new Entity(this.plan, kind, id);
      this.entities.set(key, entity);
      this.entityCounts[kindName] = (this.entityCounts[kindName] ?? 0) + 1;
    } else if (entity.plan !== this.plan) {
      entity = this.relayout(entity);
    }
    entity.touched = this.batch;
    return entity;
  }

  /** An entity of an earlier rule set under the one in force: unchanged nodes keep their state. */
  private relayout(old: Entity): Entity {
    const layouts = new Map(this.layouts).set(old.kind.layout.id, old.kind.layout);
    const entity = decodeEntity(this.plan, old.key, encodeEntity(old), layouts, this.streamTime);
    entity.storedDue = old.storedDue;
    this.dirty.delete(old);
    this.entities.set(old.key, entity);
    return entity;
  }

  /** To be called whenever an entity changed: remembers it for the commit and sets its timer. */
  changed(entity: Entity): void {
    if (!entity.dirty) {
      entity.dirty = true;
      this.dirty.add(entity);
    }
    const before = entity.due;
    entity.settleDue();
    if (entity.due !== before && entity.due < Number.POSITIVE_INFINITY) {
      this.timers.push(entity.due, entity.key);
      if (this.timers.size > 4 * this.entities.size + 1000) this.rebuildTimers();
    }
  }

  private rebuildTimers(): void {
    this.timers.clear();
    for (const entity of this.entities.values())
      if (entity.due < Number.POSITIVE_INFINITY) this.timers.push(entity.due, entity.key);
  }

  publish(key: string, rule: string, decision: string): void {
    this.out.push([decision, `${key}#${rule}`]);
  }

  /** A decision that is recorded but does not replace the last one of its rule: an error. */
  record(decision: string): void {
    this.out.push([decision, null]);
  }

  bury(letter: DeadLetter, type: string): void {
    this.dead.push(JSON.stringify(letter));
    this.tally.add('weir_events_dead_total', type, letter.reason);
  }

  /** An event that every feature refused: kept without the personal fields it may have. */
  tooLate(entry: EntryId, { id, source, type, time, data }: WeirEvent): void {
    this.lateOnes.push(JSON.stringify({ id, source, type, time, data, entry, stream_time: this.streamTime }));
    this.tally.add('weir_events_late_total', type);
  }

  /** Hands over everything changed since the last call; the caller makes it durable. */
  collect(): Changes {
    const states: [string, string | null][] = [];
    const timers: [string, number | null][] = [];
    const changed: string[] = [];
    for (const entity of this.dirty) {
      entity.dirty = false;
      if (isVisible(entity.kind)) changed.push(entity.key);
      if (entity.recordStale) {
        entity.recordStale = false;
        if (entity.pieces === undefined) this.warm.push(entity);
        states.push([entity.key, encodeEntity(entity)]);
      }
      if (entity.due !== entity.storedDue) {
        timers.push([entity.key, entity.due < Number.POSITIVE_INFINITY ? entity.due : null]);
        entity.storedDue = entity.due;
      }
    }
    this.dirty.clear();
    // encoded texts are kept for the entities that were written lately, and for no more than a bounded number
    if (this.warm.length > WARM)
      for (const cooled of this.warm.splice(0, this.warm.length - WARM)) cooled.pieces = undefined;
    const changes: Changes = {
      states,
      timers,
      out: this.out,
      dead: this.dead,
      late: this.lateOnes,
      mail: [],
      changed,
    };
    this.out = [];
    this.dead = [];
    this.lateOnes = [];
    this.batch += 1;
    return changes;
  }

  /** Rough size of what a commit would carry, in records. */
  get pendingRecords(): number {
    return this.dirty.size + this.out.length + this.dead.length;
  }

  /**
   * Forgets clean entities that nothing will touch soon, oldest touch first, down to `limit`; to be called
   * between batches. What the last two collected commits hold is spared, since the newest may still be on its
   * way. Values do not depend on it: a load gives the same entity.
   */
  evict(limit: number): void {
    if (this.entities.size <= limit) return;
    const idle: Entity[] = [];
    for (const entity of this.entities.values())
      if (
        !entity.dirty &&
        !isResident(entity.kind) &&
        entity.due > this.horizon &&
        entity.touched < this.batch - 1
      )
        idle.push(entity);
    idle.sort((a, b) => a.touched - b.touched);
    const surplus = this.entities.size - Math.floor(limit * 0.9);
    for (const entity of idle.slice(0, surplus)) this.entities.delete(entity.key);
    this.rebuildTimers();
  }
}
