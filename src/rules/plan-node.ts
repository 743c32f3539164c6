/** The nodes of a plan: what is computed for an entity, each from the ones before it. */

import type { Millis } from '../core/units.ts';
import type { Accumulator } from '../models/accumulator.ts';
import type { Aggregate } from '../models/aggregate.ts';
import type { MarketDetector } from '../models/alarms/market-detector.ts';
import type { Learner } from '../models/learned/learner.ts';
import type { Mergeable } from '../models/mergeable.ts';
import type { ScreenOptions } from '../models/screen.ts';
import type { Expression } from './expression/expression.ts';
import type { RulePlan } from './rule-plan.ts';

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
  /** The event that takes one back. */
  readonly flagged?: string;
  /** The field of its cost. */
  readonly spent?: string;
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
  /** Whether the event says what is usual; absent: it does. */
  readonly usual?: Expression;
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
