/** An entity as the history has it, and the lists of entities that can be asked for. */

import type { EntryId } from '../entry.ts';
import type { Millis } from '../units.ts';
import type { PageQuery } from './page.ts';

export interface KeptEntity {
  readonly kind: string;
  readonly id: string;
  readonly partition: number;
  /** Key fields, features and results by name, as rules read them. */
  readonly values: Readonly<Record<string, unknown>>;
  /** See `tagsOf`. */
  readonly tags: readonly string[];
  /** By rule; of rules that have decided. */
  readonly decisions: Readonly<Record<string, DecidedResult>>;
  /** Stream time of the values. */
  readonly asOf: Millis;
  /** How far the log was applied then. */
  readonly entry: EntryId;
}

/** The last decision of a rule about an entity. */
export interface DecidedResult {
  readonly decision_id: string;
  readonly decided_at: string;
  readonly version: number;
}

/** Personal fields: `email`, `name` and whatever else events brought. */
export type KeptPerson = Readonly<Record<string, string>>;

export interface RankFilter {
  /** A result that is a number, such as engagement_score. */
  readonly name: string;
  /** Both included. */
  readonly min?: number;
  readonly max?: number;
}

export interface EntityQuery extends PageQuery {
  readonly kind: string;
  /** All of them: `segments:at_risk` for a name that the rule segments picks, `conversion=likely_to_convert` for a class. */
  readonly tags?: readonly string[];
  readonly ranks?: readonly RankFilter[];
  /** By a result that is a number, and then by id; entities without it are left out. By id where absent. */
  readonly order?: { readonly by: string; readonly descending: boolean };
}

/** A name a pick rule has picked. */
export function pickTag(rule: string, name: string): string {
  return `${rule}:${name}`;
}

/** The class a rule gives. */
export function classTag(rule: string, name: string): string {
  return `${rule}=${name}`;
}
