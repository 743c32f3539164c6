/** Mail of other partitions applied: parts to the shared entities of this one, broadcasts to its copies. */

import type { EntryId } from '../core/entry.ts';
import type { SharedChanged, SharedKnown, SharedPartial } from '../core/mail.ts';
import type { Plan } from '../rules/plan.ts';
import type { Entity } from './entity.ts';
import { evaluate } from './evaluate.ts';
import { tellModelAgain } from './learn-examples.ts';
import { partUnsent } from './outgoing.ts';
import type { PartitionState } from './partition-state.ts';
import { CHANGED, planIndex } from './plan-index.ts';
import { ownerOf } from './route.ts';
import { mailKnown } from './send-mail.ts';
import { type BroadcastState, type Heard, isNewer, type MergedState } from './shared-states.ts';

/** Replaces what the sender told before; anything older than that changes nothing. Stream time stands. */
export function takePartial(state: PartitionState, entry: EntryId, partial: SharedPartial): void {
  const { partition, incarnation, seq } = partial;
  const kind = state.plan.kindOf.get(partial.kind);
  if (kind?.role !== 'shared') return;
  const entity = state.resident(kind.name, partial.id);
  if (entity === undefined) return;
  const pending = planIndex(state.plan).pending[kind.index] as Uint8Array;
  for (const [index, node] of kind.nodes.entries()) {
    const stored = node.type === 'merged' ? partial.states[node.definition] : undefined;
    if (node.type !== 'merged' || stored === undefined) continue;
    const merged = entity.states[node.state] as MergedState;
    if (!isNewer(partial, merged.parts.get(partition))) continue;
    merged.parts.set(partition, { incarnation, seq, state: node.keeper.decode(stored) });
    merged.merged = undefined;
    entity.touchState(node.state);
    pending[index] = CHANGED;
  }
  evaluate(state, entity, { entry, event: undefined, late: false });
}

/** Keeps the newest news of a shared entity; whoever reads it does so when it is evaluated next. */
export function takeBroadcast(state: PartitionState, change: SharedChanged): void {
  const kind = state.plan.kindOf.get(`${change.kind}.copy`);
  if (kind === undefined) return;
  const copy = state.resident(kind.name, change.id);
  if (copy === undefined || !isNewer(change, copy.states[0] as Heard | undefined)) return;
  const { incarnation, seq, time, values } = change;
  copy.states[0] = { incarnation, seq, time, values } satisfies Heard;
  copy.touchState(0);
  state.heard += 1;
  state.changed(copy);
}

/** What the sender told of other entities in earlier incarnations is no more: Redis lost it there. */
export function takeKnown(state: PartitionState, entry: EntryId, known: SharedKnown): void {
  const { partition, incarnation, ids } = known;
  for (const entity of state.residents()) {
    const { kind } = entity;
    if (kind.role !== 'shared' || ids[kind.name]?.includes(entity.id)) continue;
    const pending = planIndex(state.plan).pending[kind.index] as Uint8Array;
    let voided = false;
    for (const [index, node] of kind.nodes.entries()) {
      if (node.type !== 'merged') continue;
      const merged = entity.states[node.state] as MergedState;
      const part = merged.parts.get(partition);
      if (part === undefined || part.incarnation >= incarnation) continue;
      // kept as empty, so that nothing of the old incarnation that is still on its way counts again
      merged.parts.set(partition, { incarnation, seq: 0, state: node.keeper.create() });
      merged.merged = undefined;
      entity.touchState(node.state);
      pending[index] = CHANGED;
      voided = true;
    }
    if (voided) evaluate(state, entity, { entry, event: undefined, late: false });
  }
}

/** Sends everything again: what goes to one owner, or to all of them and to the readers of shared entities. */
export function resend(state: PartitionState, entry: EntryId, owner: number | undefined): void {
  const { partitions } = state.plan.settings;
  if (owner === undefined) mailKnown(state);
  for (const entity of state.residents()) {
    const { kind } = entity;
    if (kind.role === 'part' && (owner === undefined || ownerOf(kind, entity.id, partitions) === owner))
      partUnsent(state, entity);
    if (kind.role === 'examples' && owner === undefined) tellModelAgain(state, entity);
    if (kind.role === 'shared' && owner === undefined) tellAgain(state, entry, entity);
  }
}

function tellAgain(state: PartitionState, entry: EntryId, entity: Entity): void {
  const index = entity.kind.nodes.findIndex((node) => node.type === 'broadcast');
  if (index < 0) return;
  const node = entity.kind.nodes[index] as { state: number };
  (entity.states[node.state] as BroadcastState).told = undefined;
  entity.touchState(node.state);
  (planIndex(state.plan).pending[entity.kind.index] as Uint8Array)[index] = CHANGED;
  evaluate(state, entity, { entry, event: undefined, late: false });
}

/** Whether the owner, having taken up a rule set, may have missed parts that were sent under it before. */
export function mergesAnew(plan: Plan, before: Plan): boolean {
  return plan.kinds.some(({ name, role, nodes }) => {
    const known = new Set(before.kindOf.get(name)?.nodes.map((node) => node.definition));
    return (
      role === 'shared' && nodes.some(({ type, definition }) => type === 'merged' && !known.has(definition))
    );
  });
}
