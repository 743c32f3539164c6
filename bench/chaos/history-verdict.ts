/** Whether the history has what the outboxes had: each decision and dead letter once, in order. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Millis, SECOND } from '../../src/core/units.ts';
import { query } from './databases.ts';
import { PARTITIONS } from './deployment.ts';
import type { Stage } from './stage.ts';
import { recordsOf } from './stream-entries.ts';

const DRAINED_WITHIN: Millis = 60 * SECOND;

interface Row {
  readonly partition: number;
  readonly id: string;
}

/** One sentence for each partition that differs; to be asked while the instances run, when everything is applied. */
export async function historyProblems({ database, archive }: Stage): Promise<string[]> {
  if (!database) return [];
  const deadline = performance.now() + DRAINED_WITHIN;
  for (;;) {
    await archive.catchUp();
    const decisions = await query<Row>(
      database.ownUrl,
      `select partition, partition || '-' || incarnation || '-' || seq as id from decisions
       where not orphaned order by partition, outbox_ms, outbox_seq`,
    );
    const letters = await query<{ partition: number; count: string }>(
      database.ownUrl,
      'select partition, count(*) from dead_letters where not orphaned group by partition',
    );
    const problems: string[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const told = recordsOf(archive.elements('out', partition)).map(({ id }) => String(id));
      const kept = decisions.filter((row) => row.partition === partition).map(({ id }) => id);
      const at = told.findIndex((id, i) => id !== kept[i]);
      if (at >= 0 || kept.length !== told.length)
        problems.push(
          `the history has ${kept.length} decisions of partition ${partition}, its outbox ${told.length}; ` +
            `at ${at}: ${kept[at]} for ${told[at]}`,
        );
      // the end of a quiet stream is no letter
      const dead = recordsOf(archive.elements('dead', partition)).length;
      const rows = Number(letters.find((row) => row.partition === partition)?.count ?? 0);
      if (dead !== rows)
        problems.push(`the history has ${rows} dead letters of partition ${partition} and not ${dead}`);
    }
    if (problems.length === 0 || performance.now() > deadline) return problems;
    await sleep(SECOND / 2);
  }
}
