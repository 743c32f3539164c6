/** Puts compiled nodes together to the plans of their kinds, and of the parts and copies of shared ones. */

import { canonicalHash } from './canonical.ts';
import { learnedKinds } from './learned-kinds.ts';
import { readsByName } from './lookup-loops.ts';
import type { NodeDraft } from './node-draft.ts';
import type { KindPlan, KindRole } from './plan.ts';
import type { Feed, Node } from './plan-node.ts';
import type { KindDefinition } from './rule-set.ts';

export interface CompiledKind {
  readonly kind: KindDefinition;
  /** Key fields, then the nodes in dependency order. */
  readonly slotOf: ReadonlyMap<string, number>;
  readonly nodes: readonly NodeDraft[];
}

/** A node that lacks its state, and what it is to be told of. */
interface Placed {
  readonly node: Omit<Node, 'state'>;
  readonly reads: readonly number[];
  readonly feeds: NodeDraft['feeds'];
}

/** The plans in the order of the kinds, followed by those of parts and copies. */
export function makeKindPlans(kinds: readonly CompiledKind[]): KindPlan[] {
  const meanings = meaningsOf(kinds);
  const ordered = new Map(kinds.map((compiled) => [compiled.kind.name, inOrder(compiled, meanings)]));
  const plans: KindPlan[] = [];
  const add = (
    kind: KindDefinition,
    role: KindRole,
    slotOf: ReadonlyMap<string, number>,
    placed: Placed[],
  ) => {
    const name = role === 'part' || role === 'copy' ? `${kind.name}.${role}` : kind.name;
    plans.push(kindPlan({ name, of: kind.name, role, index: plans.length, key: kind.key }, slotOf, placed));
  };
  const told = toldFeatures(kinds);
  const homes = homesIn(kinds);
  for (const { kind, slotOf } of kinds) {
    const own = ordered.get(kind.name) as NodeDraft[];
    const placed = own.map((draft) => place(draft, slotOf));
    for (const [shared, drafts] of ordered) placed.push(...contributions(kind.name, shared, drafts));
    const fields = [...(told.get(kind.name) ?? [])];
    if (fields.length > 0) placed.push(broadcast(fields, slotOf));
    if (homes.has(kind.name)) placed.unshift(slotless(ACTIONS));
    add(kind, kind.shared ? 'shared' : 'local', slotOf, placed);
  }
  for (const { kind } of kinds) {
    const keys = new Map(kind.key.map((name, slot) => [name, slot]));
    const parts = (ordered.get(kind.name) as NodeDraft[]).filter((draft) => draft.part);
    if (parts.length > 0) add(kind, 'part', keys, [...parts.map(partNode), sendNode(parts)]);
    if (told.has(kind.name))
      add(kind, 'copy', keys, [slotless({ type: 'copy', name: 'copy', definition: 'copy' })]);
  }
  for (const drafts of ordered.values())
    for (const { node } of drafts)
      if (node.type === 'learned')
        for (const { role, nodes } of learnedKinds(node)) {
          const head = { name: `${node.model}.${role}`, of: node.model, role, index: plans.length, key: [] };
          plans.push(
            kindPlan(
              head,
              new Map(),
              nodes.map((own) => slotless(own)),
            ),
          );
        }
  return plans.map((plan) => ({ ...plan, groups: groupsOver(plan.index, plans) }));
}

/** The drafts by slot, each named by all it means. */
function inOrder({ kind, slotOf, nodes }: CompiledKind, meanings: ReadonlyMap<string, string>): NodeDraft[] {
  const byName = new Map(nodes.map((draft) => [draft.name, draft]));
  return [...slotOf.keys()].slice(kind.key.length).map((name) => {
    const draft = byName.get(name) as NodeDraft;
    const definition = meanings.get(`${kind.name}.${name}`) ?? draft.node.definition;
    if (draft.node.type === 'learned') return { ...draft, node: { ...draft.node, definition } };
    if (draft.part?.type !== 'gathered') return draft;
    const part = { ...draft.part, definition, giver: `${kind.name}.${definition}` };
    return { ...draft, node: { ...draft.node, definition }, part };
  });
}

/**
 * What entities give depends on the rules and features that it is made of: when one of them changes, the sums of
 * the old values must not go on, nor what was learned from them, so their names hold the definitions of everything they read.
 */
function meaningsOf(kinds: readonly CompiledKind[]): Map<string, string> {
  const drafts = new Map(kinds.map(({ kind, nodes }) => [kind.name, nodes]));
  const names = new Map(kinds.map(({ kind, slotOf }) => [kind.name, [...slotOf.keys()]]));
  const reads = readsByName(drafts, (kind, slot) => names.get(kind)?.[slot]);
  const definitions = new Map<string, string>();
  for (const [kind, nodes] of drafts)
    for (const { name, node } of nodes) definitions.set(`${kind}.${name}`, node.definition);
  const meanings = new Map<string, string>();
  for (const [kind, nodes] of drafts)
    for (const { name, node, gives } of nodes) {
      if (!gives && node.type !== 'learned') continue;
      const seen = new Set<string>([`${kind}.${name}`]);
      for (const at of seen) for (const read of reads.get(at) ?? []) seen.add(read);
      const read = [...seen].map((at) => [at, definitions.get(at) ?? '']).sort(byFirst);
      meanings.set(`${kind}.${name}`, `${name}@${canonicalHash([node.definition, read], 8)}`);
    }
  return meanings;
}

