/** `npm run chaos`: real processes under faults while events flow, every entity and decision held against the oracle. */

import { MINUTE, type Millis, SECOND } from '../../src/core/units.ts';
import { Random } from '../../test/oracle/random.ts';
import { lastLine } from '../last-line.ts';
import { quantile } from '../quantile.ts';
import { type ActResult, playAct } from './act.ts';
import { type Call, readCall, USAGE } from './call.ts';
import { Databases } from './databases.ts';
import { drawDeployment } from './deployment.ts';
import type { Judgement } from './judge.ts';
import { type Measured, measure } from './measures.ts';

/** So many acts are played at a time: most of a fault is waiting. */
const LANES = 3;
const FAULTS_PER_ACT = 40;
const FAULTS_IN_A_SHORT_ACT = 10;

const begun = performance.now();
const say = (line: string) => process.stderr.write(`${elapsed().toFixed(1).padStart(7)} s  ${line}\n`);

async function main({ faults, minutes, seed, burst, outage, only, within }: Call): Promise<number> {
  const random = new Random(seed);
  const allDatabases = Array.from({ length: LANES }, () => new Databases());
  const acts = actsOf(faults, random);
  const done = new Map<string, number>();
  const results: ActResult[] = [];
  const failures: string[] = [];
  let performed = 0;
  const every: Millis = (minutes * MINUTE * LANES) / faults;
  const deadline: Millis = begun + within * MINUTE;
  say(`seed ${seed}, ${faults} faults in ${acts.length} acts`);
  const measured =
    burst > 0
      ? await measure({
          ...{ databases: allDatabases[0] as Databases, say },
          ...{ outage: outage * SECOND, burst: burst * SECOND },
        })
      : undefined;
  for (const problem of measured?.problems ?? []) say(`WRONG  while measuring: ${problem}`);
  const lane = async (number: number) => {
    const databases = allDatabases[number] as Databases;
    const judging: Promise<void>[] = [];
    for (const act of acts.filter((_, i) => i % LANES === number)) {
      if (performance.now() > deadline) break;
      const judge = await playAct({
        ...act,
        ...{ every, databases, say, only, deadline },
        onDone: ({ name }, line) => {
          performed += 1;
          done.set(name, (done.get(name) ?? 0) + 1);
          say(`fault ${performed}/${faults}  ${line}`);
        },
      });
      // one act is judged while the next is played
      await Promise.all(judging);
      const { seed: own } = act;
      judging.push(
        judge().then((result) => {
          results.push(result);
          for (const problem of problemsOf(result)) say(`WRONG  act of seed ${own}: ${problem}`);
          say(
            `act of seed ${own} is judged: ${sumOf([result], 'entries')} entries, ${problemsOf(result).length} problems`,
          );
        }),
      );
    }
    await Promise.all(judging);
  };
  await Promise.all(
    Array.from({ length: LANES }, (_, number) =>
      lane(number).catch((error: unknown) => {
        failures.push(String((error as Error).stack ?? error));
        say(`FAILED  ${failures.at(-1)}`);
      }),
    ),
  );
  await Promise.all(allDatabases.map((databases) => databases.close()));
  for (const [name, count] of [...done].sort(([a], [b]) => a.localeCompare(b)))
    process.stdout.write(`${String(count).padStart(5)}  ${name}\n`);
  const figures = figuresOf(results, performed, failures.length, measured);
  process.stdout.write(
    `${lastLine({ ...figures, acts: results.length, seconds: Math.round(elapsed()), seed })}\n`,
  );
  const missed = measured === undefined ? [] : missedBars(figures);
  for (const line of missed) say(`SHORT  ${line}`);
  return figures.violations > 0 || performed < faults || missed.length > 0 ? 1 : 0;
}

/** Milliseconds, on a machine with nothing else to do: only where it was asked to measure. */
const BARS = {
  takeover_p99_ms: 7 * SECOND,
  redis_back_p99_ms: 5 * SECOND,
  burst_back_ms: 20 * SECOND,
} as const;

