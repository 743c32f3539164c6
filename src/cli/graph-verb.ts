/** `weir graph`: from events through features to rules, as lines, as JSON or for Graphviz. */

import { didYouMean } from '../core/did-you-mean.ts';
import { WeirError } from '../core/errors.ts';
import { formatProblems } from '../rules/problem.ts';
import { type GraphNode, graphOf, madeFrom, type RuleGraph, reachedFrom } from '../rules/rule-graph.ts';
import { readArguments } from './arguments.ts';
import { readRuleFiles } from './check-verb.ts';
import { type Outputs, standard } from './dispatch.ts';
import type { Verb } from './verb.ts';

export const graphVerb: Verb = {
  usage: [
    'weir graph [EVENT|FEATURE|RULE] [--dot] [--config DIR]',
    '',
    'Without a word: each event, the features it feeds and the rules it may move. With one: what that is made of, and',
    'what it goes into. Features are called with their kind: lead.opens_7d.',
    '',
    '--dot   the same as a graph for Graphviz',
    '--json  one line for each edge',
    '',
    '  weir graph',
    '  weir graph conversion',
    '  weir graph --dot | dot -Tsvg > rules.svg',
  ].join('\n'),
  run: async (args, env) => runGraph(args, env),
};

/** @returns the exit code */
export function runGraph(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { out }: Outputs = standard,
): number {
  const { flags, words } = readArguments(args, { dot: { type: 'boolean' } }, { least: 0, most: 1, what: '' });
  const { files, loaded } = readRuleFiles(flags.config ?? env.WEIR_CONFIG ?? 'config');
  if (!loaded.ok) throw new WeirError('config_invalid', formatProblems(loaded.problems, files));
  const graph = graphOf(loaded.plan);
  const [name] = words;
  if (name !== undefined) known(graph, name);
  const about =
    name === undefined ? undefined : new Set([name, ...madeFrom(graph, name), ...reachedFrom(graph, name)]);
  const edges = [...graph.into].flatMap(([from, targets]) =>
    targets.filter((to) => !about || (about.has(from) && about.has(to))).map((to) => [from, to] as const),
  );
  if (flags.json)
    for (const [from, to] of edges)
      out(`${JSON.stringify({ from, to, from_sort: sortOf(graph, from), to_sort: sortOf(graph, to) })}\n`);
  else if (flags.dot) out(dot(graph, edges));
  else out(name === undefined ? overview(graph) : neighbourhood(graph, name));
  return 0;
}

function known({ nodes }: RuleGraph, name: string): void {
  if (nodes.has(name)) return;
  const ends = [...nodes.keys()].filter((other) => other.endsWith(`.${name}`));
  const meant = ends[0] ?? didYouMean(name, nodes.keys());
  throw new WeirError(
    'wrong_usage',
    `there is no event, feature or rule "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
  );
}

function sortOf({ nodes }: RuleGraph, name: string): GraphNode['sort'] | undefined {
  return nodes.get(name)?.sort;
}

/** `lead.created   9 features -> anomalies, conversion, …`. */
function overview(graph: RuleGraph): string {
  const events = [...graph.nodes.values()].filter(({ sort }) => sort === 'event').map(({ name }) => name);
  const width = Math.max(0, ...events.map((name) => name.length));
  const lines = events.sort().map((name) => {
    const features = (graph.into.get(name) ?? []).length;
    const rules = reachedFrom(graph, name).filter((other) => sortOf(graph, other) === 'rule');
    return `${name.padEnd(width)}  ${String(features).padStart(3)} ${features === 1 ? 'feature ' : 'features'} -> ${rules.sort().join(', ') || '-'}`;
  });
  return `${lines.join('\n')}\n`;
}

function neighbourhood(graph: RuleGraph, name: string): string {
  const { sort, kind } = graph.nodes.get(name) as GraphNode;
  const bySort = (names: readonly string[]) =>
    (['event', 'feature', 'rule'] as const).flatMap((one) => {
      const found = names.filter((other) => sortOf(graph, other) === one).sort();
      return found.length === 0 ? [] : [`  ${`${one}s`.padEnd(9)} ${found.join(', ')}`];
    });
  const [from, to] = [madeFrom(graph, name), reachedFrom(graph, name)];
  return [
    `${name}   ${sort}${kind === undefined ? '' : ` of ${kind}`}`,
    ...(sort === 'event' ? [] : ['made of', ...(from.length === 0 ? ['  nothing'] : bySort(from))]),
    'goes into',
    ...(to.length === 0 ? ['  nothing'] : bySort(to)),
    '',
  ].join('\n');
}

const SHAPES: Readonly<Record<GraphNode['sort'], string>> = {
  event: 'shape=ellipse',
  feature: 'shape=box',
  rule: 'shape=box style="rounded,bold"',
};

function dot({ nodes }: RuleGraph, edges: readonly (readonly [string, string])[]): string {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const used = new Set(edges.flat());
  const lines = [...nodes.values()]
    .filter(({ name }) => used.has(name))
    .map(({ name, sort }) => `  ${quoted(name)} [${SHAPES[sort]}];`);
  return [
    'digraph rules {',
    '  rankdir=LR;',
    ...lines,
    ...edges.map(([from, to]) => `  ${quoted(from)} -> ${quoted(to)};`),
    '}',
    '',
  ].join('\n');
}
