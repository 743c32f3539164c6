/** The same thirteen expressions by hand and in the languages of other engines, as far as each can say them. */

import type { INPUT } from './corpus.ts';

type Input = typeof INPUT;
export type Peer = (input: Input) => unknown;

/** How another engine says an expression of the corpus. */
export interface Said {
  readonly engine: string;
  readonly evaluate: Peer;
}

const v = (name: string) => ({ var: name });
const clicks = { and: [{ '==': [v('type'), 'click'] }, { '>': [v('cost'), 1] }] };

const BY_HAND: readonly Peer[] = [
  (d) => d.opens7d * 0.5 + d.completions7d * 2,
  (d) => Math.min(100, Math.max(0, d.base + (d.h < 2 ? 3 : d.h < 24 ? 1 : 0) + d.referrals * 5)),
  (d) => d.status === 'nurturing' && d.score >= 10,
  (d) => d.campaign.budget.spent / d.campaign.budget.daily,
  (d) => {
    const ids: number[] = [];
    for (const item of d.items) if (item.type === 'click' && item.cost > 1) ids.push(item.id);
    return ids;
  },
  (d) => {
    let sum = 0;
    for (const channel of d.channels) sum += channel.spend;
    return sum;
  },
  (d) => d.channels.map(({ name, spend, applications }) => ({ name, cpa: spend / applications })),
  (d) => ({ name: d.name, score: d.score, status: d.status, total: d.opens7d + d.completions7d }),
  (d) => `Hello ${d.name}, your score is ${d.score} of 100`,
  (d) => d.items.map((item) => item.cost * 2),
  (d) => {
    const a = d.score * 2;
    const b = a + d.base;
    return b / 3;
  },
  (d) => {
    let done = 0;
    for (const item of d.items) if (item.done) done += 1;
    return done > 5 && !(d.status === 'lost' || d.status === 'won');
  },
  (d) => [...d.channels].sort((a, b) => b.applications - a.applications)[0]?.name,
];

/** Undefined: JSON Logic has no variables of its own, and no order by a field. */
const LOGIC: readonly (object | undefined)[] = [
  { '+': [{ '*': [v('opens7d'), 0.5] }, { '*': [v('completions7d'), 2] }] },
  {
    min: [
      100,
      {
        max: [
          0,
          {
            '+': [
              v('base'),
              { if: [{ '<': [v('h'), 2] }, 3, { '<': [v('h'), 24] }, 1, 0] },
              { '*': [v('referrals'), 5] },
            ],
          },
        ],
      },
    ],
  },
  { and: [{ '==': [v('status'), 'nurturing'] }, { '>=': [v('score'), 10] }] },
  { '/': [v('campaign.budget.spent'), v('campaign.budget.daily')] },
  { map: [{ filter: [v('items'), clicks] }, v('id')] },
  { reduce: [v('channels'), { '+': [v('accumulator'), v('current.spend')] }, 0] },
  { map: [v('channels'), { eachKey: { name: v('name'), cpa: { '/': [v('spend'), v('applications')] } } }] },
  {
    eachKey: {
      name: v('name'),
      score: v('score'),
      status: v('status'),
      total: { '+': [v('opens7d'), v('completions7d')] },
    },
  },
  { cat: ['Hello ', v('name'), ', your score is ', v('score'), ' of 100'] },
  { map: [v('items'), { '*': [v('cost'), 2] }] },
  undefined,
  {
    and: [
      { '>': [{ length: { filter: [v('items'), v('done')] } }, 5] },
      { '!': { in: [v('status'), ['lost', 'won']] } },
    ],
  },
  undefined,
];

/** Undefined: CEL as it stands has no smallest and largest number, no sum, no variables and no order. */
const CEL: readonly (string | undefined)[] = [
  'opens7d * 0.5 + completions7d * 2.0',
  undefined,
  'status == "nurturing" && score >= 10.0',
  'campaign.budget.spent / campaign.budget.daily',
  'items.filter(i, i.type == "click" && i.cost > 1.0).map(i, i.id)',
  undefined,
  'channels.map(c, {"name": c.name, "cpa": c.spend / c.applications})',
  '{"name": name, "score": score, "status": status, "total": opens7d + completions7d}',
  '"Hello " + name + ", your score is " + string(score) + " of 100"',
  'items.map(i, i.cost * 2.0)',
  undefined,
  'size(items.filter(i, i.done)) > 5 && !(status in ["lost", "won"])',
  undefined,
];

/** The index of the one expression that json-rules-engine can say: it knows conditions only. */
const CONDITION = 2;

function conditionBy(Engine: new () => RulesEngine): Peer {
  const engine = new Engine();
  engine.addRule({
    conditions: {
      all: [
        { fact: 'status', operator: 'equal', value: 'nurturing' },
        { fact: 'score', operator: 'greaterThanInclusive', value: 10 },
      ],
    },
    event: { type: 'holds' },
  });
  return async ({ status, score }) => (await engine.run({ status, score })).events.length > 0;
}

interface RulesEngine {
  addRule(rule: object): void;
  run(facts: object): Promise<{ readonly events: readonly unknown[] }>;
}

/** What the engines are asked for. */
interface Engines {
  readonly logic?: { readonly LogicEngine: new () => { build(rule: object): Peer } };
  readonly cel?: { parse(text: string): Peer };
  readonly rules?: { readonly Engine: new () => RulesEngine };
}

/** The engines that are installed: where one is not, its column is missing. */
export async function installedEngines(): Promise<Engines> {
  const [logic, cel, rules] = await Promise.all(
    ['json-logic-engine', '@marcbachmann/cel-js', 'json-rules-engine'].map(async (name) => {
      try {
        return await import(name);
      } catch {
        process.stderr.write(`${name} is not installed: npm ci brings it\n`);
        return undefined;
      }
    }),
  );
  return { ...(logic && { logic }), ...(cel && { cel }), ...(rules && { rules }) };
}

export function byHand(index: number): Peer {
  return BY_HAND[index] as Peer;
}

/** Every other engine that can say the expression with this index. */
export function peersOf(index: number, { logic, cel, rules }: Engines): Said[] {
  const said: Said[] = [];
  const rule = LOGIC[index];
  const text = CEL[index];
  if (logic && rule)
    said.push({ engine: 'json_logic_engine', evaluate: new logic.LogicEngine().build(rule) });
  if (cel && text !== undefined) said.push({ engine: 'cel_js', evaluate: cel.parse(text) });
  if (rules && index === CONDITION)
    said.push({ engine: 'json_rules_engine', evaluate: conditionBy(rules.Engine) });
  return said;
}
