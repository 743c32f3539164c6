/** The compiled rule set: what `step` runs; everything is resolved: slots, order, closures, durations. */

import type { Subscription } from '../core/subscription.ts';
import type { Millis } from '../core/units.ts';
import type { EventCatalogue } from './event-catalogue.ts';
import type { Expression } from './expression/expression.ts';
import type { Feed, Node, QueryPlan } from './plan-node.ts';

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
