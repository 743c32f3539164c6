/** One rule as a page that people read who never saw a rule file: what it says, for what, from which facts, and its tests. */

import { formatDuration } from '../../core/units.ts';
import { ruleSource } from '../../http/rule-source.ts';
import type { RuleFile } from '../../rules/load-rule-set.ts';
import type { RuleNode } from '../../rules/plan-node.ts';
import { type RuleGraph, reachedFrom } from '../../rules/rule-graph.ts';
import type { AllocateShape, FactorsShape, PickShape, RulePlan } from '../../rules/rule-plan.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import { featureSentence } from './feature-sentence.ts';

export interface PageContext {
  readonly set: RuleSet;
  readonly graph: RuleGraph;
  readonly files: readonly RuleFile[];
}

export function rulePage({ rule }: RuleNode, context: PageContext): string {
  const { name, description, owner, version, mode, kind, at } = rule;
  const { graph, files } = context;
  const tests = ruleSource(files, rule)?.tests ?? [];
  const readBy = reachedFrom(graph, name).filter((other) => graph.nodes.get(other)?.sort === 'rule');
  return [
    `# ${title(name)}`,
    '',
    `${description}.`,
    '',
    `About each ${kind}. Version ${version}${mode === 'live' ? '' : `, ${mode}: it is watched and decides nothing yet`}. Owner: ${owner}. File: \`${at}\`.`,
    '',
    ...shapeLines(rule),
    ...conditionLines(rule),
    '',
    '## What it is made from',
    '',
    table(
      ['fact', 'what it is'],
      factsOf(rule).map((fact) => [`\`${fact}\``, meaningOf(kind, fact, context)]),
    ),
    '',
    `Goes into: ${readBy.length === 0 ? 'no other rule' : readBy.map((other) => `[${title(other)}](${other}.md)`).join(', ')}.`,
    '',
    '## Tests',
    '',
    ...(tests.length === 0
      ? ['None.']
      : tests.flatMap((test) => [`- ${test.name}`, '', indented(fence('yaml', test.text)), ''])),
    '',
  ].join('\n');
}

export function title(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function shapeLines({ shape }: RulePlan): string[] {
  if (shape.type === 'factors') return factorLines(shape);
  if (shape.type === 'pick') return pickLines(shape);
  if (shape.type === 'allocate') return allocateLines(shape);
  return ['## What it says', '', `\`${shape.expression.text}\``];
}

function factorLines({ factors, clamp, classes }: FactorsShape): string[] {
  const limit = (value: number | undefined) => (value === undefined ? '' : String(value));
  const bounded = factors.some(({ min, max }) => min !== undefined || max !== undefined);
  return [
    '## Points, added up',
    '',
    table(
      ['for', 'points', ...(bounded ? ['least', 'most'] : [])],
      factors.map(({ name, expression, min, max }) => [
        title(name),
        `\`${expression.text}\``,
        ...(bounded ? [limit(min), limit(max)] : []),
      ]),
    ),
    ...(clamp ? ['', `Never below ${clamp[0]}, never above ${clamp[1]}.`] : []),
    ...(classes
      ? [
          '',
          table(
            ['class', 'points'],
            classes.map((line) => [
              title(line.class),
              line.above !== undefined
                ? `above ${line.above}`
                : line.from !== undefined
                  ? `from ${line.from}`
                  : 'otherwise',
            ]),
          ),
        ]
      : []),
  ];
}

function pickLines({ lines, onePer }: PickShape): string[] {
  return [
    onePer === undefined ? '## Everything of this that is true' : `## What is true, one for each ${onePer}`,
    '',
    table(
      ['name', 'when', 'says'],
      lines.map(({ name, when, until, fields }) => [
        title(name),
        `\`${when.text}\`${until ? ` until \`${until.text}\`` : ''}`,
        fields.map(({ key, text }) => `${key}: ${shown(text)}`).join('<br>'),
      ]),
    ),
  ];
}

function allocateLines({ total, weight, marginal, limits }: AllocateShape): string[] {
  const share = (limit: number | { readonly text: string }) =>
    typeof limit === 'number' ? `${limit * 100} %` : `\`${limit.text}\``;
  return [
    '## How the money is shared out',
    '',
    table(
      ['', ''],
      [
        ['total', `\`${total.text}\``],
        [
          'by',
          marginal
            ? 'where the next euro brings most, as learned'
            : `in proportion to \`${weight?.text ?? '1'}\``,
        ],
        ['each gets', `from ${share(limits.minShare)} to ${share(limits.maxShare)} of the total`],
        ['largest change', share(limits.maxChange)],
        ['smallest move', String(limits.smallestMove)],
      ],
    ),
  ];
}

function conditionLines({ when, every, hold, publish, shape }: RulePlan): string[] {
  const lines: string[] = [];
  if (when) lines.push(`- only when \`${when.text}\``);
  if (every !== undefined)
    lines.push(`- at most once ${typeof every === 'number' ? `in ${formatDuration(every)}` : `an ${every}`}`);
  if (hold !== undefined) lines.push(`- told when it has stood for ${formatDuration(hold)}`);
  if (shape.type === 'factors' && publish.changeOver > 0)
    lines.push(`- told only when it changes by more than ${publish.changeOver}`);
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Names that the rule reads, in the order in which it does. */
function factsOf({ when, shape }: RulePlan): string[] {
  const expressions = [
    ...(when ? [when] : []),
    ...(shape.type === 'factors' ? shape.factors.map(({ expression }) => expression) : []),
    ...(shape.type === 'pick'
      ? shape.lines.flatMap((line) => [line.when, ...(line.until ? [line.until] : [])])
      : []),
    ...(shape.type === 'value' ? [shape.expression] : []),
    ...(shape.type === 'allocate' ? [shape.total] : []),
  ];
  return [...new Set(expressions.flatMap(({ reads }) => reads))];
}

function meaningOf(kind: string, fact: string, { set, graph }: PageContext): string {
  const feature = set.features.find((one) => one.kind === kind && one.name === fact);
  if (feature) return featureSentence(feature);
  if (graph.nodes.get(fact)?.sort === 'rule') return `the result of [${title(fact)}](${fact}.md)`;
  return `what names the ${kind}`;
}

function shown(text: unknown): string {
  if (typeof text === 'object' && text !== null && 'text' in text) return String(text.text);
  return typeof text === 'string' ? text : JSON.stringify(text);
}

/** A Markdown table; bars and line ends inside of cells are kept from ending them. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}
