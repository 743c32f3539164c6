/** The compiled rule set: what `step` runs; everything is resolved: slots, order, closures, durations. */

import type { BudgetKey } from '../core/action.ts';
import type { Interval } from '../core/interval.ts';
import type { Subscription } from '../core/subscription.ts';
import type { Millis } from '../core/units.ts';
import type { Accumulator } from '../models/accumulator.ts';
import type { Aggregate } from '../models/aggregate.ts';
import type { MarketDetector } from '../models/alarms/market-detector.ts';
import type { Learner } from '../models/learned/learner.ts';
import type { Mergeable } from '../models/mergeable.ts';
import type { ScreenOptions } from '../models/screen.ts';
import type { EventCatalogue } from './event-catalogue.ts';
import type { Expression } from './expression/expression.ts';
import type { ThenPlan } from './then-plan.ts';

export interface Plan {
  /** SHA-256 (hex, first 16) of the canonical rule set. */
  readonly hash: string;
  readonly settings: Settings;
  readonly events: EventCatalogue;
  /** Local kinds, children before the parents that group over them; then shared kinds, their parts and copies. */
  readonly kinds: readonly KindPlan[];
  readonly kindOf: ReadonlyMap<string, KindPlan>;
  readonly queries: readonly QueryPlan[];
  /** What each feature and rule is made of, in its own kind and in others: `lead.conversion` → `lead.engagement_score`, … */
  readonly reads: ReadonlyMap<string, readonly string[]>;
  /** By name. */
  readonly reports: ReadonlyMap<string, ReportPlan>;
}

/** JSON that is computed when somebody asks. */
export interface ReportPlan {
  readonly name: string;
  readonly description: string;
  /** `file:line` of the report. */
  readonly at: string;
  /** A short address of its own. */
  readonly path?: string;
  /** With a time asked for, features that look back exactly this far are counted over it instead. */
  readonly range?: Millis;
  /** Over one object with the values of the names it reads; `$now()` is the time of the question. */
  readonly expression: Expression;
}

export interface Settings {
  readonly timezone: string;
  readonly currency: string;
  readonly partitions: number;
  /** By kind: short names by which its lists are filtered and ordered → rules. */
  readonly lists: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly subscriptions: readonly Subscription[];
  /** The kill switch: false, and no action goes out without a person. */
  readonly automatic: boolean;
}

/**
 * local: its entities belong to one partition; shared: merged by the owner of the id from what every partition
 * sends; part: what a partition keeps of a shared entity (`source.part`); copy: what it last heard of one
 * (`source.copy`). examples, model: of a learned feature, the examples that its owner got last (`lead.chance.examples`)
 * and what it has learned from all of them (`lead.chance.model`).
 */
export type KindRole = 'local' | 'shared' | 'part' | 'copy' | 'examples' | 'model';

export interface KindPlan {
  readonly name: string;
  readonly index: number;
  readonly role: KindRole;
  /** The shared kind that a part or copy is of, or the learned feature (`lead.chance`); else its own name. */
  readonly of: string;
  /** Event fields that make the entity id, joined with `/`; the first one routes. */
  readonly key: readonly string[];
  /** Slot i holds the value of slots[i]: first the key fields, then features and rule results. */
  readonly slots: readonly string[];
  readonly slotOf: ReadonlyMap<string, number>;
  /** In dependency order: a node reads only slots of earlier nodes and keys. */
  readonly nodes: readonly Node[];
  /** dependents[slot] = indexes into nodes that read it. */
  readonly dependents: readonly (readonly number[])[];
  /** What each event type feeds, by type name; decision events as `decision.<rule>`. */
  readonly feeds: ReadonlyMap<string, readonly Feed[]>;
  /** Group features over this kind in other kinds (campaign's rows of channel). */
  readonly groups: readonly { readonly kind: number; readonly node: number }[];
  /** Indexes of the nodes that look at what owners told: of shared entities, or of what was learned. */
  readonly lookups: readonly number[];
  /** Slot of a feature called `timezone` / `currency`, or -1. */
  readonly zoneSlot: number;
  readonly currencySlot: number;
  /**
   * Names the durable form of entities: `layout.id` (8 hex) and one definition key per stateful node, in
   * node order; a node keeps its state over a rule change when its key is in both layouts.
   */
  readonly layout: Layout;
}

