/** What a change of rules can reach: whose meaning differs, and what a replay of those alone has to keep. */

import { canonicalText } from './canonical.ts';
import type { KindPlan, Plan } from './plan.ts';

/** Rules, by `kind.name`, that may decide otherwise: they, something they read, or what entities begin with differs. */
export function affectedRules(old: Plan, next: Plan): Set<string> {
  const [before, after] = [meanings(old), meanings(next)];
  const names = new Set([...before.keys(), ...after.keys()]);
  return new Set([...names].filter((name) => before.get(name) !== after.get(name)));
}

/**
 * The features and rules that these rules are made of, and for each of their kinds enough others that its entities
 * come into being with the same events.
 */
export function madeOf(plan: Plan, rules: Iterable<string>): Set<string> {
  const kept = new Set([...rules].filter((name) => plan.reads.has(name)));
  for (let size = -1; size !== kept.size; ) {
    size = kept.size;
    for (const name of kept) for (const read of readsOf(plan, name)) kept.add(read);
    for (const kind of plan.kinds) {
      // an entity of a shared kind comes into being with the first news of any of its features
      if (
        kind.role === 'shared' &&
        kind.nodes.some(({ type, name }) => type === 'rule' && kept.has(`${kind.name}.${name}`))
      )
        for (const { name, slot } of kind.nodes) if (slot >= 0) kept.add(`${kind.name}.${name}`);
      if (kind.role !== 'local' || !kind.slots.some((name) => kept.has(`${kind.name}.${name}`))) continue;
      for (const name of beginnings(kind, kept)) kept.add(`${kind.name}.${name}`);
    }
  }
  return kept;
}

/**
 * The same with everything about the kinds that come into it. A replay over a change of rules needs that: under the
 * new rules an entity is looked at first when anything about it happens, also what these rules do not read.
 */
export function madeOfKinds(plan: Plan, rules: Iterable<string>): Set<string> {
  let names = madeOf(plan, rules);
  for (let size = -1; size !== names.size; ) {
    size = names.size;
    const kinds = new Set([...names].map((name) => name.slice(0, name.indexOf('.'))));
    const all = [...plan.reads.keys()].filter((name) => kinds.has(name.slice(0, name.indexOf('.'))));
    names = madeOf(plan, [...names, ...all]);
  }
  return names;
}

function meanings(plan: Plan): Map<string, string> {
  const { timezone, currency, partitions } = plan.settings;
  const definitions = new Map<string, string>();
  for (const kind of plan.kinds)
    for (const node of kind.nodes)
      if (node.slot >= 0) definitions.set(`${kind.name}.${node.name}`, node.definition);
  const types = [...plan.events.types].map((type) => canonicalText(JSON.parse(JSON.stringify(type)))).sort();
  const about = canonicalText([timezone, currency, partitions, types]);
  const found = new Map<string, string>();
  for (const kind of plan.kinds)
    for (const node of kind.nodes) {
      if (node.type !== 'rule') continue;
      const name = `${kind.name}.${node.name}`;
      const made = [...closure(plan, name)].sort().map((read) => [read, definitions.get(read)]);
      const begins = [...kind.feeds.keys()].filter((type) => !type.startsWith('decision.')).sort();
      found.set(name, canonicalText([kind.key, node.rule.mode, made, begins, about]));
    }
  return found;
}

function closure(plan: Plan, name: string): Set<string> {
  const seen = new Set([name]);
  for (const at of seen) for (const read of readsOf(plan, at)) seen.add(read);
  return seen;
}

/** What a node reads, and the rules whose decisions feed it. */
function readsOf(plan: Plan, name: string): readonly string[] {
  return [...(plan.reads.get(name) ?? []), ...(decisionsRead(plan).get(name) ?? [])].filter((read) =>
    plan.reads.has(read),
  );
}

const decisionReads = new WeakMap<Plan, ReadonlyMap<string, string[]>>();

function decisionsRead(plan: Plan): ReadonlyMap<string, string[]> {
  const known = decisionReads.get(plan);
  if (known) return known;
  const kindOfRule = new Map(
    plan.kinds.flatMap((kind) =>
      kind.nodes.flatMap((node) => (node.type === 'rule' ? [[node.name, kind.name] as const] : [])),
    ),
  );
  const reads = new Map<string, string[]>();
  for (const kind of plan.kinds)
    for (const [type, feeds] of kind.feeds) {
      const rule = type.startsWith('decision.') ? type.slice('decision.'.length) : undefined;
      if (rule === undefined) continue;
      for (const { node } of feeds) {
        const fed = `${kind.of}.${(kind.nodes[node] as KindPlan['nodes'][number]).name}`;
        reads.set(fed, [...(reads.get(fed) ?? []), `${kindOfRule.get(rule)}.${rule}`]);
      }
    }
  decisionReads.set(plan, reads);
  return reads;
}

/** The event types that change anything under this set. */
export function typesRead(plan: Plan): Set<string> {
  const fed = plan.kinds.flatMap(({ feeds }) => [...feeds.keys()]);
  const acting = plan.events.types.filter(({ name, erases }) => erases || name.startsWith('anomaly.'));
  return new Set([...fed, ...acting.map(({ name }) => name)]);
}

/** Zone, currency and groups of a kind that is kept, and features for the event types that nothing kept is fed by. */
function beginnings(kind: KindPlan, kept: ReadonlySet<string>): string[] {
  const isKept = (node: KindPlan['nodes'][number]) => kept.has(`${kind.name}.${node.name}`);
  const wanted = kind.nodes
    .filter((node) => node.type === 'group' || node.slot === kind.zoneSlot || node.slot === kind.currencySlot)
    .filter(({ slot }) => slot >= 0)
    .map(({ name }) => name);
  for (const [type, feeds] of kind.feeds) {
    if (type.startsWith('decision.')) continue;
    const ways = Map.groupBy(feeds, (feed) => JSON.stringify(feed.each ?? ''));
    for (const way of ways.values()) {
      const nodes = way.map(({ node }) => kind.nodes[node] as KindPlan['nodes'][number]);
      if (!nodes.some(isKept) && nodes[0]) wanted.push(nodes[0].name);
    }
  }
  return wanted;
}