function missedBars(figures: ReturnType<typeof figuresOf>): string[] {
  const { postgres_away_ms: away = 0 } = figures;
  // half a minute after a minute, two minutes after ten
  const bars = { ...BARS, postgres_drained_ms: Math.max(MINUTE / 2, away / 5) };
  return Object.entries(bars).flatMap(([name, most]) => {
    const found = figures[name as keyof typeof bars];
    return found !== undefined && found > most ? [`${name} is ${found}, to be at most ${most}`] : [];
  });
}

/** Each act has a seed of its own, by which it can be played again alone. */
function actsOf(faults: number, random: Random) {
  const count = Math.max(
    1,
    Math.min(LANES, Math.ceil(faults / FAULTS_IN_A_SHORT_ACT)),
    Math.ceil(faults / FAULTS_PER_ACT),
  );
  return Array.from({ length: count }, (_, number) => ({
    seed: random.whole(1, 999_999),
    faults: Math.floor(((number + 1) * faults) / count) - Math.floor((number * faults) / count),
    deployment: drawDeployment(random),
  }));
}

function figuresOf(
  results: readonly ActResult[],
  faults: number,
  failures: number,
  measured: Measured | undefined,
) {
  const total = (name: 'events' | 'eventsLost' | 'losses' | 'silent' | 'serverErrors' | 'answers') =>
    results.reduce((sum, result) => sum + result[name], 0);
  const takeovers = results.flatMap((result) => result.takeovers);
  const comebacks = results.flatMap((result) => result.comebacks);
  const wrong = {
    wrong_entities: sumOf(results, 'wrongEntities'),
    lost_decisions: sumOf(results, 'lostDecisions'),
    duplicate_decisions: sumOf(results, 'duplicateDecisions'),
    wrong_decisions: sumOf(results, 'wrongDecisions'),
    dead_letters_wrong: sumOf(results, 'deadLettersWrong'),
    late_wrong: sumOf(results, 'lateWrong'),
    silent: total('silent'),
    server_errors: total('serverErrors'),
    other_problems:
      results.flatMap(({ problems }) => problems).length + failures + (measured?.problems.length ?? 0),
  };
  return {
    faults,
    events: total('events'),
    ...wrong,
    violations: Object.values(wrong).reduce((sum, count) => sum + count, 0),
    losses_reported: total('losses') - total('silent'),
    events_lost_with_them: total('eventsLost'),
    entities: sumOf(results, 'entities'),
    decisions: sumOf(results, 'decisions'),
    http_answers: total('answers'),
    takeovers: takeovers.length,
    takeover_p99_ms: Math.round(quantile(takeovers, 0.99)),
    redis_restarts: comebacks.length,
    redis_back_p99_ms: Math.round(quantile(comebacks, 0.99)),
    ...(measured && {
      measured_events: measured.events,
      postgres_away_ms: measured.outage,
      postgres_drained_ms: Math.round(measured.historyDrain),
      burst_worst_lag_ms: Math.round(measured.burstWorst),
      burst_back_ms: Math.round(measured.burstBack),
    }),
  };
}

function sumOf(results: readonly ActResult[], name: Exclude<keyof Judgement, 'problems'>): number {
  return results.flatMap(({ judgements }) => judgements).reduce((sum, judgement) => sum + judgement[name], 0);
}

function problemsOf({ problems, judgements, silent }: ActResult): string[] {
  return [
    ...problems,
    ...judgements.flatMap((one) => one.problems),
    ...(silent > 0 ? [`${silent} losses that nobody said anything about`] : []),
  ];
}

function elapsed(): number {
  return (performance.now() - begun) / SECOND;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  // whatever a fault left behind, its connections among it, ends with us
  process.exit(await main(readCall(process.argv.slice(2), Date.now() % 1_000_000)));
} catch (error) {
  process.stderr.write(`${(error as Error).stack ?? error}\n${USAGE}\n`);
  process.exit(2);
}
