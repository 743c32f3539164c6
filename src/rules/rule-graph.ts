/** The graph of a rule set: which events feed which features, and what reads what until the rules at its ends. */

import { isVisible, type Plan } from './plan.ts';

export interface GraphNode {
  /** `campaign.click`, `lead.opens_7d`, `conversion`. */
  readonly name: string;
  readonly sort: 'event' | 'feature' | 'rule';
  /** Of features and rules. */
  readonly kind?: string;
}

export interface RuleGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Names of what each one goes into directly. */
  readonly into: ReadonlyMap<string, readonly string[]>;
}

/** Rules stand under their own names, features under those with their kind. */
export function graphOf(plan: Plan): RuleGraph {
  const nodes = new Map<string, GraphNode>();
  const into = new Map<string, Set<string>>();
  const rules = new Map<string, string>();
  for (const kind of plan.kinds.filter(isVisible))
    for (const node of kind.nodes) {
      if (node.slot < 0 && node.type !== 'rule') continue;
      const full = `${kind.name}.${node.name}`;
      if (node.type === 'rule') rules.set(full, node.name);
      const sort = node.type === 'rule' ? 'rule' : 'feature';
      const name = sort === 'rule' ? node.name : full;
      nodes.set(name, { name, sort, kind: kind.name });
    }
  const nameOf = (full: string) => rules.get(full) ?? full;
  const join = (from: string, to: string) => {
    if (from === to || !nodes.has(to)) return;
    const found = into.get(from) ?? new Set<string>();
    into.set(from, found.add(to));
  };
  for (const kind of plan.kinds)
    for (const [type, feeds] of kind.feeds) {
      const rule = type.startsWith('decision.') ? type.slice('decision.'.length) : undefined;
      if (rule === undefined) nodes.set(type, { name: type, sort: 'event' });
      for (const { node } of feeds) join(rule ?? type, nameOf(`${kind.of}.${kind.nodes[node]?.name}`));
    }
  for (const [full, reads] of plan.reads) for (const read of reads) join(nameOf(read), nameOf(full));
  return { nodes, into: new Map([...into].map(([name, found]) => [name, [...found].sort()])) };
}

/** Everything that something goes into, directly or through others, the nearest first. */
export function reachedFrom({ into }: RuleGraph, name: string): string[] {
  const reached = new Set([name]);
  for (const at of reached) for (const next of into.get(at) ?? []) reached.add(next);
  return [...reached].slice(1);
}

/** Everything that something is made of, the nearest first. */
export function madeFrom({ nodes, into }: RuleGraph, name: string): string[] {
  const from = new Map<string, string[]>();
  for (const [source, targets] of into)
    for (const target of targets) from.set(target, [...(from.get(target) ?? []), source]);
  return reachedFrom({ nodes, into: from }, name);
}

/** What one type of event moves: the features it feeds, and every rule that reads them, directly or through others. */
export interface Touched {
  /** With their kinds: `lead.opens_7d`. */
  readonly features: readonly string[];
  readonly rules: readonly string[];
}

/** Both empty for a type that nothing counts, and for an unknown one. */
export function touchedBy(plan: Plan, type: string): Touched {
  const graph = graphs.get(plan) ?? graphOf(plan);
  graphs.set(plan, graph);
  const { nodes, into } = graph;
  const isA = (sort: GraphNode['sort']) => (name: string) => nodes.get(name)?.sort === sort;
  if (!isA('event')(type)) return { features: [], rules: [] };
  return {
    features: (into.get(type) ?? []).filter(isA('feature')),
    rules: reachedFrom(graph, type).filter(isA('rule')).sort(),
  };
}

const graphs = new WeakMap<Plan, RuleGraph>();
