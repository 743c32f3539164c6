/** A process that judges one partition, so that several are judged at a time. */

import { readConfig } from '../../src/cli/read-config.ts';
import { connect } from '../../src/processor/redis-connection.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { Oracle } from '../../test/oracle/oracle.ts';
import { readRuleFiles } from '../../test/oracle/rule-files.ts';
import { onJob } from '../child.ts';
import { type Judgement, judgePartition } from './judge.ts';

export interface JudgeJob {
  readonly path: string;
  readonly config: string;
  readonly partition: number;
}

onJob<JudgeJob, Judgement>(async ({ path, config, partition }) => {
  const loaded = loadRuleSet(readConfig(config));
  if (!loaded.ok) throw new Error('the rules do not load');
  const oracle = await Oracle.load(readRuleFiles(config));
  const connection = connect({ path });
  const judgement = await judgePartition(connection, oracle, loaded.plan, partition);
  await connection.close();
  return judgement;
});
