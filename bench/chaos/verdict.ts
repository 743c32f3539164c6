/** The verdict on all partitions: each held against the oracle, and whether the instances left them in order. */

import { join } from 'node:path';
import { partitionKeys } from '../../src/core/partition.ts';
import { runChild } from '../child.ts';
import type { Judgement } from './judge.ts';
import type { JudgeJob } from './judge-process.ts';
import { PARTITIONS, type Stage } from './stage.ts';

/** Two at a time: one for each core there surely is. */
export async function judgeAll(stage: Stage): Promise<Judgement[]> {
  const file = join(import.meta.dirname, 'judge-process.ts');
  const waiting = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const judgements: Judgement[] = [];
  const judgeNext = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const job = { path: stage.redis.path, config: stage.config, partition: next };
      judgements[next] = await runChild<JudgeJob, Judgement>(file, job);
    }
  };
  await Promise.all([judgeNext(), judgeNext()]);
  return judgements;
}

/** Instances that ended well have released what they owned, and nobody lost a tail. */
export async function ownerProblems({ connection }: Stage): Promise<string[]> {
  const problems: string[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { owner, position } = partitionKeys(partition, PARTITIONS);
    const [nonce, incarnation] = await connection.ask('reading owners', (redis) =>
      Promise.all([redis.hget(owner, 'nonce'), redis.hget(position, 'incarnation')]),
    );
    if (nonce !== null) problems.push(`partition ${partition} was not released`);
    if (incarnation !== '1') problems.push(`partition ${partition} is in incarnation ${incarnation}`);
  }
  return problems;
}
