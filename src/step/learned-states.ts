/** The states of the nodes behind a learned feature, and their durable forms. */

import type { Millis } from '../core/units.ts';
import type { Learner } from '../models/learned/learner.ts';
import { newTrackRecord, type TrackRecord } from '../models/learned/track-record.ts';

/** null stands for missing, which JSON does not have. */
export type StoredInput = number | string | null;

/** What an entity was like when it was looked at, until its outcome is known. */
export interface Snapshot {
  readonly at: Millis;
  readonly inputs: readonly StoredInput[];
  /** The probability that was predicted then, if one was. */
  readonly told: number | undefined;
}

/** Of a learned feature in an entity. */
export interface LearnedState {
  /** When it was seen first, or its last example was sent. */
  since: Millis | undefined;
  /** Examples sent. */
  sent: number;
  waiting: Snapshot | undefined;
  value: unknown;
  /** Stream time of the owner when it told the model that `value` is from. */
  time: Millis | undefined;
}

/** At the owner; `kept` are the last of `count` examples: those that the stored model may not have learned. */
export interface ExamplesState {
  count: number;
  kept: Kept[];
  /** When the first of `kept` came. */
  keptSince: Millis;
  /** The last piece of mail of each partition. */
  readonly senders: Map<number, { readonly incarnation: number; readonly seq: number }>;
  track: TrackRecord;
  /** Of the model as it was told last: its number, how many examples it had learned, and when that was. */
  version: number;
  toldCount: number;
  toldAt: Millis | undefined;
}

export type Kept = readonly [inputs: readonly StoredInput[], outcome: boolean];

/** At the owner; in memory it is ahead of its record by the examples that are kept. */
export interface ModelState {
  count: number;
  readonly learned: unknown;
}

export function emptyLearned(): LearnedState {
  return { since: undefined, sent: 0, waiting: undefined, value: undefined, time: undefined };
}

export function encodeLearned({ since, sent, waiting, value, time }: LearnedState): unknown {
  return [
    since ?? null,
    sent,
    waiting ? [waiting.at, waiting.inputs, waiting.told ?? null] : null,
    value ?? null,
    time ?? null,
  ];
}

export function decodeLearned(stored: unknown): LearnedState {
  const [since, sent, waiting, value, time] = stored as [
    Millis | null,
    number,
    [Millis, StoredInput[], number | null] | null,
    unknown,
    Millis | null,
  ];
  return {
    since: since ?? undefined,
    sent,
    waiting: waiting ? { at: waiting[0], inputs: waiting[1], told: waiting[2] ?? undefined } : undefined,
    value: value ?? undefined,
    time: time ?? undefined,
  };
}

export function emptyExamples(): ExamplesState {
  return {
    count: 0,
    kept: [],
    keptSince: 0,
    senders: new Map(),
    track: newTrackRecord(),
    version: 0,
    toldCount: 0,
    toldAt: undefined,
  };
}

export function encodeExamples({ senders, toldAt, ...rest }: ExamplesState): unknown {
  const numbers = Array.from(senders, ([partition, { incarnation, seq }]) => [partition, incarnation, seq]);
  return { ...rest, senders: numbers, toldAt: toldAt ?? null };
}

export function decodeExamples(stored: unknown): ExamplesState {
  const { senders, toldAt, kept, track, ...rest } = stored as Omit<ExamplesState, 'senders' | 'toldAt'> & {
    senders: [number, number, number][];
    toldAt: Millis | null;
  };
  const numbers = senders.map(([partition, incarnation, seq]) => [partition, { incarnation, seq }] as const);
  return {
    ...rest,
    kept: [...kept],
    // counted on in place: what was read may be shared
    track: structuredClone(track),
    senders: new Map(numbers),
    toldAt: toldAt ?? undefined,
  };
}

export function emptyModel(learner: Learner): ModelState {
  return { count: 0, learned: learner.create() };
}

export function encodeModel(learner: Learner, { count, learned }: ModelState): unknown {
  return [count, learner.encode(learned)];
}

export function decodeModel(learner: Learner, stored: unknown): ModelState {
  const [count, learned] = stored as [number, unknown];
  return { count, learned: learner.decode(learned) };
}
