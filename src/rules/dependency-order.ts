/** Puts definitions that read each other into an order in which each comes after what it reads. */

export interface Dependent {
  readonly name: string;
  readonly reads: readonly string[];
  /** Nodes of a lower rank come first where order is free. */
  readonly rank: number;
}

export type Order =
  | { readonly ok: true; readonly names: readonly string[] }
  /** The names of one cycle, the first again at the end. */
  | { readonly ok: false; readonly cycle: readonly string[] };

/** The same for any order of `nodes`; names that are no node (key fields) are ignored. */
export function dependencyOrder(nodes: readonly Dependent[]): Order {
  const open = new Map(nodes.map((node) => [node.name, node]));
  const names: string[] = [];
  const free = [...nodes].sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  const place = new Map(free.map((node, i) => [node.name, i]));
  const readers = new Map<string, number[]>();
  for (const [i, node] of free.entries())
    for (const name of node.reads) {
      const known = readers.get(name);
      if (known) known.push(i);
      else if (place.has(name)) readers.set(name, [i]);
    }
  // goes on from where it is, and back only to a reader that has just become free
  for (let i = 0; i < free.length; ) {
    const { name, reads } = free[i] as Dependent;
    if (!open.has(name) || reads.some((other) => open.has(other))) {
      i += 1;
      continue;
    }
    open.delete(name);
    names.push(name);
    i = Math.min(i + 1, ...(readers.get(name) ?? []));
  }
  return open.size > 0 ? { ok: false, cycle: findCycle(open) } : { ok: true, names };
}

/** Every open node reads another open one, so walking along leads into a cycle; it starts at its smallest name. */
function findCycle(open: ReadonlyMap<string, Dependent>): string[] {
  const path: string[] = [];
  let at = [...open.keys()].sort()[0] as string;
  while (!path.includes(at)) {
    path.push(at);
    at = open
      .get(at)
      ?.reads.filter((name) => open.has(name))
      .sort()[0] as string;
  }
  const cycle = path.slice(path.indexOf(at));
  const smallest = cycle.indexOf([...cycle].sort()[0] as string);
  const turned = [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
  return [...turned, turned[0] as string];
}
