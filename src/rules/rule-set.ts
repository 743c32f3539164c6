/** The rule set as written: every definition, normalised, with its place in the files. */

import type { Millis } from '../core/units.ts';
import type { AggregateOptions } from '../models/aggregate.ts';
import type { ScreenOptions } from '../models/screen.ts';
import type { EventCatalogue, EventType } from './event-catalogue.ts';
import type { LocatedScalar } from './located.ts';
import type { Settings } from './plan.ts';
import type { ReportDefinition } from './report-definition.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { RuleTest } from './rule-test.ts';

export interface RuleSet {
  /** SHA-256 (hex, first 16) of everything but comments, formatting and tests. */
  readonly hash: string;
  readonly settings: Settings;
  readonly kinds: readonly KindDefinition[];
  readonly events: EventCatalogue;
  /** The operators' own types. */
  readonly ownEvents: readonly EventType[];
  readonly features: readonly FeatureDefinition[];
  readonly rules: readonly RuleDefinition[];
  readonly reports: readonly ReportDefinition[];
  readonly tests: readonly RuleTest[];
}

/** A kind of entity: what events are about. */
export interface KindDefinition {
  readonly name: string;
  readonly key: readonly string[];
  readonly shared: boolean;
  readonly place: LocatedScalar;
}

export type FeatureDefinition =
  | AggregateFeature
  | CalcFeature
  | GroupFeature
  | LookupFeature
  | ScreenFeature
  | LearnedFeature
  | ResponseFeature
  | DetectorFeature;

interface FeatureBase {
  readonly kind: string;
  readonly name: string;
  readonly place: LocatedScalar;
}

/** Kept up to date from events. */
export interface AggregateFeature extends FeatureBase {
  readonly type: 'aggregate';
  /** Name in the catalogue of aggregates. */
  readonly aggregate: string;
  readonly options: AggregateOptions;
  readonly sources: readonly EventSource[];
  /** The fed value; absent for count, since and pairs. */
  readonly value?: LocatedScalar;
  /** What a report says that corrects the sum. */
  readonly corrected?: LocatedScalar;
  /** `latest`: the fields of each row. */
  readonly fields?: readonly LocatedScalar[];
  readonly where?: LocatedScalar;
  /** Which of those that count a detector learns from. */
  readonly usual?: LocatedScalar;
  /** Lists whose elements are taken one at a time: of each event type the first that it has. */
  readonly each?: readonly LocatedScalar[];
  /** `once:` or `match:`. */
  readonly key?: LocatedScalar;
  /** The key may be an address, which is kept cut to its network and told nowhere. */
  readonly coarseKey?: boolean;
  readonly default: unknown;
}

/** An event type that feeds a feature. */
export interface EventSource {
  readonly type: LocatedScalar;
  /** Position in `on:`; for pairs 0 = from, 1 = to, for ratios 1 = `per`, for corrected sums 1 = `by`. */
  readonly rank: number;
}

/** Computed from other features of the same entity. */
export interface CalcFeature extends FeatureBase {
  readonly type: 'calc';
  readonly expression: LocatedScalar;
  readonly default: unknown;
}

/** Over the entities of another kind. */
export interface GroupFeature extends FeatureBase {
  readonly type: 'group';
  readonly verb: 'rows' | 'sum' | 'count' | 'avg' | 'min' | 'max' | 'tally';
  readonly child: LocatedScalar;
  /** `rows`: what each row holds. */
  readonly fields: readonly LocatedScalar[];
  /** What is added up or counted; absent for count and rows. */
  readonly value?: LocatedScalar;
  readonly by: readonly LocatedScalar[];
  readonly where?: LocatedScalar;
  /** The first so many rows in this order; the database answers it when a report asks. */
  readonly top?: number;
  readonly order?: LocatedScalar;
  /** So many entities of each name, from the database too. */
  readonly sample?: number;
}

/** A feature of a shared entity, as its owner told it last. */
export interface LookupFeature extends FeatureBase {
  readonly type: 'lookup';
  readonly field: LocatedScalar;
  readonly of: LocatedScalar;
  readonly default: unknown;
}

/** Tells fraudulent events from others before they feed anything. */
export interface ScreenFeature extends FeatureBase {
  readonly type: 'screen';
  readonly event: LocatedScalar;
  readonly options: ScreenOptions;
  /** The event by which a producer takes one back. */
  readonly flagged?: LocatedScalar;
  /** What one cost. */
  readonly spent?: LocatedScalar;
}

/** The chance of an outcome, learned from the entities whose outcome is known. */
export interface LearnedFeature extends FeatureBase {
  readonly type: 'learned';
  readonly outcome: LocatedScalar;
  readonly lost?: LocatedScalar;
  /** Features and results of the same kind. */
  readonly inputs: readonly LocatedScalar[];
  readonly horizon: Millis;
}

/** What is unusual about a channel, given what its response expects. */
export interface DetectorFeature extends FeatureBase {
  readonly type: 'detector';
  /** Name in the catalogue of detectors. */
  readonly detector: string;
  /** A feature with `forecast: cpa`. */
  readonly given: LocatedScalar;
  readonly clicks: LocatedScalar;
  /** What a click cost. */
  readonly spent?: LocatedScalar;
  readonly outcomes?: LocatedScalar;
  /** The field that is the same where clicks are repeated. */
  readonly same?: LocatedScalar;
  readonly where?: LocatedScalar;
  /** Which of those that count say what is usual. */
  readonly usual?: LocatedScalar;
}

/** What money buys: the cost per application of the next hour, learned from clicks and what came of them. */
export interface ResponseFeature extends FeatureBase {
  readonly type: 'response';
  /** The event of a click, and what it cost. */
  readonly clicks: LocatedScalar;
  readonly spent: LocatedScalar;
  /** Which clicks count. */
  readonly where?: LocatedScalar;
  /** The event of an application. */
  readonly outcomes: LocatedScalar;
  /** The field of both that names the click. */
  readonly match?: LocatedScalar;
  /** Events whose elements say what is meant to be spent in the hours to come: shows what the channel cannot spend. */
  readonly plan?: {
    readonly type: LocatedScalar;
    readonly each: LocatedScalar;
    readonly hours: LocatedScalar;
  };
  /** A feature: applications per click of what is alike, where little is known. */
  readonly prior?: LocatedScalar;
}

/** Whether the feature is answered when a report asks, so that nothing else may read it. */
export function isQuery(feature: FeatureDefinition): boolean {
  return feature.type === 'group' && (feature.top !== undefined || feature.sample !== undefined);
}
