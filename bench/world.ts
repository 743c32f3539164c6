/** world: budgets, alarms and advice in a simulated market, in closed loop through a real weir with a log clock. */

import { fileURLToPath } from 'node:url';
import type { Bench, Figures, Files, Options, Outcome } from './bench.ts';
import { runChild } from './child.ts';
import { UsageError } from './command-line.ts';
import { median, quantile } from './quantile.ts';
import { number, table } from './table.ts';
import { rebalanceMs } from './world/rebalance.ts';
import { withRules } from './world/rules-folder.ts';
import type { SeedScore } from './world/scores.ts';
import type { SeedAnswer, SeedJob } from './world/seed.ts';

const SEED = fileURLToPath(new URL('world/seed.ts', import.meta.url));

async function run(options: Options, files: Files): Promise<Outcome> {
  const folder = files.world?.[0];
  const scenario = files.scenario?.[0];
  if (folder === undefined || scenario === undefined)
    throw new UsageError('world needs --world DIR --scenario NAME, and takes --seeds A-B');
  const seeds = seedsOf(files.seeds?.[0] ?? '1-20');
  const limits = options.limits === 1;
  // limits that five channels can keep are too many for sixty: these are measured without
  const [rebalance60 = 0, rebalance1000 = 0] = await withRules('free', 1, (config) =>
    rebalanceMs(config, [60, 1000]),
  );
  const answers = await withRules(limits ? 'limited' : 'free', 2, (config) =>
    runSeeds({ folder, scenario, config }, seeds, options.together ?? 1),
  );
  const figures = figuresOf(answers.map(({ score }) => score));
  const seconds = answers.reduce((sum, answer) => sum + answer.seconds, 0);
  return {
    exact: true,
    table: [
      `${scenario}, seeds ${seeds[0]} to ${seeds.at(-1)}, limits ${limits ? 'on' : 'off'}: ${number(seconds / seeds.length, 1)} s a seed`,
      seedTable(answers),
      `one rebalance: ${number(rebalance60, 2)} ms of CPU for 60 channels, ${number(rebalance1000, 1)} ms for 1,000`,
    ].join('\n'),
    figures: {
      scenario,
      limits,
      ...figures,
      rebalance_ms_60: rebalance60,
      rebalance_ms_1000: rebalance1000,
    },
  };
}

function seedsOf(text: string): number[] {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (!(from <= to)) throw new UsageError(`--seeds takes a number or a range such as 1-20, not ${text}`);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

async function runSeeds(
  call: Omit<SeedJob, 'seed'>,
  seeds: readonly number[],
  together: number,
): Promise<SeedAnswer[]> {
  const answers: SeedAnswer[] = [];
  const waiting = [...seeds];
  const begun = performance.now();
  const work = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const answer = await runChild<SeedJob, SeedAnswer>(SEED, { ...call, seed });
      answers.push(answer);
      const left = ((performance.now() - begun) / 1000 / answers.length) * (seeds.length - answers.length);
      const { score } = answer;
      process.stderr.write(
        `  seed ${seed}: ${percent(score.ofOracle)} of the best, ${answers.length} of ${seeds.length}, ${number(left)} s left\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, together) }, work));
  return answers.sort((a, b) => a.seed - b.seed);
}

function figuresOf(scores: readonly SeedScore[]): Figures {
  const mean = (key: keyof SeedScore) => average(scores.map((score) => score[key] as number));
  const worst = (key: keyof SeedScore) => Math.min(...scores.map((score) => score[key] as number));
  const sum = (key: keyof SeedScore) => scores.reduce((total, score) => total + (score[key] as number), 0);
  const minutes = scores.flatMap((score) => score.minutes);
  const tellable = sum('tellable');
  const toldDays = scores.flatMap((score) => score.toldDays);
  return {
    seeds: scores.length,
    vs_equal: mean('vsEqual'),
    worst_vs_equal: worst('vsEqual'),
    of_oracle: mean('ofOracle'),
    worst_of_oracle: worst('ofOracle'),
    late_of_oracle: mean('lateOfOracle'),
    worst_late_of_oracle: worst('lateOfOracle'),
    spend_error: mean('spendError'),
    ...(sum('episodes') > 0 && {
      episodes: sum('episodes'),
      of_oracle_during: mean('duringOfOracle'),
      worst_of_oracle_during: worst('duringOfOracle'),
      off_channel_eur: mean('offChannel'),
      alarms_expected: sum('expected'),
      alarms_raised: sum('raised'),
      alarm_minutes_median: minutes.length > 0 ? median(minutes) : null,
      alarm_minutes_p90: minutes.length > 0 ? quantile(minutes, 0.9) : null,
    }),
    false_alarms_per_week: sum('falseAlarms') / sum('weeks'),
    ...(tellable > 0 && {
      told: sum('toldRightly') / tellable,
      told_wrongly: sum('toldWrongly'),
      told_days_median: toldDays.length > 0 ? median(toldDays) : null,
    }),
  };
}

function seedTable(answers: readonly SeedAnswer[]): string {
  return table([
    [
      'seed',
      'over equal',
      'of the best',
      'days 15-28',
      'spent',
      'noticed',
      'false alarms',
      'told',
      'actions',
    ],
    ...answers.map(({ seed, score, actions }) => [
      String(seed),
      percent(score.vsEqual),
      percent(score.ofOracle),
      percent(score.lateOfOracle),
      percent(1 + score.spendError),
      `${score.raised} of ${score.expected}${noted('not', score.missed)}${noted('too little money', score.unseen)}`,
      String(score.falseAlarms),
      `${score.toldRightly} of ${score.tellable}${score.toldWhen.length > 0 ? ` (${score.toldWhen.join(', ')})` : ''}${score.toldWrongly > 0 ? `, ${score.toldWrongly} wrongly` : ''}`,
      number(actions),
    ]),
  ]);
}

function noted(what: string, list: readonly string[]): string {
  return list.length > 0 ? ` (${what}: ${list.join('; ')})` : '';
}

function percent(ratio: number): string {
  return `${number(ratio * 100, 1)} %`;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export const world: Bench = {
  about: 'budgets, alarms and advice in a simulated market, through a real weir',
  defaults: { together: 1 },
  files: ['world', 'scenario', 'seeds'],
  flags: ['limits'],
  run,
};
