/** The verdict on all partitions: each held against the oracle, and whether the instances left them in order. */

import { join } from 'node:path';
import { partitionKeys } from '../../src/core/partition.ts';
import { runChild } from '../child.ts';
import { KEPT, type StreamArchive } from './archive.ts';
import { PARTITIONS } from './deployment.ts';
import type { Held, Judgement } from './judge.ts';
import type { JudgeJob } from './judge-process.ts';
import { NEWER_FORM, type Stage } from './stage.ts';

/** In a process of its own: the next act is played meanwhile. */
export function judgeAll({ redis, config, newer, archive, hostile, erased }: Stage): Promise<Judgement[]> {
  const wild = { hostile: [...hostile], erased: [...erased] };
  const held = Array.from({ length: PARTITIONS }, (_, partition) => ({
    ...heldBy(archive, partition),
    ...wild,
  }));
  const file = join(import.meta.dirname, 'judge-process.ts');
  const job = { ...redis.target, config, held };
  return runChild<JudgeJob, Judgement[]>(file, job, newer ? ['--import', NEWER_FORM] : []);
}

/** What a partition held, where nothing was hostile and nobody erased. */
export function heldBy(archive: StreamArchive, partition: number): Held {
  const streams = Object.fromEntries(KEPT.map((name) => [name, archive.elements(name, partition)]));
  return { partition, streams: streams as Held['streams'], hostile: [], erased: [] };
}

/** Instances that ended well have released what they owned, and where no tail was lost nobody says so. */
export async function ownerProblems({ connection, losses }: Stage): Promise<string[]> {
  const problems: string[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { owner, position } = partitionKeys(partition, PARTITIONS);
    const [nonce, incarnation] = await connection.ask('reading owners', (redis) =>
      Promise.all([redis.hget(owner, 'nonce'), redis.hget(position, 'incarnation')]),
    );
    if (nonce !== null) problems.push(`partition ${partition} was not released`);
    if (losses === 0 && incarnation !== '1')
      problems.push(`partition ${partition} is in incarnation ${incarnation}`);
  }
  return problems;
}
