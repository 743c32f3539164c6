/** `weir docs`: the rule set as pages that people read who write no rules. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WeirError } from '../core/errors.ts';
import { isVisible } from '../rules/plan.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import { formatProblems } from '../rules/problem.ts';
import { graphOf } from '../rules/rule-graph.ts';
import { readArguments } from './arguments.ts';
import { readRuleFiles } from './check-verb.ts';
import { type Outputs, standard } from './dispatch.ts';
import { featureSentence } from './docs/feature-sentence.ts';
import { type PageContext, rulePage, table, title } from './docs/rule-page.ts';
import type { Verb } from './verb.ts';

const USUAL_FOLDER = 'rule-pages';

export const docsVerb: Verb = {
  usage: [
    `weir docs [FOLDER] [--config DIR]`,
    '',
    `Writes Markdown into FOLDER (${USUAL_FOLDER}): a page for each rule, with its points or lines, what they are made`,
    'from in words, and its tests; and README.md with all rules, facts and events.',
    '',
    '--json  one line for each file written',
    '',
    '  weir docs',
    '  weir docs wiki/rules --config proposal',
  ].join('\n'),
  run: async (args, env) => runDocs(args, env),
};

/** @returns the exit code */
export function runDocs(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { out }: Outputs = standard,
): number {
  const { flags, words } = readArguments(args, {}, { least: 0, most: 1, what: '' });
  const { files, loaded } = readRuleFiles(flags.config ?? env.WEIR_CONFIG ?? 'config');
  if (!loaded.ok) throw new WeirError('config_invalid', formatProblems(loaded.problems, files));
  const [folder = USUAL_FOLDER] = words;
  const { set, plan } = loaded;
  const context: PageContext = { set, files, graph: graphOf(plan) };
  const nodes = plan.kinds
    .filter(isVisible)
    .flatMap((kind) => kind.nodes.filter((node): node is RuleNode => node.type === 'rule'));
  const pages = new Map([['README.md', overview(nodes, context)]]);
  for (const node of nodes) pages.set(`${node.rule.name}.md`, rulePage(node, context));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of pages) {
    writeFileSync(join(folder, name), text);
    if (flags.json) out(`${JSON.stringify({ path: join(folder, name) })}\n`);
  }
  if (!flags.json) out(`${pages.size} pages in ${folder}; begin with ${join(folder, 'README.md')}\n`);
  return 0;
}

function overview(nodes: readonly RuleNode[], { set, graph }: PageContext): string {
  const events = [...graph.nodes.values()].filter(({ sort }) => sort === 'event').map(({ name }) => name);
  const kinds = [...new Set(set.features.map(({ kind }) => kind))];
  return [
    '# Rules',
    '',
    `What is decided, and from what: rule set \`${set.hash}\`. Written by \`weir docs\`; the rules themselves stand in their files.`,
    '',
    table(
      ['rule', 'about', 'what it does', 'owner'],
      nodes.map(({ rule: { name, kind, description, owner, mode } }) => [
        `[${title(name)}](${name}.md)${mode === 'live' ? '' : ` (${mode})`}`,
        kind,
        description,
        owner,
      ]),
    ),
    '',
    ...kinds.flatMap((kind) => [
      `## What is known of each ${kind}`,
      '',
      table(
        ['fact', 'what it is'],
        set.features
          .filter((feature) => feature.kind === kind)
          .map((feature) => [`\`${feature.name}\``, featureSentence(feature)]),
      ),
      '',
    ]),
    '## Events',
    '',
    table(
      ['event', 'facts it changes'],
      events
        .sort()
        .map((name) => [`\`${name}\``, (graph.into.get(name) ?? []).map((fact) => `\`${fact}\``).join(', ')]),
    ),
    '',
  ].join('\n');
}
