/** History as others ask it: the decisions that are kept outside Redis, for good. */

import type { Decision } from './decision.ts';
import type { Millis } from './units.ts';

export interface KeptDecision {
  readonly decision: Decision;
  /** Redis lost it after history had taken it: it was told, and the log that is left does not know it. */
  readonly orphaned: boolean;
}

export interface HistoryQuery {
  readonly rule?: string;
  readonly limit: number;
}

/** Every method rejects with WeirError history_away when the store does not answer. */
export interface History {
  /** Undefined when it has none of this id. */
  decision(id: DecisionId): Promise<KeptDecision | undefined>;
  /** Newest first; orphaned ones are left out. */
  decisionsOf(kind: string, entity: string, query: HistoryQuery): Promise<Decision[]>;
  /** Every decision a partition published until then is in it; 0 before the first. */
  asOf(partition: number): Promise<Millis>;
}

export interface DecisionId {
  readonly partition: number;
  readonly incarnation: number;
  readonly seq: number;
}

const LARGEST_INT = 2 ** 31 - 1;

/** `<partition>-<incarnation>-<seq>`; undefined for anything else. */
export function parseDecisionId(text: string): DecisionId | undefined {
  const match = /^(\d{1,10})-(\d{1,10})-(\d{1,16})$/.exec(text);
  if (!match) return undefined;
  const [partition, incarnation, seq] = match.slice(1).map(Number) as [number, number, number];
  if (partition > LARGEST_INT || incarnation > LARGEST_INT || !Number.isSafeInteger(seq)) return undefined;
  return { partition, incarnation, seq };
}
