/** An entity in memory: the states of its nodes, its current values by slot, and its next due time. */

import { entityKey, keyValues } from '../core/entity-key.ts';
import type { Millis } from '../core/units.ts';
import { emptyScreen } from '../models/screen.ts';
import type { KindPlan, Plan } from '../rules/plan.ts';
import type { Node } from '../rules/plan-node.ts';
import { emptyActions } from './actions/action.ts';
import { emptyExamples, emptyLearned, emptyModel } from './learned-states.ts';
import { emptyResult } from './result.ts';
import type { BroadcastState, LookedUp, MergedState, SendState } from './shared-states.ts';

export class Entity {
  readonly plan: Plan;
  readonly kind: KindPlan;
  readonly id: string;
  readonly key: string;
  /** State of each stateful node: an aggregate's, once it was fed, a group's rows, or a Result. */
  readonly states: unknown[];
  /** Next change of each stateful node. */
  readonly next: number[];
  /** Current values; slots 0… are the key fields. */
  readonly slots: unknown[];
  /** The earliest of `next`: the entity's one timer. */
  due: Millis = Number.POSITIVE_INFINITY;
  /** `due` as the durable timer has it. */
  storedDue: Millis = Number.POSITIVE_INFINITY;
  /** Personal fields of whoever the entity is: kept here alone, joined on reading for roles that may see them. */
  person: Readonly<Record<string, string>> | undefined;
  /** Erased up to here: events of until then do not bring it back. */
  erasedAt: Millis | undefined;
  /** A tombstone: nothing is left but `erasedAt`, until a later event begins a new life. */
  gone = false;
  /** Never evaluated yet: the first evaluation runs every node. */
  fresh = true;
  /** News of shared entities that it knew when it was evaluated last; −1: not evaluated since it is in memory. */
  heard = -1;
  /** Read from a record of another layout and not evaluated since: the record says more of it than memory does. */
  foreign = false;
  /** Changed since the last collected commit. */
  dirty = false;
  /** Batch number of the last touch, for eviction. */
  touched = 0;

  constructor(plan: Plan, kind: KindPlan, id: string) {
    this.plan = plan;
    this.kind = kind;
    this.id = id;
    this.key = entityKey(kind.name, id);
    this.slots = new Array(kind.slots.length).fill(undefined);
    keyValues(id, kind.key.length).forEach((value, i) => {
      this.slots[i] = value;
    });
    const { length } = kind.layout.keys;
    this.states = new Array(length).fill(undefined);
    this.next = new Array(length).fill(Number.POSITIVE_INFINITY);
    for (const node of kind.nodes) {
      if (node.state < 0) continue;
      this.states[node.state] = emptyState(node);
    }
  }

  /** Something the record holds changed since it was written; time alone changes values, not states. */
  recordStale = false;

  /** To be called whenever a state changed: the record is out of date. */
  touchState(_state: number): void {
    this.recordStale = true;
  }

  /** Recomputes `due` from the next changes. */
  settleDue(): void {
    let due = Number.POSITIVE_INFINITY;
    for (const next of this.next) if (next < due) due = next;
    this.due = due;
  }

  zone(): string {
    const { zoneSlot } = this.kind;
    const zone = zoneSlot < 0 ? undefined : this.slots[zoneSlot];
    return typeof zone === 'string' ? zone : this.plan.settings.timezone;
  }

  currency(): string {
    const { currencySlot } = this.kind;
    const currency = currencySlot < 0 ? undefined : this.slots[currencySlot];
    return typeof currency === 'string' ? currency : this.plan.settings.currency;
  }
}

export function emptyState(node: Node): unknown {
  switch (node.type) {
    case 'fed':
      return node.aggregate.create();
    case 'gathered':
      return node.accumulator.create();
    case 'group':
      return new Map<string, unknown[]>();
    case 'merged':
      return { parts: new Map(), merged: undefined } satisfies MergedState;
    case 'send':
      return { at: undefined, changed: new Set() } satisfies SendState;
    case 'broadcast':
      return { at: undefined, told: undefined } satisfies BroadcastState;
    case 'lookup':
      return { value: undefined, time: undefined } satisfies LookedUp;
    case 'screen':
      return emptyScreen();
    case 'learned':
      return emptyLearned();
    case 'examples':
      return emptyExamples();
    case 'model':
      return emptyModel(node.learner);
    case 'rule':
      return emptyResult();
    case 'actions':
      return emptyActions();
    default:
      return undefined;
  }
}
