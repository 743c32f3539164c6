/** expressions: evaluations per second of CPU time, ours against npm jsonata, other engines and code by hand. */

import jsonata from 'jsonata';
import { compileExpression } from '../src/rules/expression/compile-expression.ts';
import type { Frame, Scope } from '../src/rules/expression/expression.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { compileTime } from './expressions/compile-time.ts';
import { EXPRESSIONS, INPUT } from './expressions/corpus.ts';
import { type Paces, pacesOf, type Runner } from './expressions/pace.ts';
import { byHand, installedEngines, peersOf } from './expressions/peers.ts';
import { LEAD, SHIPPED_BY_HAND, shippedExpressions } from './expressions/shipped.ts';
import { shippedTexts } from './expressions/shipped-texts.ts';
import { number, table } from './table.ts';

const COMPILE_ROUNDS = 15;

type Data = Readonly<Record<string, unknown>>;

function scopeOf(data: Data): Scope {
  const names = Object.keys(data);
  return {
    describe: 'lead',
    names: () => names,
    lookup(name) {
      const slot = names.indexOf(name);
      if (slot < 0) return undefined;
      return name === 'params'
        ? { read: () => data.params, constant: true }
        : { read: ({ slots }) => slots[slot] };
    },
  };
}

/** Ours, the reference, and who else can say it. */
function runnersOf(text: string, data: Data, others: readonly Runner[]): Runner[] {
  const compiled = compileExpression(text, scopeOf(data));
  if (!compiled.ok) throw new Error(`${text}: ${JSON.stringify(compiled.problems)}`);
  const { expression } = compiled;
  const frame: Frame = { slots: Object.values(data), input: {}, time: 0, zone: 'UTC', currency: 'EUR' };
  const reference = jsonata(text);
  return [
    { engine: 'jsonata', evaluate: () => reference.evaluate(data) },
    { engine: 'weir', evaluate: () => expression.evaluate(frame) },
    ...others,
  ];
}

interface Measured extends Paces {
  readonly text: string;
}

async function run({ rounds, round_ms }: Options): Promise<Outcome> {
  const pace = async (text: string, data: Data, others: readonly Runner[]): Promise<Measured> => ({
    text,
    ...(await pacesOf(runnersOf(text, data, others), rounds as number, round_ms as number)),
  });
  const engines = await installedEngines();
  const thirteen: Measured[] = [];
  for (const [index, text] of EXPRESSIONS.entries()) {
    const said = [{ engine: 'handwritten', evaluate: byHand(index) }, ...peersOf(index, engines)];
    const others = said.map(({ engine, evaluate }) => ({ engine, evaluate: () => evaluate(INPUT) }));
    thirteen.push(await pace(text, INPUT, others));
  }
  const shipped: Measured[] = [];
  for (const text of shippedExpressions()) {
    const hand = SHIPPED_BY_HAND[text];
    const others = hand === undefined ? [] : [{ engine: 'handwritten', evaluate: () => hand(LEAD) }];
    shipped.push(await pace(text, LEAD, others));
  }
  const all = [...thirteen, ...shipped];
  const texts = [...EXPRESSIONS, ...shippedTexts()];
  const compiling = compileTime(texts, COMPILE_ROUNDS);
  return {
    table: [tableOf('thirteen expressions', thirteen), tableOf('the shipped rules', shipped)].join('\n'),
    exact: all.every(({ differing }) => differing.length === 0),
    chart: {
      title: 'expressions: evaluations for one of npm jsonata',
      bars: thirteen.map((each) => ({ label: each.text, value: ratio(each, 'jsonata') })),
    },
    figures: {
      ...figuresOf(thirteen),
      shipped: figuresOf(shipped),
      compile_ms: Math.max(compiling.rule, compiling.report),
      compiled: texts.length,
      differing: all.flatMap(({ text, differing }) => differing.map((engine) => `${engine}: ${text}`)),
    },
  };
}

const ENGINES = ['handwritten', 'json_logic_engine', 'cel_js', 'json_rules_engine'];

/** Ratios of our pace to that of each engine, over the expressions that it can say. */
function figuresOf(measured: readonly Measured[]) {
  const ratios = measured.map((each) => ratio(each, 'jsonata'));
  const engines = ENGINES.flatMap((engine) => {
    const able = measured.filter(({ perSecond }) => perSecond[engine] !== undefined);
    if (able.length === 0) return [];
    return [[`geomean_vs_${engine}`, geometricMean(able.map((each) => ratio(each, engine)))] as const];
  });
  return {
    geomean_vs_jsonata: geometricMean(ratios),
    worst_vs_jsonata: Math.min(...ratios),
    ...Object.fromEntries(engines),
    expressions: Object.fromEntries(measured.map((each, i) => [each.text, ratios[i] as number])),
  };
}

function ratio({ perSecond }: Measured, engine: string): number {
  return (perSecond.weir as number) / (perSecond[engine] as number);
}

function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, each) => sum + Math.log(each), 0) / ratios.length);
}

function tableOf(title: string, measured: readonly Measured[]): string {
  const engines = ['weir', ...ENGINES].filter((engine) =>
    measured.some(({ perSecond }) => perSecond[engine]),
  );
  const thousands = (pace: number | undefined) =>
    pace === undefined ? '' : `${number(pace / 1000, pace < 1e5 ? 1 : 0)} k`;
  const rows = measured.map((each) => [
    each.text.length > 60 ? `${each.text.slice(0, 59)}…` : each.text,
    thousands(each.perSecond.jsonata),
    ...engines.map((engine) => thousands(each.perSecond[engine])),
    `${number(ratio(each, 'jsonata'), 1)}×`,
  ]);
  return table([
    [`${title}, evaluations per second of CPU`, 'jsonata', ...engines, 'weir / jsonata'],
    ...rows,
  ]);
}

export const expressions: Bench = {
  about: 'our engine against npm jsonata, other engines and code by hand, in CPU time',
  defaults: { rounds: 3, round_ms: 100 },
  run,
};
