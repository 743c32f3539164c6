/** Backtests: what the history would have been under another rule set; the way of `weir diff` over HTTP. */

import Type from 'typebox';
import type { BacktestStanding, RuleOutcome } from '../core/backtest.ts';
import { FREE, MAYBE_TEXT, TIME } from './answer-schemas.ts';
import { decisionAnswer } from './get-decisions.ts';
import { iso, noHistory } from './history-answer.ts';
import { problem } from './problem.ts';
import { type Route, route } from './route.ts';
import { filesHere } from './rule-edits.ts';

const HASH = '^[0-9a-f]{16}$';
const SIDES = Type.Object(
  {
    old: Type.Optional(
      Type.String({ pattern: HASH, description: 'A rule set; the one in force where absent' }),
    ),
    new: Type.String({
      pattern: '^(?:files|[0-9a-f]{16})$',
      description: 'A rule set, or `files`: those of this instance as they are now',
    }),
  },
  { additionalProperties: false },
);
const PAIR = Type.Array(Type.Number(), { description: 'Under the old rules and under the new ones' });

const RULE = Type.Object({
  rule: Type.String(),
  kind: Type.String(),
  published: PAIR,
  added: Type.Integer(),
  removed: Type.Integer(),
  changed: Type.Integer(),
  reasons: Type.Integer({ description: 'The same decisions for other reasons' }),
  results_differ: Type.Integer({ description: 'Entities with another result at the end' }),
  up: Type.Integer(),
  down: Type.Integer(),
  moved: Type.Record(Type.String(), Type.Object({ actions: PAIR, amount: PAIR }), {
    description: 'By currency: what actions would have moved',
  }),
  results: Type.Array(Type.Object({ id: Type.String(), old: Type.Unknown(), new: Type.Unknown() }), {
    description: 'Some of those entities, the largest differences first',
  }),
  examples: Type.Array(Type.Object({ change: Type.String(), old: Type.Unknown(), new: Type.Unknown() }), {
    description: 'The first decisions that differ, with the reasons of both',
  }),
});

const BACKTEST = Type.Object({
  old: Type.String(),
  new: Type.String(),
  state: Type.Enum(['running', 'done', 'failed']),
  share: Type.Optional(Type.Number({ description: 'While it runs: of the history' })),
  problem: Type.Optional(MAYBE_TEXT),
  events: Type.Optional(Type.Integer()),
  from: Type.Optional(TIME),
  to: Type.Optional(TIME),
  seconds: Type.Optional(Type.Number()),
  differs: Type.Optional(Type.Boolean()),
  definitions: Type.Optional(Type.Array(FREE)),
  not_warm: Type.Optional(Type.Array(FREE)),
  rules: Type.Optional(Type.Array(RULE)),
});

export const backtestRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/backtests',
    tag: 'Rules',
    summary: 'Run the history through two rule sets; nothing comes into force',
    permission: 'operate',
    repeatable: true,
    body: {
      description: 'The two sets by their hashes',
      types: ['application/json'],
      most: 1024,
      required: true,
      schema: SIDES,
    },
    answers: {
      202: {
        description: 'It runs, or is done',
        schema: BACKTEST,
        headers: { location: 'Where it is told how far it is' },
      },
    },
    problems: { 404: ['no-history', 'unknown-rule-set'], 409: ['backtest-under-way'] },
    answer: async (c, options, { body }) => {
      const { backtests, plan } = options;
      if (!backtests) return noHistory(c);
      const { old = plan().hash, new: wanted = '' } = body ?? {};
      const here = wanted === 'files' ? filesHere(options) : undefined;
      const sides = { old, new: here?.name ?? (wanted === 'files' ? plan().hash : wanted) };
      const begun = await backtests.begin(sides, here?.files);
      if (begun === 'unknown')
        return problem(c, {
          slug: 'unknown-rule-set',
          status: 404,
          title: 'One of the rule sets is not known',
          detail: 'GET /v1/rule-changes lists those that were in force',
        });
      if (begun === 'busy')
        return problem(
          c,
          {
            slug: 'backtest-under-way',
            status: 409,
            title: 'Two other rule sets are compared just now',
            detail: 'Ask again when that is done',
          },
          { 'retry-after': '10' },
        );
      return c.json(backtestAnswer(sides, begun), 202, {
        location: `/v1/backtests/${sides.old}/${sides.new}`,
      });
    },
  }),
  route({
    method: 'GET',
    path: '/v1/backtests/{old}/{new}',
    tag: 'Rules',
    summary: 'How far a backtest is, and what came of it',
    permission: 'read',
    answers: { 200: { description: 'Kept for a day', schema: BACKTEST } },
    problems: { 404: ['no-history', 'not-found'] },
    answer: async (c, { backtests }, { params }) => {
      if (!backtests) return noHistory(c);
      const sides = { old: params.old as string, new: params.new as string };
      const standing = await backtests.standing(sides);
      if (!standing)
        return problem(c, {
          slug: 'not-found',
          status: 404,
          title: 'Nobody asked for this backtest within a day',
          detail: 'POST /v1/backtests begins one',
        });
      return c.json(backtestAnswer(sides, standing));
    },
  }),
];

function backtestAnswer(sides: { readonly old: string; readonly new: string }, standing: BacktestStanding) {
  if (standing.state !== 'done') return { ...sides, ...standing };
  const { events, from, to, took, definitions, cold, rules } = standing.outcome;
  return {
    ...sides,
    state: standing.state,
    ...{ events, from: iso(from), to: iso(to), seconds: took / 1000 },
    differs: rules.some(
      ({ changes, differing }) => differing + changes.added + changes.removed + changes.changed > 0,
    ),
    definitions,
    not_warm: cold.map(({ feature, warmFrom }) => ({ feature, warm_from: iso(warmFrom) })),
    rules: rules.map(ruleAnswer),
  };
}

function ruleAnswer({
  rule,
  kind,
  published,
  changes,
  differing,
  up,
  down,
  money,
  ends,
  examples,
}: RuleOutcome) {
  return {
    ...{ rule, kind, published, ...changes, results_differ: differing, up, down },
    moved: Object.fromEntries(
      money.map(({ currency, actions, amounts }) => [currency, { actions, amount: amounts }]),
    ),
    results: ends,
    examples: examples.map(({ type, old, new: is }) => ({
      change: type,
      old: old && decisionAnswer(old),
      new: is && decisionAnswer(is),
    })),
  };
}
