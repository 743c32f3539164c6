/** send-mail: what a partition puts into its mailbox for others. */

import type {
  LearnedExample,
  SharedBudget,
  SharedChanged,
  SharedErased,
  SharedKnown,
  SharedResend,
} from '../core/mail.ts';
import { partitionOf } from '../core/partition.ts';
import type { Millis } from '../core/units.ts';
import type { Mergeable } from '../models/mergeable.ts';
import type { LearnedNode, Node } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';
import type { Snapshot } from './learned-states.ts';
import type { PartitionState } from './partition-state.ts';
import { ownerOf } from './route.ts';

/** The nodes of a part, by index, are to be sent to the owner of its shared entity. */
export function mailPart(state: PartitionState, part: Entity, nodes: Iterable<number>): void {
  const { kind, id } = part;
  const { partition, incarnation, streamTime: time, plan, mailbox } = state;
  const seq = mailbox.number();
  const body = { type: 'shared.partial', kind: kind.of, id, partition, incarnation, seq, time };
  const definitions = [...nodes].map((node) => (kind.nodes[node] as Node).definition);
  mailbox.put(part.key, ownerOf(kind, id, plan.settings.partitions), seq, body, definitions);
}

/** Every partition is to hear these values of a shared entity. */
export function mailChange(
  { incarnation, streamTime: time, mailbox }: PartitionState,
  { kind, id, key }: Entity,
  values: Readonly<Record<string, unknown>>,
): void {
  const seq = mailbox.number();
  const change: SharedChanged = {
    type: 'shared.changed',
    kind: kind.of,
    id,
    incarnation,
    seq,
    time,
    values,
  };
  mailbox.put(key, '*', seq, change);
}

/** Every partition is to forget what its lists say of an entity that was erased. */
export function mailErased({ mailbox }: PartitionState, kind: string, id: string, time: Millis): void {
  const body: SharedErased = { type: 'shared.erased', kind, id, time };
  mailbox.put(`!${kind}:${id}`, '*', mailbox.number(), body);
}

/** The partition of a campaign is to know what the campaign has from now on. */
export function mailBudget(
  { streamTime: time, plan, mailbox }: PartitionState,
  told: Omit<SharedBudget, 'type' | 'time'>,
): void {
  const body: SharedBudget = { type: 'shared.budget', ...told, time };
  const { campaign_id, action_id } = told;
  const target = partitionOf(campaign_id, plan.settings.partitions);
  mailbox.put(`budget ${action_id} ${campaign_id}`, target, mailbox.number(), body);
}

/** The owner of a learned feature is to learn from what was waiting for its outcome. */
export function mailExample(
  { partition, incarnation, streamTime: time, plan, mailbox }: PartitionState,
  { model: kind, definition: name }: LearnedNode,
  { inputs, told }: Snapshot,
  outcome: boolean,
): void {
  const seq = mailbox.number();
  const head = { type: 'learned.example', kind, name, partition, incarnation, seq, time } as const;
  const example: LearnedExample = { ...head, inputs, outcome, ...(told === undefined ? {} : { told }) };
  mailbox.put(`example ${seq}`, partitionOf(kind, plan.settings.partitions), seq, example);
}

/** Every partition is asked for what it knows of the shared entities of this one. */
export function mailResend({ partition, mailbox }: PartitionState): void {
  const body: SharedResend = { type: 'shared.resend', owner: partition };
  mailbox.put('', '*', mailbox.number(), body);
}

/** Everybody is to hear of which shared entities this partition knows anything. */
export function mailKnown(state: PartitionState): void {
  const ids: Record<string, string[]> = {};
  for (const { kind, id } of state.residents()) {
    if (kind.role !== 'part') continue;
    ids[kind.of] ??= [];
    ids[kind.of]?.push(id);
  }
  const { partition, incarnation, mailbox } = state;
  const body: SharedKnown = { type: 'shared.known', partition, incarnation, ids };
  mailbox.put('known', '*', mailbox.number(), body);
}

/** A state of a part as it is sent: merged with nothing, so that it holds no more than the owner needs. */
export function sentState({ entities }: PartitionState, key: string, definition: string): unknown {
  const part = entities.get(key);
  const node = part?.kind.nodes.find((other) => other.definition === definition);
  if (!part || (node?.type !== 'fed' && node?.type !== 'gathered')) return undefined;
  const keeper: Mergeable = node.type === 'fed' ? node.aggregate : node.accumulator;
  return keeper.encode(keeper.merge([part.states[node.state]]));
}
