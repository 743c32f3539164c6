/** The state of one partition's fold: position in stream time, entities in memory, timers, dedup, changes. */

import type { DeadLetter } from '../core/decision.ts';
import { compareKeys, splitEntityKey } from '../core/entity-key.ts';
import type { EntryId } from '../core/entry.ts';
import type { WeirEvent } from '../core/event.ts';
import type { Mail } from '../core/mail.ts';
import type { Millis } from '../core/units.ts';
import { isResident, isVisible, type KindPlan, type Layout, type Plan } from '../rules/plan.ts';
import { ActionPlaces } from './actions/places.ts';
import { Breakers, type StoredBreakers } from './breakers.ts';
import { Dedup } from './dedup.ts';
import { dropForeign } from './drop-foreign.ts';
import { Entity } from './entity.ts';
import { giversOf } from './givers.ts';
import { Mailbox } from './mailbox.ts';
import { decodeEntity, encodeEntity, type Layouts } from './record.ts';
import { sentState } from './send-mail.ts';
import { Tally } from './tally.ts';
import { TimerHeap } from './timer-heap.ts';
import { Predecessor, type WayBack } from './way-back.ts';

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
  /** Mail sent so far: numbers the next piece. */
  readonly mailed?: number;
  /** By contribution the number of the beginning that counts, where it is not the first, and the last number given. */
  readonly epochs?: Readonly<Record<string, number>>;
  readonly epoch?: number;
  /** Rules that fail, and those that are switched off for it. */
  readonly breakers?: StoredBreakers;
  /** The rule set in force before, while there may be a way back to it. */
  readonly before?: string;
  readonly wayBack?: WayBack;
  /** Decisions of stream times before it are about an imported past. */
  readonly past?: Millis;
}

/** What a batch of steps changed: the contents of one commit. */
export interface Changes {
  states: [key: string, record: string | null][];
  timers: [key: string, due: Millis | null][];
  /** Decisions, each with the key under which its text is kept as the last one of its rule; null where it is not. */
  out: [decision: string, key: string | null][];
  /** Keys whose last decision is kept no longer. */
  undecided: string[];
  dead: string[];
  late: string[];
  /** For other partitions, in order: control entries that `post` appends to the logs they are meant for. */
  mail: Mail[];
  /** Keys of the entities that changed, also by time alone; without those that operators do not see. */
  changed: string[];
}

/** Entities of one shared kind that a partition knows at most; what names a further one counts nowhere. */
const MOST_RESIDENTS = 10_000;

const CLOSING_BRACE = 0x7d;

