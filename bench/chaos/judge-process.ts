/** A process that judges an act while the next one is played. */

import { readConfig } from '../../src/cli/read-config.ts';
import { connect } from '../../src/processor/redis-connection.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { Oracle } from '../../test/oracle/oracle.ts';
import { readRuleFiles } from '../../test/oracle/rule-files.ts';
import { onJob } from '../child.ts';
import { type Held, type Judgement, judgePartition } from './judge.ts';

export interface JudgeJob {
  readonly path: string;
  readonly config: string;
  readonly held: readonly Held[];
}

onJob<JudgeJob, Judgement[]>(async ({ path, config, held }) => {
  const loaded = loadRuleSet(readConfig(config));
  if (!loaded.ok) throw new Error('the rules do not load');
  const oracle = await Oracle.load(readRuleFiles(config));
  const connection = connect({ path });
  const judgements: Judgement[] = [];
  for (const one of held) judgements.push(await judgePartition(connection, oracle, loaded.plan, one));
  await connection.close();
  return judgements;
});
