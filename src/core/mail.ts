/** Mail: what one partition tells others through its outbox; `post` appends it to their logs as control entries. */

import type { Millis } from './units.ts';

/** A partition by number, or every partition, the sender's own included. */
export type MailTarget = number | '*';

/** One piece of mail: where it goes, and the control entry as JSON. */
export type Mail = readonly [target: MailTarget, text: string];

/** What a partition knows of a shared entity: absolute states, so that the owner replaces and never adds. */
export interface SharedPartial {
  readonly type: 'shared.partial';
  readonly kind: string;
  readonly id: string;
  /** The sender. */
  readonly partition: number;
  readonly incarnation: number;
  /** Raised by each piece of mail of the sender: with the incarnation it tells the newer of two. */
  readonly seq: number;
  /** Stream time of the sender. */
  readonly time: Millis;
  /** Encoded states by definition key: those that changed since the last partial. */
  readonly states: Readonly<Record<string, unknown>>;
}

/** Features of a shared entity that local kinds read, told by its owner to every partition. */
export interface SharedChanged {
  readonly type: 'shared.changed';
  readonly kind: string;
  readonly id: string;
  readonly incarnation: number;
  readonly seq: number;
  /** Stream time of the owner. */
  readonly time: Millis;
  /** By feature; absent ones are left out. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What an entity has from now on of a total that it shares with others, told to the partition where it lies. */
export interface SharedBudget {
  readonly type: 'shared.budget';
  /** Of the rule that divided the total: `client`. */
  readonly kind: string;
  readonly id: string;
  readonly campaign_id: string;
  /** The action that was applied, its word, and the rule that proposed it. */
  readonly action_id: string;
  readonly action: string;
  readonly rule: string;
  /** Whole cents in currency units. */
  readonly budget: number;
  /** Stream time of the sender. */
  readonly time: Millis;
}

/** One entity whose outcome is known, for the owner of a learned feature. */
export interface LearnedExample {
  readonly type: 'learned.example';
  /** The feature: `<kind>.<name>`. */
  readonly kind: string;
  /** Definition key of the feature: an example of another definition is of no use. */
  readonly name: string;
  readonly partition: number;
  readonly incarnation: number;
  readonly seq: number;
  /** Stream time of the sender. */
  readonly time: Millis;
  /** null where there was nothing. */
  readonly inputs: readonly (number | string | null)[];
  readonly outcome: boolean;
  /** The probability that was predicted when the inputs were taken. */
  readonly told?: number;
}

/** Asks a partition to send everything again: all of it, or what goes to one owner. */
export interface SharedResend {
  readonly type: 'shared.resend';
  readonly owner?: number;
}

/**
 * What a partition knows of at all, told to everybody when it sends everything again: of any other shared entity it
 * knows nothing, whatever it said in an earlier incarnation, the end of which was lost.
 */
export interface SharedKnown {
  readonly type: 'shared.known';
  readonly partition: number;
  readonly incarnation: number;
  /** Ids by kind. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
}

/** An entity was erased: what lists of shared entities say of it until then goes, in every partition. */
export interface SharedErased {
  readonly type: 'shared.erased';
  readonly kind: string;
  readonly id: string;
  readonly time: Millis;
}
