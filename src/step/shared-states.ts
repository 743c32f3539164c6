/** The states of the nodes that shared kinds need, and their durable forms. */

import type { Millis } from '../core/units.ts';
import type { Mergeable } from '../models/mergeable.ts';

/** What one partition sent of one feature. */
export interface ReceivedPart {
  readonly incarnation: number;
  readonly seq: number;
  readonly state: unknown;
}

/** Of a merged node: the newest part of each partition, and what they make, until another comes. */
export interface MergedState {
  readonly parts: Map<number, ReceivedPart>;
  merged: unknown;
}

/** Of a contribution: what has been put into which part; `epoch` tells a part that began afresh since. */
export interface Contributed {
  readonly id: string;
  readonly put: unknown;
  readonly epoch: number;
}

/** Of a send node: when it sent last, and which nodes changed since. */
export interface SendState {
  at: Millis | undefined;
  readonly changed: Set<number>;
}

/** Of a broadcast: when it told last, and what. */
export interface BroadcastState {
  at: Millis | undefined;
  told: string | undefined;
}

/** Of a lookup: the value read last, and the owner's stream time when it told it. */
export interface LookedUp {
  readonly value: unknown;
  readonly time: Millis | undefined;
}

/** Of a copy: the newest broadcast. */
export interface Heard {
  readonly incarnation: number;
  readonly seq: number;
  readonly time: Millis;
  readonly values: Readonly<Record<string, unknown>>;
}

interface Numbered {
  readonly incarnation: number;
  readonly seq: number;
}

/** Whether a piece of mail is newer than what is known from the same sender. */
export function isNewer(mail: Numbered, known: Numbered | undefined): boolean {
  if (known === undefined || mail.incarnation !== known.incarnation)
    return known === undefined || mail.incarnation > known.incarnation;
  return mail.seq > known.seq;
}

export function mergedValue(keeper: Mergeable, state: MergedState, now: Millis): unknown {
  return keeper.value(mergedState(keeper, state), now);
}

export function mergedState(keeper: Mergeable, state: MergedState): unknown {
  state.merged ??= keeper.merge([...state.parts.values()].map((part) => part.state));
  return state.merged;
}

export function encodeMerged(keeper: Mergeable, { parts }: MergedState): unknown {
  return Array.from(parts, ([partition, { incarnation, seq, state }]) => [
    partition,
    incarnation,
    seq,
    keeper.encode(state),
  ]);
}

export function decodeMerged(keeper: Mergeable, stored: unknown): MergedState {
  const parts = new Map<number, ReceivedPart>();
  for (const [partition, incarnation, seq, state] of stored as [number, number, number, unknown][])
    parts.set(partition, { incarnation, seq, state: keeper.decode(state) });
  return { parts, merged: undefined };
}

/** `[id, put]`, with the epoch where it is not the first; 0 for nothing. */
export function encodeContributed(made: Contributed | undefined): unknown {
  if (made === undefined) return 0;
  return made.epoch === 0 ? [made.id, made.put] : [made.id, made.put, made.epoch];
}

export function decodeContributed(stored: unknown): Contributed | undefined {
  if (!Array.isArray(stored)) return undefined;
  const [id, put, epoch = 0] = stored as [string, unknown, number?];
  return { id, put, epoch };
}

export function encodeSend({ at, changed }: SendState): unknown {
  return [at ?? null, ...changed];
}

export function decodeSend(stored: unknown): SendState {
  const [at, ...changed] = stored as [Millis | null, ...number[]];
  return { at: at ?? undefined, changed: new Set(changed) };
}
