/** An act: a stage of its own, events, some faults, and then everything held against the oracle. */

import { DAY, type Millis, SECOND } from '../../src/core/units.ts';
import { ACTION_STREAM } from '../../src/processor/action-stream.ts';
import { Random } from '../../test/oracle/random.ts';
import { missingEvents } from './arrivals.ts';
import { boundProblems } from './bounds.ts';
import type { Databases } from './databases.ts';
import { type Deployment, described } from './deployment.ts';
import { direct } from './director.ts';
import type { Fault } from './fault.ts';
import { historyProblems } from './history-verdict.ts';
import { HttpWatch } from './http-watch.ts';
import type { Judgement } from './judge.ts';
import { Losses } from './losses.ts';
import { Ownership } from './ownership.ts';
import { Producer } from './producer.ts';
import { untilApplied } from './progress.ts';
import { openStage, type Stage } from './stage.ts';
import { readAfter } from './stream-entries.ts';
import { judgeAll, ownerProblems } from './verdict.ts';

/** Events a second while nothing is wrong, so that the oracle, which looks at every entity for every event, can follow. */
const RATE = 20;
const APPLIED_WITHIN: Millis = 90 * SECOND;
const BEGUN_WITHIN: Millis = 180 * SECOND;
/** At the end everything that time alone changes has changed. */
const LAST_LEAP: Millis = 45 * DAY;

export interface ActOptions {
  readonly seed: number;
  readonly faults: number;
  /** From one fault to the next, at least. */
  readonly every: Millis;
  readonly deployment: Deployment;
  /** What faults are done to; absent: everything. */
  readonly only: string | undefined;
  readonly deadline: Millis;
  readonly databases: Databases;
  readonly onDone: (fault: Fault, line: string) => void;
  readonly say: (line: string) => void;
}

export interface ActResult {
  readonly problems: readonly string[];
  readonly judgements: readonly Judgement[];
  readonly events: number;
  /** Acknowledged, and lost with a tail that was said to be lost. */
  readonly eventsLost: number;
  readonly losses: number;
  readonly silent: number;
  readonly serverErrors: number;
  readonly answers: number;
  readonly takeovers: readonly Millis[];
  readonly comebacks: readonly Millis[];
}

/** Plays an act; what it resolves to judges it, beside the next act, and closes the stage. */
export async function playAct(options: ActOptions): Promise<() => Promise<ActResult>> {
  const { seed, deployment, databases, say } = options;
  const random = new Random(seed);
  const stage = await openStage(deployment, deployment.history ? await databases.open() : undefined);
  say(`act of seed ${seed}: ${described(deployment)}, in ${stage.folder}`);
  try {
    const problems: string[] = [];
    const ownership = new Ownership(stage.connection);
    const producer = new Producer({ stage, seed, rate: RATE, waits: deployment.replica === 'waited' });
    const losses = new Losses(stage.instances, deployment.history);
    const watch = new HttpWatch(stage.instances, new Random(seed));
    for (const instance of stage.instances.slice(0, deployment.instances)) instance.start();
    const ending = new AbortController();
    const watching = new AbortController();
    const looking = Promise.all([watch.run(watching.signal), stage.archive.run(watching.signal)]);
    const producing = producer.run(ending.signal);
    for (const going of [looking, producing]) going.catch(() => undefined);
    const applied = async (what: string) => {
      if (!(await untilApplied(stage.connection, APPLIED_WITHIN)))
        problems.push(`${what} was not applied within ${APPLIED_WITHIN / SECOND} s`);
    };
    if (!(await untilApplied(stage.connection, BEGUN_WITHIN))) problems.push('nothing began to work');
    const scene = { stage, ownership, producer, losses, problems, random };
    await Promise.race([producing, direct(scene, options)]);
    ending.abort();
    await producing;
    await ownership.settled();
    // of what was read once, nothing may wait; time may leap only when nothing is under way, see the producer
    await applied('what was written');
    await producer.leap(LAST_LEAP);
    await applied('the end');
    problems.push(...(await boundProblems(stage)), ...(await historyProblems(stage)));
    watching.abort();
    await looking;
    await Promise.all(stage.instances.map((instance) => instance.stop()));
    await stage.archive.catchUp();
    problems.push(
      ...stage.archive.gaps(),
      ...producer.problems,
      ...stage.instances.flatMap(({ crashes }) => crashes),
    );
    problems.push(...(await ownerProblems(stage)), ...(await actionProblems(stage)), ...watch.problems);
    const missing = missingEvents(stage.archive, producer.arrivals);
    // whoever waited for a replica was told the truth
    const mayMiss = stage.losses > 0 && deployment.replica !== 'waited';
    if (!mayMiss) problems.push(...missing.slice(0, 8));
    return async () => {
      let isWrong = true;
      try {
        const judgements = await judgeAll(stage);
        isWrong =
          problems.length > 0 || judgements.some((one) => one.problems.length > 0) || losses.silent > 0;
        return {
          ...{ problems, judgements, events: producer.events },
          eventsLost: missing.length,
          ...{ losses: losses.count, silent: losses.silent + (mayMiss ? 0 : missing.length) },
          ...{ serverErrors: watch.problems.length, answers: watch.answers },
          ...{ takeovers: ownership.takeovers, comebacks: ownership.comebacks },
        };
      } finally {
        await stage.close({ keep: isWrong });
        if (isWrong) say(`kept for a closer look: ${stage.folder}`);
      }
    };
  } catch (error) {
    await stage.close({ keep: true });
    throw error;
  }
}

/** An action goes out once, however often it was approved and whoever told it. */
async function actionProblems({ connection }: Stage): Promise<string[]> {
  const elements = await readAfter(connection, ACTION_STREAM, undefined);
  const ids = elements.map(([, fields]) => fields[fields.indexOf('id') + 1] as string);
  return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))].map(
    (id) => `action ${id} went out twice`,
  );
}
