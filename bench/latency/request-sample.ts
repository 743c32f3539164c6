/** Reads and lists on a schedule from a process of their own, each counted from when it was due. */

import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onJob, runChild } from '../child.ts';

export interface RequestJob {
  readonly url: string;
  /** Of reads and lists together, which take turns. */
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
}

/** Pages of fifty, as people ask for them. */
export const LISTS = [
  '/v1/leads?limit=50',
  '/v1/leads?limit=50&order=-score',
  '/v1/leads?limit=50&segment=high_value_prospects&order=-score',
  '/v1/leads?limit=50&segment=at_risk&order=-score',
  '/v1/leads?limit=50&class=needs_nurturing&min_score=60&order=-score',
];

/** @throws Error with the first answer that is no success */
export function requestTimes(job: RequestJob): Promise<RequestTimes> {
  return runChild(fileURLToPath(import.meta.url), job);
}

async function ask(job: RequestJob): Promise<RequestTimes> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const taken = { reads: [] as number[], lists: [] as number[] };
  const begun = performance.now();
  const asked: Promise<void>[] = [];
  for (let at = job.from; at < job.until; at += 1 / job.perSecond) {
    const due = begun + at * 1000;
    if (due > performance.now()) await sleep(due - performance.now());
    const turn = asked.length;
    const sort = turn % 2 === 0 ? 'reads' : 'lists';
    const paths = job[sort];
    asked.push(
      answered(agent, `${job.url}${paths[(turn >> 1) % paths.length]}`).then(() => {
        taken[sort].push(performance.now() - due);
      }),
    );
  }
  await Promise.all(asked);
  agent.destroy();
  return taken;
}

function answered(agent: Agent, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${answer.statusCode}`)),
      );
    }).on('error', reject);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) onJob(ask);