function byFirst(a: readonly string[], b: readonly string[]): number {
  return (a[0] as string) < (b[0] as string) ? -1 : 1;
}

/** The same under all rules, so that what is open stays open when they change; first, so that time ends it first. */
const ACTIONS = { type: 'actions', name: 'actions', definition: 'actions' } as const;

/** The kinds whose entities keep actions. */
function homesIn(kinds: readonly CompiledKind[]): Set<string> {
  const rules = kinds.flatMap(({ nodes }) =>
    nodes.flatMap(({ node }) => (node.type === 'rule' ? [node.rule] : [])),
  );
  return new Set(rules.flatMap(({ acting }) => (acting ? [acting.home] : [])));
}

/** Of each shared kind the features that local kinds look at. */
function toldFeatures(kinds: readonly CompiledKind[]): Map<string, Set<string>> {
  const told = new Map<string, Set<string>>();
  for (const { nodes } of kinds)
    for (const { node } of nodes)
      if (node.type === 'lookup') told.set(node.of, (told.get(node.of) ?? new Set()).add(node.field));
  return told;
}

function place(draft: NodeDraft, slotOf: ReadonlyMap<string, number>): Placed {
  const { node, name, reads, clocks = [], feeds, part } = draft;
  // a feature over decisions is fed by the rule, it does not read the result
  const fed = node.type === 'aggregate' || node.type === 'merged';
  const placed = { ...node, slot: slotOf.get(name) as number } as Placed['node'];
  return { node: placed, reads: fed ? clocks : reads, feeds: part ? [] : feeds };
}

function slotless(
  node: { type: Node['type']; name: string; definition: string },
  reads: readonly number[] = [],
): Placed {
  return { node: { ...node, slot: -1 } as Placed['node'], reads, feeds: [] };
}

/** What entities of `child` give to features of a shared kind. */
function contributions(child: string, shared: string, drafts: readonly NodeDraft[]): Placed[] {
  const parts = drafts.filter((draft) => draft.part);
  return parts.flatMap(({ part, gives, node }, index) => {
    if (part?.type !== 'gathered' || gives?.child !== child) return [];
    const into = { kind: `${shared}.part`, node: index };
    const given = {
      ...gives.node,
      type: 'contribution',
      name: `${shared}.${node.name}`,
      definition: part.giver,
      into,
    } as const;
    return [slotless(given, gives.slots)];
  });
}

function broadcast(names: readonly string[], slotOf: ReadonlyMap<string, number>): Placed {
  const fields = [...names].sort().map((name) => ({ name, slot: slotOf.get(name) as number }));
  const definition = `broadcast@${canonicalHash(
    fields.map((field) => field.name),
    8,
  )}`;
  const node = { type: 'broadcast', name: 'broadcast', definition, fields } as const;
  return slotless(
    node,
    fields.map((field) => field.slot),
  );
}

function partNode({ part, feeds }: NodeDraft): Placed {
  return { ...slotless(part as NonNullable<NodeDraft['part']>), feeds };
}

/** Its definition names all that it sends: with anything else it starts afresh, by sending everything. */
function sendNode(parts: readonly NodeDraft[]): Placed {
  const definitions = parts.map(({ part }) => part?.definition);
  return slotless({ type: 'send', name: 'send', definition: `send@${canonicalHash(definitions, 8)}` });
}

function kindPlan(
  head: Pick<KindPlan, 'name' | 'of' | 'role' | 'index' | 'key'>,
  slotOf: ReadonlyMap<string, number>,
  placed: readonly Placed[],
): KindPlan {
  const slots = [...slotOf.keys()];
  let state = 0;
  const nodes = placed.map(({ node }) => ({ ...node, state: node.type === 'calc' ? -1 : state++ }) as Node);
  const dependents: number[][] = slots.map(() => []);
  const feeds = new Map<string, Feed[]>();
  for (const [node, { reads, feeds: own }] of placed.entries()) {
    for (const slot of reads) dependents[slot]?.push(node);
    for (const { type, feed } of own) feeds.set(type, [...(feeds.get(type) ?? []), { node, ...feed }]);
  }
  const keys = nodes.filter((node) => node.state >= 0).map((node) => node.definition);
  const id = canonicalHash([head.name, head.key, keys], 8);
  return {
    ...head,
    slots,
    slotOf,
    nodes,
    dependents,
    feeds,
    groups: [],
    lookups: nodes.flatMap((node, index) =>
      node.type === 'lookup' || node.type === 'learned' ? [index] : [],
    ),
    zoneSlot: slotOf.get('timezone') ?? -1,
    currencySlot: slotOf.get('currency') ?? -1,
    layout: { id, keys },
  };
}

/** The group nodes of other kinds over the kind with this index. */
function groupsOver(child: number, plans: readonly KindPlan[]): KindPlan['groups'] {
  return plans.flatMap((plan) =>
    plan.nodes.flatMap((node, index) =>
      node.type === 'group' && node.child === child ? [{ kind: plan.index, node: index }] : [],
    ),
  );
}
