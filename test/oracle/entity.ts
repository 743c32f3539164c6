/** Everything the oracle remembers about one entity: what fed it, its values, what its rules last said. */

import type { Kind } from './definition.ts';
import type { Feeding } from './feeding.ts';

export interface Entity {
  readonly kind: Kind;
  readonly id: string;
  /** `lead:123` */
  readonly key: string;
  /** By feature, in the order of the log. */
  readonly fed: Map<string, Feeding[]>;
  /** Key fields, features and results by name. */
  readonly values: Record<string, unknown>;
  /** What a fed feature was found to be, good until `next` unless it is fed again. */
  readonly found: Map<
    string,
    { readonly value: unknown; readonly next: number; readonly fed: number; readonly zone: string }
  >;
  readonly verdicts: Map<string, Verdict>;
  /** What a formula, a group or a rule read when it was evaluated last. */
  readonly seen: Map<object, unknown[]>;
  /** Events that its screen found to be fraud. */
  flagged: number;
  /** When something of it may change by itself. */
  due: number;
}

/** What a rule last said about an entity, and what it is about to say. */
export interface Verdict {
  value: unknown;
  published: unknown;
  decisions: number;
  /** Index of the last decision in the run's list. */
  last: number | undefined;
  /** The inputs of the last run, as text; absent before the first. */
  inputs: string | undefined;
  /** Inputs changed while `every` held the rule back. */
  waiting: boolean;
  /** The last run in which `when` held. */
  ran: number | undefined;
  failing: boolean;
  /** When silence about its open action is an answer. */
  deadline: number | undefined;
  /** What the last run found, before holds. */
  finding: Finding;
  /** Since when a publication of a number has been due. */
  dueSince: number | undefined;
  /** Names a pick stands by, and since when a name has been otherwise. */
  readonly names: Set<string>;
  readonly turned: Map<string, number>;
}

export interface Reason {
  readonly name: string;
  readonly points?: number;
  readonly no_data?: true;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export type Finding =
  | { readonly is: 'nothing' }
  | { readonly is: 'failure'; readonly message: string }
  | { readonly is: 'value'; readonly value: unknown; readonly reasons: readonly Reason[] }
  /** A pick's lines that hold just now. */
  | { readonly is: 'lines'; readonly holding: ReadonlySet<string> };

export function newEntity(kind: Kind, id: string, keys: Readonly<Record<string, unknown>>): Entity {
  return {
    kind,
    id,
    key: `${kind.name}:${id}`,
    fed: new Map(),
    values: { ...keys },
    found: new Map(),
    verdicts: new Map(),
    seen: new Map(),
    flagged: 0,
    due: Number.POSITIVE_INFINITY,
  };
}

export function verdictOf(entity: Entity, rule: string): Verdict {
  let verdict = entity.verdicts.get(rule);
  if (!verdict) {
    verdict = {
      value: undefined,
      published: undefined,
      decisions: 0,
      last: undefined,
      inputs: undefined,
      waiting: false,
      ran: undefined,
      failing: false,
      deadline: undefined,
      finding: { is: 'nothing' },
      dueSince: undefined,
      names: new Set(),
      turned: new Map(),
    };
    entity.verdicts.set(rule, verdict);
  }
  return verdict;
}
