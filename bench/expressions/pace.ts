/** Evaluations per second of CPU time of several engines, taking turns, so that the machine's other work falls on all. */

import { median } from '../quantile.ts';

export interface Runner {
  readonly engine: string;
  /** May be asynchronous. */
  evaluate(): unknown;
}

export interface Paces {
  /** By engine. */
  readonly perSecond: Readonly<Record<string, number>>;
  /** Engines that gave another value than the first one. */
  readonly differing: readonly string[];
}

export async function pacesOf(runners: readonly Runner[], rounds: number, roundMs: number): Promise<Paces> {
  const taken = new Map<string, number[]>(runners.map(({ engine }) => [engine, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { engine, evaluate } of runners) {
      const pace = await perSecond(roundMs, evaluate);
      // the first round only warms up
      if (round > 0) taken.get(engine)?.push(pace);
    }
  }
  const answers: string[] = [];
  for (const { evaluate } of runners) answers.push(inJson(await evaluate()));
  return {
    perSecond: Object.fromEntries([...taken].map(([engine, paces]) => [engine, median(paces)])),
    differing: runners.flatMap(({ engine }, i) => (answers[i] === answers[0] ? [] : [engine])),
  };
}

/** Whole numbers of CEL are big ones. */
function inJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? Number(inner) : inner)) ?? 'absent'
  );
}

/** What was calculated last: a result that nobody wants would not be calculated at all. */
export let latest: unknown;

async function perSecond(roundMs: number, work: () => unknown): Promise<number> {
  const batch = await batchOf(work);
  const from = process.cpuUsage();
  let done = 0;
  for (let spent = 0; spent < roundMs * 1000; ) {
    for (let i = 0; i < batch; i++) {
      const answer = work();
      latest = answer instanceof Promise ? await answer : answer;
    }
    done += batch;
    const { user, system } = process.cpuUsage(from);
    spent = user + system;
  }
  const { user, system } = process.cpuUsage(from);
  return (done * 1e6) / (user + system);
}

/** As many as make reading the clock cheap beside them. */
async function batchOf(work: () => unknown): Promise<number> {
  const from = performance.now();
  let done = 0;
  while (performance.now() - from < 2) {
    latest = await work();
    done += 1;
  }
  return Math.max(1, done);
}
