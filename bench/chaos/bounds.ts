/** What may not grow, whatever happened: memory, series of metrics, entries pending for a group of readers. */

import { readFile } from 'node:fs/promises';
import { partitionKeys } from '../../src/core/partition.ts';
import { PARTITIONS } from './deployment.ts';
import type { Stage } from './stage.ts';

const MOST_KILOBYTES = 700_000;
const MOST_SERIES = 2_000;

/** One sentence for each bound that is passed; to be asked while the instances run. */
export async function boundProblems({ instances, connection }: Stage): Promise<string[]> {
  const problems: string[] = [];
  for (const { name, url, processId } of instances) {
    if (url === undefined || processId === undefined) continue;
    const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
    const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    if (kilobytes > MOST_KILOBYTES) problems.push(`${name} has ${kilobytes} kB in memory`);
    const text = await fetch(`${url}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    );
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    if (series > MOST_SERIES) problems.push(`${name} has ${series} series of metrics`);
  }
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { in: log } = partitionKeys(partition, PARTITIONS);
    const groups = (await connection.ask('asking for groups', (redis) =>
      redis.xinfo('GROUPS', log),
    )) as unknown[][];
    for (const group of groups) {
      const pending = Number(group[group.indexOf('pending') + 1]);
      if (pending > 0) problems.push(`${pending} entries pend for a group of ${log}`);
    }
  }
  return problems;
}