/** How often at most a partition tells others about an entity of a shared kind, in stream time. */
export const SHARED_INTERVAL: Millis = 10_000;

/** Whether operators may ask for entities of the kind, and history keeps them. */
export function isVisible(kind: KindPlan): boolean {
  return kind.role === 'local' || kind.role === 'shared';
}

/**
 * Whether all entities of the kind are in memory from the start on: which of them a step touches shows only while
 * it runs, so whoever starts a partition admits every stored record of these kinds first.
 */
export function isResident(kind: KindPlan): boolean {
  return kind.role !== 'local';
}

export interface Layout {
  readonly id: string;
  /** `<name>@<hash of the normalised definition>`, for aggregate, group and rule nodes, in node order. */
  readonly keys: readonly string[];
}

export type Node =
  | AggregateNode
  | CalcNode
  | GroupNode
  | RuleNode
  | LookupNode
  | MergedNode
  | ContributionNode
  | BroadcastNode
  | FedNode
  | GatheredNode
  | SendNode
  | CopyNode
  | ScreenNode
  | LearnedNode
  | ResponseNode
  | DetectorNode
  | ExamplesNode
  | ModelNode
  | ActionsNode;

interface NodeBase {
  readonly name: string;
  /** -1 where the node has no value that others read. */
  readonly slot: number;
  /** Definition key, see Layout. */
  readonly definition: string;
  /** Index among the stateful nodes (into Entity.states), -1 for calc. */
  readonly state: number;
}

export interface AggregateNode extends NodeBase {
  readonly type: 'aggregate';
  readonly aggregate: Aggregate;
  /** Value while the aggregate is absent. */
  readonly default: unknown;
  /** It counts days of the entity's own time zone. */
  readonly local: boolean;
}

export interface CalcNode extends NodeBase {
  readonly type: 'calc';
  readonly expression: Expression;
  readonly default: unknown;
}

/** Rows of a child kind, kept in the parent as absolute values: replaced, never added. */
export interface GroupNode extends NodeBase {
  readonly type: 'group';
  readonly child: number;
  /** Child slots copied into the parent, in this order. */
  readonly fields: readonly { readonly name: string; readonly slot: number }[];
  /** rows: list of objects; others aggregate the first field (count: the number of rows). */
  readonly verb: 'rows' | 'sum' | 'count' | 'avg' | 'min' | 'max';
  /** Over the child's features: rows that do not hold are left out. */
  readonly where?: Expression;
}

/** A feature of a shared entity as its copy has it, read again whenever the reader is evaluated. */
export interface LookupNode extends NodeBase {
  readonly type: 'lookup';
  /** The shared kind. */
  readonly of: string;
  readonly field: string;
  /** Slots that hold the key of the shared entity; none for a kind without a key. */
  readonly by: readonly number[];
  readonly default: unknown;
}

/** A feature of a shared entity: what the parts of all partitions make together. */
export interface MergedNode extends NodeBase {
  readonly type: 'merged';
  readonly keeper: Mergeable;
  readonly default: unknown;
}

/** The actions of an entity: those that are open, and the last ones that were decided; outlives the rules' changes. */
export interface ActionsNode extends NodeBase {
  readonly type: 'actions';
}

/** What an entity gives to a feature of the shared entity that it belongs to. */
export interface ContributionNode extends NodeBase {
  readonly type: 'contribution';
  /** The part kind, and the index of the gathered node in it. */
  readonly into: { readonly kind: string; readonly node: number };
  /** Slots that hold the key of the shared entity. */
  readonly by: readonly number[];
  readonly where?: Expression;
  /** Absent: that it belongs is all it gives. */
  readonly value?: Expression;
  /** The slots of a row, instead of a value. */
  readonly fields?: readonly number[];
}

/** Tells every partition the features of a shared entity that local kinds read. */
export interface BroadcastNode extends NodeBase {
  readonly type: 'broadcast';
  readonly fields: readonly { readonly name: string; readonly slot: number }[];
}

