/** erase: whoever an event names is taken out of everything that this partition knows; a tombstone stays. */

import type { WeirEvent } from '../core/event.ts';
import type { Millis } from '../core/units.ts';
import type { KindPlan, Plan } from '../rules/plan.ts';
import type { FedNode, Feed } from '../rules/plan-node.ts';
import { withdraw } from './contribute.ts';
import { partChanged } from './outgoing.ts';
import type { PartitionState } from './partition-state.ts';
import { idFrom, usesOf } from './plan-index.ts';
import { mailErased } from './send-mail.ts';

/** Whom an event is about: the kind with the one key that routes it. */
interface Subject {
  readonly kind: KindPlan;
  readonly id: string;
}

function subjectOf(plan: Plan, event: WeirEvent): Subject | undefined {
  for (const { kind } of usesOf(plan, event)) {
    const id = kind.key.length === 1 ? idFrom(kind, event.data) : undefined;
    if (id !== undefined) return { kind, id };
  }
  return undefined;
}

/** Whether an event is about somebody who was erased since, so that it must not bring anything back. */
export function isErased(state: PartitionState, event: WeirEvent): boolean {
  if (!state.knowsTombstones) return false;
  const subject = subjectOf(state.plan, event);
  const erasedAt = subject && state.entities.get(`${subject.kind.name}:${subject.id}`)?.erasedAt;
  return erasedAt !== undefined && event.time <= erasedAt;
}

/**
 * Takes out what the entity gave to shared ones, then its states, values, timer, person and last decisions. What
 * lists of shared entities say of it goes in every partition; numbers that events made there before stay.
 */
export function erase(state: PartitionState, event: WeirEvent): void {
  const subject = subjectOf(state.plan, event);
  if (subject === undefined) return;
  const { kind, id } = subject;
  const entity = state.entity(kind.name, id);
  withdraw(state, entity);
  // also what is re-sent with a time between that of the request and now is older than the erasure
  const until = Math.max(event.time, state.streamTime);
  state.erase(entity, until);
  if (namingNodes(state.plan, kind).length === 0) return;
  forget(state, kind.name, id, until);
  mailErased(state, kind.name, id, until);
}

/** Lists of shared entities lose what names the person; where it is heard twice, there is nothing left to lose. */
export function forget(state: PartitionState, kindName: string, id: string, until: Millis): void {
  const kind = state.plan.kindOf.get(kindName);
  if (kind === undefined) return;
  const naming = new Map(namingNodes(state.plan, kind).map(({ part, nodes }) => [part.name, nodes]));
  for (const entity of state.residents()) {
    for (const place of naming.get(entity.kind.name) ?? []) {
      const node = entity.kind.nodes[place] as FedNode;
      if (node.aggregate.forget?.(entity.states[node.state], (value) => names(value, id), until))
        partChanged(state, entity, place);
    }
  }
}

/** Features of parts that keep fields which may name an entity of the kind. */
function namingNodes(plan: Plan, { key }: KindPlan): { part: KindPlan; nodes: number[] }[] {
  const field = key[0] as string;
  const isName = (name: string) => name === 'entity' || name.endsWith(field);
  const mayName = ({ value, key: by }: Feed) => value?.reads.some(isName) || (by !== undefined && isName(by));
  return plan.kinds.flatMap((part) => {
    if (part.role !== 'part') return [];
    const feeds = [...part.feeds.values()].flat().filter(mayName);
    const nodes = [...new Set(feeds.map(({ node }) => node))];
    return nodes.length === 0 ? [] : [{ part, nodes }];
  });
}

/** The id itself, or a row that has it in one of its fields. */
function names(value: unknown, id: string): boolean {
  if (value === id) return true;
  return typeof value === 'object' && value !== null && Object.values(value).includes(id);
}
