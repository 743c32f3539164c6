/** Reads and lists on a schedule from a process of their own, each counted from when it was due. */

import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onJob, runChild } from '../child.ts';

export interface RequestJob {
  readonly url: string;
  /** Of reads and lists together; each fourth is a list. */
  readonly perSecond: number;
  /** Seconds from now. */
  readonly from: number;
  readonly until: number;
  /** Of leads that are there. */
  readonly reads: readonly string[];
  readonly lists: readonly string[];
}

export interface RequestTimes {
  /** Milliseconds. */
  readonly reads: readonly number[];
  readonly lists: readonly number[];
  /** Requests without a success, by what was answered; they count as long as the others did until then. */
  readonly failed: Readonly<Record<string, number>>;
}

/** Pages of fifty, as people ask for them. */
export const LISTS = [
  '/v1/leads?limit=50',
  '/v1/leads?limit=50&order=-score',
  '/v1/leads?limit=50&segment=high_value_prospects&order=-score',
  '/v1/leads?limit=50&segment=at_risk&order=-score',
  '/v1/leads?limit=50&class=needs_nurturing&min_score=60&order=-score',
];

export function requestTimes(job: RequestJob): Promise<RequestTimes> {
  return runChild(fileURLToPath(import.meta.url), job);
}

async function ask(job: RequestJob): Promise<RequestTimes> {
  const agentOf = () => new Agent({ keepAlive: true, maxSockets: 64 });
  const agents = { reads: agentOf(), lists: agentOf() };
  const taken = { reads: [] as number[], lists: [] as number[], failed: {} as Record<string, number> };
  const begun = performance.now();
  const asked: Promise<void>[] = [];
  for (let at = job.from; at < job.until; at += 1 / job.perSecond) {
    const due = begun + at * 1000;
    if (due > performance.now()) await sleep(due - performance.now());
    const turn = asked.length;
    const sort = turn % 4 < 3 ? 'reads' : 'lists';
    const paths = job[sort];
    asked.push(
      answered(agents[sort], `${job.url}${paths[(turn >> 2) % paths.length]}`).then((problem) => {
        taken[sort].push(performance.now() - due);
        if (problem !== undefined) taken.failed[problem] = (taken.failed[problem] ?? 0) + 1;
      }),
    );
  }
  await Promise.all(asked);
  for (const agent of Object.values(agents)) agent.destroy();
  return taken;
}

/** What went wrong, if anything did. */
function answered(agent: Agent, url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    get(url, { agent }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode === 200 ? undefined : `status ${answer.statusCode}`));
    }).on('error', ({ message }) => resolve(message));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) onJob(ask);