/** In a part: what this partition's events and decisions fed. */
export interface FedNode extends NodeBase {
  readonly type: 'fed';
  readonly aggregate: Aggregate & Mergeable;
  /** Its name in the catalogue of aggregates. */
  readonly verb: string;
  readonly window?: Millis;
}

/** In a part: what the entities of this partition gave. */
export interface GatheredNode extends NodeBase {
  readonly type: 'gathered';
  readonly accumulator: Accumulator;
  /** Names the contributions that go in, for as long as their meaning stays the same. */
  readonly giver: string;
}

/** The last of a part: sends what changed to the owner. */
export interface SendNode extends NodeBase {
  readonly type: 'send';
}

/** Judges events before they feed anything; its value is how many it found to be fraud. */
export interface ScreenNode extends NodeBase {
  readonly type: 'screen';
  readonly event: string;
  readonly options: ScreenOptions;
}

/** The only one of a copy: what the owner told last. */
export interface CopyNode extends NodeBase {
  readonly type: 'copy';
}

/** The chance of an outcome, as the copy of the model has it; gives the model an example when the outcome is known. */
export interface LearnedNode extends NodeBase {
  readonly type: 'learned';
  /** `<kind>.<feature>`: names the model, and the partition that learns. */
  readonly model: string;
  readonly outcome: Expression;
  /** Nothing is to be expected any more. */
  readonly lost?: Expression;
  readonly inputs: readonly { readonly name: string; readonly slot: number }[];
  /** What has not come by then counts as not come. */
  readonly horizon: Millis;
}

/** Ranks of what feeds a response: clicks, applications, and what is meant to be spent in the hours to come. */
export const CLICK = 0;
export const OUTCOME = 1;
export const PLAN = 2;

/** What money buys, learned from clicks and what came of them; told at the end of each hour. */
export interface ResponseNode extends NodeBase {
  readonly type: 'response';
  /** `<kind>.<feature>`: names it in metrics. */
  readonly model: string;
  /** Slot of a feature with the applications per click of what is alike. */
  readonly prior?: number;
}

/** What is unusual about a channel, given its response. */
export interface DetectorNode extends NodeBase {
  readonly type: 'detector';
  readonly detector: MarketDetector;
  /** Slot of the response. */
  readonly response: number;
}

/** The only one of its kind, at the owner: the examples of late, and who sent how many. */
export interface ExamplesNode extends NodeBase {
  readonly type: 'examples';
}

/** The only one of its kind, at the owner: what was learned. */
export interface ModelNode extends NodeBase {
  readonly type: 'model';
  readonly learner: Learner;
}

/** A feature that the database answers when a report asks. */
export interface QueryPlan {
  /** The shared kind it belongs to, and its name there. */
  readonly kind: string;
  readonly name: string;
  /** The kind whose entities it lists. */
  readonly child: string;
  /** Their features that give the key of the shared entity; none for a kind without a key. */
  readonly by: readonly string[];
  readonly where?: Expression;
  readonly select:
    | {
        readonly type: 'top';
        readonly top: number;
        readonly fields: readonly string[];
        /** A feature and the way into its value. */
        readonly order: { readonly path: readonly string[]; readonly descending: boolean };
      }
    /** So many entities of each name that `value` gives; the counts are the feature's own value. */
    | { readonly type: 'sample'; readonly sample: number; readonly value: Expression };
}

/** One way by which an event type feeds an aggregate. */
export interface Feed {
  /** Index into nodes. */
  readonly node: number;
  /** Position of the type in `on:`; for pairs 0 = from, 1 = to, for ratios 1 = `per`. */
  readonly rank: number;
  /** Field of the event whose array is taken one element at a time; the element's fields lie over the event's. */
  readonly each?: string;
  /** Over the event's fields. */
  readonly where?: Expression;
  /** Field of the event, or an expression over its fields; absent for count and since. */
  readonly value?: Expression;
  /** Field for `once` and `match`. */
  readonly key?: string;
}

export interface RuleNode extends NodeBase {
  readonly type: 'rule';
  readonly rule: RulePlan;
  /** Slots this rule reads, for explanations. */
  readonly reads: readonly number[];
}

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
