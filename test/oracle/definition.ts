/** What a rule set declares, as the oracle reads it: kinds, features and rules, in plain words. */

import type { Formula } from './formula.ts';
import type { LeftOut } from './left-out.ts';
import type { Template } from './template.ts';

export interface RuleSet {
  readonly zone: string;
  readonly currency: string;
  /** Local kinds, children before the parents that group over them. */
  readonly kinds: readonly Kind[];
  /** Shared kinds, those that give before those that are given to. */
  readonly shared: readonly Kind[];
  readonly reports: readonly Report[];
  readonly leftOut: LeftOut;
}

export interface Report {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly value: Formula;
}

export interface Kind {
  readonly name: string;
  readonly key: readonly string[];
  /** About all partitions together. */
  readonly shared: boolean;
  /** Features and rules in an order in which each comes after all that it reads. */
  readonly facts: readonly (Feature | Rule)[];
  /** Of the rule set: what this kind and others have that is not looked at. */
  readonly leftOut?: LeftOut;
}

export type Feature = Fed | Calculated | Grouped | Screen;

interface Named {
  readonly name: string;
  readonly otherwise: unknown;
}

export type Verb =
  | 'count'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'quantile'
  | 'ratios'
  | 'corrected'
  | 'last'
  | 'latest'
  | 'distinct'
  | 'since'
  | 'series'
  | 'tally'
  | 'pairs';

/** Fed by events. */
export interface Fed extends Named {
  readonly is: 'fed';
  readonly verb: Verb;
  readonly quantile: number;
  /** Event types by rank; for pairs rank 0 = from, 1 = to. */
  readonly on: readonly { readonly type: string; readonly rank: number }[];
  readonly value?: Formula;
  /** What an event of rank 1 says that corrects the sum. */
  readonly corrected?: Formula;
  readonly where?: Formula;
  /** `once` and `match`. */
  readonly key?: Formula;
  readonly each?: string;
  /** The list of reports about actions. */
  readonly eachOfReports?: string;
  readonly keep: number;
  readonly window?: number;
  readonly ago: number;
  readonly step?: number;
  /** Its window is a day of the entity's own zone. */
  readonly today: boolean;
  readonly unit: number;
  readonly until?: number;
}

/** Judges events before they feed anything. */
export interface Screen extends Named {
  readonly is: 'screen';
  readonly event: string;
  readonly duplicate: number;
  readonly burst: number;
  readonly within: number;
  /** The event that takes a click back, and the field of what one costs. */
  readonly flagged?: string;
  readonly spent?: string;
}

export interface Calculated extends Named {
  readonly is: 'calc';
  readonly formula: Formula;
}

/** Over the entities of a child kind, or of any kind for a shared one. */
export interface Grouped extends Named {
  readonly is: 'group';
  readonly of: string;
  /** The child's fields that make the parent's id; none: there is only one. */
  readonly by: readonly string[];
  readonly verb: 'rows' | 'count' | 'sum' | 'avg' | 'min' | 'max' | 'tally';
  readonly fields: readonly string[];
  readonly value?: Formula;
  readonly where?: Formula;
  /** Of a tally: what is listed with 0. */
  readonly names: readonly string[];
  /** The first of many, asked for by reports alone. */
  readonly top?: number;
  readonly order?: Formula;
  /** Of a tally: how many a report shows of each name. */
  readonly sample?: number;
}

export interface Rule {
  readonly is: 'rule';
  readonly name: string;
  readonly version: number;
  readonly mode: 'live' | 'shadow';
  readonly params: Readonly<Record<string, unknown>>;
  readonly when?: Formula;
  /** Milliseconds, or once in each hour or day of the clock. */
  readonly every?: number | 'hour' | 'day';
  readonly hold: number;
  readonly changeOver: number;
  readonly shape: Factors | Pick | Allocate | Value;
  /** Every feature any of its expressions reads. */
  readonly reads: readonly string[];
}

export interface Factors {
  readonly is: 'factors';
  readonly factors: readonly {
    readonly name: string;
    readonly formula: Formula;
    readonly min?: number;
    readonly max?: number;
  }[];
  readonly clamp?: readonly [number, number];
  readonly classes?: readonly { readonly class: string; readonly above?: number; readonly from?: number }[];
}

export interface Pick {
  readonly is: 'pick';
  readonly onePer?: string;
  readonly lines: readonly {
    readonly name: string;
    readonly when: Formula;
    /** Once listed, the line stays until this is true. */
    readonly until?: Formula;
    readonly fields: readonly (readonly [key: string, text: Template])[];
    readonly reads: readonly string[];
  }[];
}

export interface Allocate {
  readonly is: 'allocate';
  readonly total: Formula;
  readonly among: string;
  /** The row's field that names it. */
  readonly label: string;
  readonly current: Formula;
  readonly weight: Formula;
  readonly minShare: number;
  readonly maxShare: number;
  readonly maxChange: number;
  readonly smallestMove: number;
  /** Absent: nobody has to approve. */
  readonly approve?: { readonly expires: number; readonly autoWhen?: Formula };
  readonly action: string;
}

export interface Value {
  readonly is: 'value';
  readonly formula: Formula;
}
