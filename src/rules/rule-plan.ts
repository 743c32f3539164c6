/** A rule as it is run: its shape with every expression compiled. */

import type { BudgetKey } from '../core/action.ts';
import type { Interval } from '../core/interval.ts';
import type { Millis } from '../core/units.ts';
import type { Expression } from './expression/expression.ts';
import type { ThenPlan } from './then-plan.ts';

export interface RulePlan {
  readonly name: string;
  readonly version: number;
  readonly mode: 'live' | 'shadow';
  readonly kind: string;
  readonly owner: string;
  readonly description: string;
  /** `file:line` of the rule. */
  readonly at: string;
  /** False or absent data: the rule does not apply and its result is withdrawn. */
  readonly when?: Expression;
  /** At most one run per interval (counted from a run in which `when` held). */
  readonly every?: Interval;
  /** A publication must stay due this long first; for picks each name by itself, in both directions. */
  readonly hold?: Millis;
  readonly publish: { readonly changeOver: number };
  readonly shape: FactorsShape | PickShape | AllocateShape | ValueShape;
  /** Its decisions propose actions. */
  readonly acting?: ThenPlan;
}

/** A template or plain text of a pick line: literal, or text with {{expressions}}. */
export type Text = string | Expression;

export interface FactorsShape {
  readonly type: 'factors';
  readonly factors: readonly {
    readonly name: string;
    readonly expression: Expression;
    readonly max?: number;
    readonly min?: number;
    readonly reads: readonly number[];
  }[];
  readonly clamp?: readonly [number, number];
  readonly classes?: readonly { readonly class: string; readonly above?: number; readonly from?: number }[];
}

export interface PickShape {
  readonly type: 'pick';
  readonly onePer?: string;
  /** Some line has `until`, so that what is listed depends on what was listed before. */
  readonly lasting: boolean;
  readonly lines: readonly {
    readonly name: string;
    readonly when: Expression;
    /** A line that is listed stays until this is true. */
    readonly until?: Expression;
    /** Other keys of the line (severity, message, title …), in file order. */
    readonly fields: readonly { readonly key: string; readonly text: unknown | Expression }[];
    readonly reads: readonly number[];
  }[];
}

export interface ValueShape {
  readonly type: 'value';
  readonly expression: Expression;
}

/** Divides a total among the rows of a feature, within limits, to the cent. */
export interface AllocateShape {
  readonly type: 'allocate';
  readonly total: Expression;
  /** What of the total no row has; absent: nothing, and nothing may be kept back. */
  readonly reserve?: Expression;
  /** Slot of a rows feature; its first field names the row. */
  readonly among: number;
  readonly rowName: string;
  /** `campaign_id`: the rows are campaigns that share the total, whatever they have at present. */
  readonly rowKey: BudgetKey;
  /** Over the row's fields: milliseconds before which, and from which on, it gets nothing. */
  readonly starts?: Expression;
  readonly ends?: Expression;
  /** Over the row's fields: the amount in force. */
  readonly current: Expression;
  /** Over the row's fields: it gets its part in proportion to this. */
  readonly weight?: Expression;
  /** It gets so much that the next euro brings the same everywhere, as far as that is learned. */
  readonly marginal?: MarginalShape;
  readonly limits: {
    /** Shares are ratios 0..1 of the total, or expressions over the row's fields; changes are ratios of what it has. */
    readonly minShare: number | Expression;
    readonly maxShare: number | Expression;
    readonly maxChange: number;
    readonly smallestMove: number;
    /** After a proposal none is made for so long. */
    readonly coolDown?: Millis;
  };
  readonly reads: readonly number[];
}

/** How money is shared out by what it buys. Expressions are over the row's fields, but for target and objective. */
export interface MarginalShape {
  /** Field of the row, or of its parts, that holds the value of a response. */
  readonly response: string;
  /** Field of the row that lists its parts. */
  readonly within?: string;
  /** Currency units spent today. */
  readonly spent?: Expression;
  /** The row keeps no more than the probe. */
  readonly paused?: Expression;
  /** Conversions per application. */
  readonly conversions?: Expression;
  /** Over the entity: currency units. */
  readonly targetCpa?: Expression;
  /** A word, or an expression over the entity that gives one, or what an application and a conversion are worth. */
  readonly objective:
    | 'applications'
    | 'conversions'
    | 'target_cpa'
    | { readonly applications: number; readonly conversions: number }
    | Expression;
  /** Share of the total that a row in alarm or paused keeps. */
  readonly probe: number;
  /** How much of what is not known of a rate is tried out, 0..1. */
  readonly explore: number;
}
