/** The rules in force: what each is, what it reads, what reads it, and its source. */

import Type from 'typebox';
import { didYouMean } from '../core/did-you-mean.ts';
import type { KindPlan, Plan } from '../rules/plan.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import { problem } from './problem.ts';
import { type Route, route } from './route.ts';
import { ruleSource } from './rule-source.ts';
import { breakerAnswer, breakersOf, ruleFigures, STANDING_RULE } from './rule-standing.ts';

const RULE = Type.Object({
  name: Type.String(),
  description: Type.String(),
  owner: Type.String(),
  version: Type.Integer(),
  mode: Type.Enum(['live', 'shadow']),
  kind: Type.String(),
  shape: Type.String(),
  at: Type.String({ description: '`file:line`' }),
  reads: Type.Array(Type.String()),
  read_by: Type.Array(Type.String()),
});
const shared = { method: 'GET', tag: 'Rules', permission: 'read' } as const;

export const rulesRoutes: readonly Route[] = [
  route({
    ...shared,
    path: '/v1/rules',
    summary: 'The rules in force',
    answers: {
      200: {
        description: 'In the order in which they run',
        schema: Type.Object({
          rules: Type.Array(
            Type.Object({
              ...RULE.properties,
              tests: Type.Integer({ description: 'How many stand in its file' }),
              errors: STANDING_RULE.errors,
            }),
          ),
          hash: Type.String(),
        }),
      },
    },
    answer: async (c, options) => {
      const [plan, files, figuresOf] = [
        options.plan(),
        options.ruleFiles?.() ?? [],
        await ruleFigures(options),
      ];
      const rules = ruleNodes(plan).map(({ kind, node }) => ({
        ...ruleAnswer(kind, node),
        tests: ruleSource(files, node.rule)?.tests.length ?? 0,
        errors: figuresOf(node.rule.name).errors,
      }));
      return c.json({ rules, hash: plan.hash });
    },
  }),
  route({
    ...shared,
    path: '/v1/rules/{name}',
    summary: 'One rule with its source',
    answers: {
      200: {
        description: 'The rule',
        schema: Type.Object({
          ...RULE.properties,
          tests: Type.Array(Type.Object({ name: Type.String(), text: Type.String() })),
          ...STANDING_RULE,
          source: Type.Optional(
            Type.String({ description: 'Its document in the rule file, with its tests' }),
          ),
        }),
      },
    },
    problems: { 404: ['unknown-rule'] },
    answer: async (c, options, { params }) => {
      const { plan, ruleFiles } = options;
      const nodes = ruleNodes(plan());
      const found = nodes.find(({ node }) => node.rule.name === params.name);
      if (found) {
        const { kind, node } = found;
        const files = ruleFiles?.() ?? [];
        const source = sourceOf(node.rule.at, files);
        const standing = (await ruleFigures(options))(node.rule.name);
        return c.json({
          ...ruleAnswer(kind, node),
          tests: ruleSource(files, node.rule)?.tests ?? [],
          ...standing,
          breaker: (await breakersOf(options, node)).map(breakerAnswer),
          ...(source === undefined ? {} : { source }),
        });
      }
      const meant = didYouMean(
        params.name as string,
        nodes.map(({ node }) => node.rule.name),
      );
      return problem(c, {
        slug: 'unknown-rule',
        status: 404,
        title: 'No such rule',
        detail: 'GET /v1/rules lists them',
        ...(meant === undefined ? {} : { did_you_mean: meant }),
      });
    },
  }),
];

function ruleNodes(plan: Plan): { kind: KindPlan; node: RuleNode }[] {
  return plan.kinds.flatMap((kind) =>
    kind.nodes.filter((node): node is RuleNode => node.type === 'rule').map((node) => ({ kind, node })),
  );
}

function ruleAnswer(kind: KindPlan, { rule, reads, slot }: RuleNode) {
  const { name, description, owner, version, mode, shape, at } = rule;
  const readBy = slot < 0 ? [] : (kind.dependents[slot] ?? []);
  return {
    name,
    description,
    owner,
    version,
    mode,
    kind: kind.name,
    shape: shape.type,
    at,
    reads: [...new Set(reads.map((one) => kind.slots[one] as string))],
    read_by: readBy.map((index) => kind.nodes[index]?.name ?? ''),
  };
}

/** The document of the file in which the line stands. */
function sourceOf(at: string, files: readonly { readonly path: string; readonly text: string }[]) {
  const colon = at.lastIndexOf(':');
  const file = files.find(({ path }) => path === at.slice(0, colon));
  if (!file) return undefined;
  const lines = file.text.split('\n');
  const line = Number(at.slice(colon + 1)) - 1;
  const isBreak = (text: string) => /^---(\s|$)/.test(text);
  let from = line;
  while (from > 0 && !isBreak(lines[from - 1] as string)) from -= 1;
  const end = lines.findIndex((text, i) => i > line && isBreak(text));
  return lines.slice(from, end < 0 ? undefined : end).join('\n');
}