export class PartitionState {
  readonly partition: number;
  readonly incarnation: number;
  plan: Plan;
  /** Rule sets that entries of this log may activate, by hash; the caller loads them beforehand. */
  readonly plans = new Map<string, Plan>();
  /** Of every record that may be loaded. */
  readonly layouts: Map<string, Layout>;
  streamTime: Millis = 0;
  /** See Head. */
  past: Millis = 0;
  seq = 0;
  /** See Head. */
  begun = 0;
  rules = '';
  readonly breakers = new Breakers();
  readonly predecessor = new Predecessor();
  readonly dedup: Dedup;
  readonly entities = new Map<string, Entity>();
  readonly timers = new TimerHeap();
  /** Every entity with a timer due up to here is in memory. */
  horizon: Millis = Number.POSITIVE_INFINITY;
  readonly tally = new Tally();
  /** Lent by the caller while it measures one step; what it hears never comes back into the fold. */
  timing: { now(): number; rule(name: string, milliseconds: number): void } | undefined;
  /** Counts the news of shared entities, and whatever else may have changed what look-ups find. */
  heard = 0;
  /** Some entity in memory was erased: only then is it worth asking which. */
  knowsTombstones = false;
  readonly entityCounts: Record<string, number> = {};
  /** Parts that changed in the step that is under way. */
  readonly openParts = new Set<Entity>();
  private epoch = 0;
  private readonly epochs = new Map<string, number>();
  readonly mailbox = new Mailbox();
  readonly places = new ActionPlaces();
  /** Decisions about actions made since it began. */
  acts = 0;
  private readonly residentKeys = new Set<string>();
  private readonly removed = new Set<string>();
  private batch = 0;
  private readonly dirty = new Set<Entity>();
  private out: [string, string | null][] = [];
  private readonly undecided = new Set<string>();
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
    this.layouts = new Map(options.layouts);
    this.dedup = options.dedup ?? new Dedup();
  }

  /** Takes over the small state of a stored position. */
  restoreHead(head: Head): void {
    this.streamTime = head.time;
    this.seq = head.seq;
    this.rules = head.rules;
    this.begun = head.begun ?? 0;
    this.past = head.past ?? 0;
    this.breakers.restore(head.breakers ?? {});
    this.predecessor.hash = head.before ?? '';
    this.predecessor.wanted = head.wayBack;
    this.mailbox.sent = head.mailed ?? 0;
    this.epoch = head.epoch ?? 0;
    for (const [giver, epoch] of Object.entries(head.epochs ?? {})) this.epochs.set(giver, epoch);
    Object.assign(this.entityCounts, head.entities);
  }

  head(): string {
    const breakers = this.breakers.stored();
    const { hash: before, wanted: wayBack } = this.predecessor;
    const head: Omit<Head, 'ids'> = {
      time: this.streamTime,
      seq: this.seq,
      rules: this.rules,
      entities: this.entityCounts,
      ...(this.begun > 0 ? { begun: this.begun } : {}),
      ...(this.isPast ? { past: this.past } : {}),
      ...(breakers && { breakers }),
      ...(before === '' ? {} : { before }),
      ...(wayBack && { wayBack }),
      ...(this.mailbox.sent > 0 ? { mailed: this.mailbox.sent } : {}),
      ...(this.epoch > 0 ? { epochs: Object.fromEntries(this.epochs), epoch: this.epoch } : {}),
    };
    return `${JSON.stringify(head).slice(0, -1)},"ids":${this.dedup.directoryText()}}`;
  }

  /** Whether what happens now is an imported past: nobody outside is told, and nothing is proposed. */
  get isPast(): boolean {
    return this.streamTime < this.past;
  }

  has(key: string): boolean {
    return this.entities.has(key) || (ActionPlaces.isKey(key) && this.places.has(key));
  }

  /** Puts a loaded record into memory; undefined means that the entity does not exist yet. */
  admit(key: string, record: string | undefined): void {
    if (record === undefined || this.entities.has(key)) return;
    if (ActionPlaces.isKey(key)) {
      this.places.admit(key, record);
      return;
    }
    if (!this.plan.kindOf.has(splitEntityKey(key).kind)) return;
    const entity = decodeEntity(this.plan, key, record, this.layouts, this.streamTime);
    entity.touched = this.batch;
    this.entities.set(key, entity);
    if (entity.erasedAt !== undefined) this.knowsTombstones = true;
    if (isResident(entity.kind)) this.residentKeys.add(key);
    if (entity.kind.role === 'copy') this.heard += 1;
    if (entity.due < Number.POSITIVE_INFINITY) this.timers.push(entity.due, key);
  }

  /** An entity in memory; undefined when there is none, or only its tombstone. */
  alive(key: string): Entity | undefined {
    const entity = this.entities.get(key);
    return entity?.gone ? undefined : entity;
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
      if (isResident(kind)) this.residentKeys.add(key);
      this.removed.delete(key);
      this.entityCounts[kindName] = (this.entityCounts[kindName] ?? 0) + 1;
    } else if (entity.gone) {
      entity = this.replace(entity, false);
      this.entityCounts[kindName] = (this.entityCounts[kindName] ?? 0) + 1;
    } else if (entity.plan !== this.plan) {
      entity = this.relayout(entity);
    }
    entity.touched = this.batch;
    return entity;
  }

  /** An entity of a shared kind, its part or copy; undefined when there are too many of them already. */
  resident(kindName: string, id: string): Entity | undefined {
    if (!this.entities.has(`${kindName}:${id}`) && (this.entityCounts[kindName] ?? 0) >= MOST_RESIDENTS) {
      this.tally.add('weir_shared_refused_total', kindName);
      return undefined;
    }
    return this.entity(kindName, id);
  }

  /** The entities of shared kinds, their parts and copies, by key. */
  residents(): Entity[] {
    return [...this.residentKeys].sort(compareKeys).map((key) => this.entities.get(key) as Entity);
  }

  /** Brings another rule set into force: what is known of shared kinds follows at once, other entities when touched. */
  takeUp(plan: Plan): void {
    const before = new Set(giversOf(this.plan));
    const givers = giversOf(plan);
    dropForeign(this);
    for (const { layout } of this.plan.kinds) this.layouts.set(layout.id, layout);
    this.plan = plan;
    this.heard += 1;
    for (const giver of givers) if (!before.has(giver)) this.epochs.set(giver, ++this.epoch);
    for (const giver of this.epochs.keys()) if (!givers.includes(giver)) this.epochs.delete(giver);
    for (const { key, id, kind } of this.residents()) {
      if (plan.kindOf.get(kind.name)?.role !== kind.role) {
        this.remove(key);
        continue;
      }
      const entity = this.entity(kind.name, id);
      entity.recordStale = true;
      this.changed(entity);
    }
  }

  /** Number of the beginning that counts for a contribution: a new one whenever it comes into a rule set. */
  epochOf(giver: string): number {
    return this.epochs.get(giver) ?? 0;
  }

  /** Removes an entity with its record and timer. */
  remove(key: string): void {
    const entity = this.entities.get(key);
    if (entity === undefined) return;
    this.entities.delete(key);
    this.residentKeys.delete(key);
    this.dirty.delete(entity);
    this.removed.add(key);
    this.entityCounts[entity.kind.name] = (this.entityCounts[entity.kind.name] ?? 1) - 1;
  }

  /** Nothing is left of an entity but when it was erased; its last decisions go too, also those of this commit. */
  erase(entity: Entity, until: Millis): void {
    const { key, kind } = entity;
    entity.erasedAt = Math.max(until, entity.erasedAt ?? until);
    this.knowsTombstones = true;
    this.changed(this.replace(entity, true));
    this.entityCounts[kind.name] = (this.entityCounts[kind.name] ?? 1) - 1;
    const kept = new Set<string>();
    for (const plan of this.plans.values())
      for (const node of plan.kindOf.get(kind.name)?.nodes ?? [])
        if (node.type === 'rule') kept.add(`${key}#${node.rule.name}`);
    this.out = this.out.map(([text, name]) => [text, name !== null && kept.has(name) ? null : name]);
    for (const name of kept) this.undecided.add(name);
  }

  /** Another entity under the same key and with the same tombstone: a new life, or none. */
  private replace(old: Entity, gone: boolean): Entity {
    const kind = this.plan.kindOf.get(old.kind.name) as KindPlan;
    const entity = new Entity(this.plan, kind, old.id);
    entity.gone = gone;
    entity.erasedAt = old.erasedAt;
    entity.storedDue = old.storedDue;
    entity.touched = this.batch;
    entity.recordStale = true;
    this.dirty.delete(old);
    this.entities.set(old.key, entity);
    return entity;
  }

  /** An entity of an earlier rule set under the one in force: unchanged nodes keep their state. */
  private relayout(old: Entity): Entity {
    // as it was just before its own time, where that has come: what changes then is to be seen as a change
    const now = Math.min(this.streamTime, old.due - 1);
    const entity = decodeEntity(this.plan, old.key, encodeEntity(old), this.layouts, now);
    entity.storedDue = old.storedDue;
    this.dirty.delete(old);
    this.entities.set(old.key, entity);
    // what it waits for may be another moment by now
    if (entity.due !== old.due && entity.due < Number.POSITIVE_INFINITY)
      this.timers.push(entity.due, old.key);
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

  /** A decision for the outbox; with a key its text is also kept as the last one of its rule. */
  publish(key: string | null, decision: string): void {
    // reading a character makes one flat text of the many pieces, which would all be kept until the commit
    if (decision.charCodeAt(decision.length - 1) !== CLOSING_BRACE) throw new TypeError('no decision');
    this.out.push([decision, key]);
    if (key !== null) this.undecided.delete(key);
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
        states.push([entity.key, encodeEntity(entity)]);
      }
      if (entity.due !== entity.storedDue) {
        timers.push([entity.key, entity.due < Number.POSITIVE_INFINITY ? entity.due : null]);
        entity.storedDue = entity.due;
      }
    }
    this.dirty.clear();
    for (const key of this.removed) {
      states.push([key, null]);
      timers.push([key, null]);
      changed.push(key);
    }
    this.removed.clear();
    states.push(...this.places.take());
    const changes: Changes = {
      states,
      timers,
      out: this.out,
      undecided: [...this.undecided],
      dead: this.dead,
      late: this.lateOnes,
      mail: this.mailbox.take((key, definition) => sentState(this, key, definition)),
      changed,
    };
    this.out = [];
    this.undecided.clear();
    this.dead = [];
    this.lateOnes = [];
    this.batch += 1;
    return changes;
  }

  /** What was told since the last call, for a caller that makes nothing durable: entities stay in memory for good. */
  drain(): { readonly out: readonly string[]; readonly mail: readonly Mail[] } {
    const out = this.out.map(([text]) => text);
    const mail = this.mailbox.take((key, definition) => sentState(this, key, definition));
    this.out = [];
    this.dead = [];
    this.lateOnes = [];
    this.undecided.clear();
    this.removed.clear();
    this.dedup.takeChanges();
    return { out, mail };
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
    this.places.evict();
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
