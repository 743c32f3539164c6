/** `npm run chaos`: real processes under faults while events flow, every entity and decision held against the oracle. */

import { DAY, MINUTE, type Millis, SECOND } from '../../src/core/units.ts';
import { Random } from '../../test/oracle/random.ts';
import { lastLine } from '../last-line.ts';
import { quantile } from '../quantile.ts';
import { missingEvents } from './arrivals.ts';
import { type Call, readCall, USAGE } from './call.ts';
import { direct } from './director.ts';
import type { Judgement } from './judge.ts';
import { Ownership } from './ownership.ts';
import { Producer } from './producer.ts';
import { untilApplied } from './progress.ts';
import { openStage, type Stage } from './stage.ts';
import { judgeAll, ownerProblems } from './verdict.ts';

/** The oracle looks at every entity for every event: a long run writes more slowly. */
const MOST_EVENTS = 60_000;
const FASTEST = 300;
const SECONDS_PER_FAULT = 3.5;
const APPLIED_WITHIN: Millis = 60 * SECOND;
/** At the end everything that time alone changes has changed. */
const LAST_LEAP: Millis = 100 * DAY;

const begun = performance.now();
const say = (line: string) => process.stderr.write(`${line}\n`);

async function main(call: Call): Promise<number> {
  const { faults, minutes, seed } = call;
  const stage = await openStage();
  say(`seed ${seed}, ${faults} faults, in ${stage.folder}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stage.close({ keep: false }).finally(() => process.exit(130)));
  let failed = true;
  try {
    const problems: string[] = [];
    const ownership = new Ownership(stage.connection);
    const seconds = Math.max(minutes * (MINUTE / SECOND), faults * SECONDS_PER_FAULT);
    const producer = new Producer({ stage, seed, rate: Math.min(FASTEST, MOST_EVENTS / seconds) });
    for (const instance of stage.instances) instance.start();
    const ending = new AbortController();
    const producing = producer.run(ending.signal);
    producing.catch(() => undefined);
    if (!(await untilApplied(stage.connection, APPLIED_WITHIN))) problems.push('nothing began to work');
    await Promise.race([
      producing,
      direct({ stage, ownership, random: new Random(seed) }, { faults, minutes, say }),
    ]);
    ending.abort();
    await producing;
    await ownership.settled();
    // time may leap only when nothing is under way, see the producer; then the leap itself is applied
    const applied = await untilApplied(stage.connection, APPLIED_WITHIN);
    await producer.leap(LAST_LEAP);
    if (!applied || !(await untilApplied(stage.connection, APPLIED_WITHIN)))
      problems.push(`the lag was not gone ${APPLIED_WITHIN / SECOND} s after the last fault`);
    await Promise.all(stage.instances.map((instance) => instance.stop()));
    problems.push(...producer.problems, ...stage.instances.flatMap(({ crashes }) => crashes));
    problems.push(...(await ownerProblems(stage)));
    const lost = await missingEvents(stage.connection, producer.arrivals);
    say(`${elapsed()} s  ${producer.events} events, ${producer.resent} written again; ${notices(stage)}`);
    const judgements = await judgeAll(stage);
    const sum = (name: Exclude<keyof Judgement, 'problems'>) =>
      judgements.reduce((total, judgement) => total + judgement[name], 0);
    say(
      `${elapsed()} s  ${sum('entries')} entries, ${sum('entities')} entities, ${sum('decisions')} decisions held against the oracle`,
    );
    for (const problem of [...problems, ...lost.slice(0, 8), ...judgements.flatMap((one) => one.problems)])
      say(`WRONG  ${problem}`);
    const takeovers = ownership.takeovers;
    const wrong = {
      wrong_entities: sum('wrongEntities'),
      lost_decisions: sum('lostDecisions'),
      duplicate_decisions: sum('duplicateDecisions'),
      wrong_decisions: sum('wrongDecisions'),
      dead_letters_wrong: sum('deadLettersWrong'),
      late_wrong: sum('lateWrong'),
      lost_events: lost.length,
      other_problems: problems.length,
    };
    failed = Object.values(wrong).some((count) => count > 0);
    const figures = {
      faults,
      events: producer.events,
      ...wrong,
      entities: sum('entities'),
      decisions: sum('decisions'),
      takeovers: takeovers.length,
      takeover_p99_ms: Math.round(quantile(takeovers, 0.99)),
      seconds: Math.round(Number(elapsed())),
      seed,
    };
    process.stdout.write(`${lastLine(figures)}\n`);
    return failed ? 1 : 0;
  } finally {
    await stage.close({ keep: failed });
    if (failed) say(`kept for a closer look: ${stage.folder}`);
  }
}

function notices({ instances }: Stage): string {
  const counts = new Map<string, number>();
  for (const instance of instances)
    for (const [code, count] of instance.notices) counts.set(code, (counts.get(code) ?? 0) + count);
  return [...counts].map(([code, count]) => `${code} ${count}`).join(', ');
}

function elapsed(): string {
  return ((performance.now() - begun) / SECOND).toFixed(1);
}

try {
  process.exitCode = await main(readCall(process.argv.slice(2), Date.now() % 1_000_000));
} catch (error) {
  process.stderr.write(`${(error as Error).stack ?? error}\n${USAGE}\n`);
  process.exitCode = 2;
}
