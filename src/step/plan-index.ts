/** What step derives once per plan: which entities an event type touches, and scratch space for evaluations. */

import { entityId } from '../core/entity-key.ts';
import type { WeirEvent } from '../core/event.ts';
import type { KindPlan, Plan } from '../rules/plan.ts';
import type { Feed, GroupNode, ScreenNode } from '../rules/plan-node.ts';

/** Marks of a pending node: something it reads changed, or only its own time has come. */
export const CHANGED = 1;
export const WOKEN = 2;

/** How one event type touches one kind. */
export interface Use {
  readonly kind: KindPlan;
  /** Feeds of the event itself; its fields must hold the whole key. */
  readonly direct: readonly Feed[];
  /** Feeds of the elements of an array field, by field. */
  readonly each: readonly { readonly field: string; readonly feeds: readonly Feed[] }[];
}

export interface PlanIndex {
  /** By event type, then by the field the event is routed by. */
  readonly uses: Map<string, Map<string, readonly Use[]>>;
  /** Parts that an event type or a decision feeds. */
  readonly parts: Map<string, readonly Use[]>;
  /** Screens that events of a type pass. */
  readonly screens: Map<string, readonly Screening[]>;
  /** Screens of which events of a type take something back. */
  readonly flags: Map<string, readonly Screening[]>;
  /** Nodes to compute, by kind; shared by all evaluations, all zero between them. */
  readonly pending: readonly Uint8Array[];
  /** What aggregates that were never fed amount to, by kind and state; they have no state in memory. */
  readonly blanks: readonly (readonly (Blank | undefined)[])[];
  /** By kind and slot the places of the kind's groups whose rows show it. */
  readonly rows: readonly (readonly (readonly number[])[])[];
}

/** A screen, and where its node stands. */
export interface Screening {
  readonly kind: KindPlan;
  readonly node: ScreenNode;
  readonly index: number;
}

export interface Blank {
  readonly value: unknown;
  /** As in a record. */
  readonly encoded: unknown;
}

const indexes = new WeakMap<Plan, PlanIndex>();

export function planIndex(plan: Plan): PlanIndex {
  let index = indexes.get(plan);
  if (!index) {
    index = {
      uses: new Map(),
      parts: new Map(),
      screens: new Map(),
      flags: new Map(),
      pending: plan.kinds.map((kind) => new Uint8Array(kind.nodes.length)),
      blanks: plan.kinds.map(blanksOf),
      rows: plan.kinds.map((kind) => rowsOf(plan, kind)),
    };
    indexes.set(plan, index);
  }
  return index;
}

function blanksOf(kind: KindPlan): (Blank | undefined)[] {
  const blanks: (Blank | undefined)[] = [];
  for (const node of kind.nodes) {
    if (node.type !== 'aggregate') continue;
    const state = node.aggregate.create();
    const value = node.aggregate.value(state, 0) ?? node.default;
    blanks[node.state] = { value, encoded: node.aggregate.encode(state) };
  }
  return blanks;
}

function rowsOf(plan: Plan, { slots, groups }: KindPlan): number[][] {
  return slots.map((_, slot) =>
    [...groups.keys()].filter((place) => {
      const { kind, node } = groups[place] as KindPlan['groups'][number];
      const { fields, where } = (plan.kinds[kind] as KindPlan).nodes[node] as GroupNode;
      // what a condition reads may be anything
      return where !== undefined || fields.some((field) => field.slot === slot);
    }),
  );
}

/** The kinds an event touches, children before parents: those whose key starts with the field it is routed by. */
export function usesOf(plan: Plan, event: WeirEvent): readonly Use[] {
  const { type, data } = event;
  const { uses } = planIndex(plan);
  let byField = uses.get(type);
  if (byField === undefined) {
    byField = new Map();
    uses.set(type, byField);
  }
  let field = '';
  for (const name of routesOf(plan, type)) {
    if (data[name] === undefined) continue;
    field = name;
    break;
  }
  let found = byField.get(field);
  if (found === undefined) {
    found = plan.kinds
      .filter((kind) => kind.role === 'local' && kind.key[0] === field)
      .map((kind) => makeUse(kind, type));
    byField.set(field, found);
  }
  return found;
}

/** What becomes of an action is about what the action was about, see `hearOutcome`. */
function routesOf({ kinds, events }: Plan, type: string): readonly string[] {
  if (!type.startsWith('action.')) return events.get(type)?.route ?? [];
  return kinds.flatMap(({ role, key }) => (role === 'local' ? key.slice(0, 1) : []));
}

/** The screens that an event type passes, of kinds that its events can name. */
export function screensOf(plan: Plan, type: string): readonly Screening[] {
  return screeningsOf(plan, planIndex(plan).screens, type, ({ event }) => event);
}

/** The screens whose clicks events of a type may take back. */
export function flagsOf(plan: Plan, type: string): readonly Screening[] {
  return screeningsOf(plan, planIndex(plan).flags, type, ({ flagged }) => flagged);
}

function screeningsOf(
  plan: Plan,
  known: Map<string, readonly Screening[]>,
  type: string,
  eventOf: (node: ScreenNode) => string | undefined,
): readonly Screening[] {
  let found = known.get(type);
  if (found === undefined) {
    found = plan.kinds.flatMap((kind) =>
      kind.nodes.flatMap((node, index) =>
        node.type === 'screen' && eventOf(node) === type ? [{ kind, node, index }] : [],
      ),
    );
    known.set(type, found);
  }
  return found;
}

/** The parts that events of a type, or decisions as `decision.<rule>`, feed. */
export function partUses(plan: Plan, type: string): readonly Use[] {
  const { parts } = planIndex(plan);
  let found = parts.get(type);
  if (found === undefined) {
    found = plan.kinds
      .filter((kind) => kind.role === 'part' && kind.feeds.has(type))
      .map((kind) => makeUse(kind, type));
    parts.set(type, found);
  }
  return found;
}

function makeUse(kind: KindPlan, type: string): Use {
  const feeds = kind.feeds.get(type) ?? [];
  const fields = new Set(feeds.flatMap((feed) => (feed.each === undefined ? [] : [feed.each])));
  return {
    kind,
    direct: feeds.filter((feed) => feed.each === undefined),
    each: [...fields].map((field) => ({ field, feeds: feeds.filter((feed) => feed.each === field) })),
  };
}

/** The id of the entity that an event's (or element's) fields name; undefined when a key field is missing. */
export function idFrom(kind: KindPlan, fields: Readonly<Record<string, unknown>>): string | undefined {
  if (kind.key.length === 1) {
    const value = fields[kind.key[0] as string];
    return typeof value === 'string' ? value : undefined;
  }
  const values: string[] = [];
  for (const name of kind.key) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof value !== 'string') return undefined;
    values.push(value);
  }
  return entityId(values);
}

/** The elements of an event's array field, each with the event's own fields beneath its own. */
export function elementsOf(event: WeirEvent, field: string): Record<string, unknown>[] {
  const list = event.data[field];
  if (!Array.isArray(list)) return [];
  return list
    .filter((element) => typeof element === 'object' && element !== null && !Array.isArray(element))
    .map((element) => ({ ...event.data, ...(element as object) }));
}
