/** The shipped rules over a number of partitions, for the engine and for the oracle. */

import { readConfig } from '../../src/cli/read-config.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { Oracle } from '../oracle/oracle.ts';
import { SHIPPED } from '../oracle/rule-files.ts';
import { OracleTrial } from './oracle-trial.ts';

export async function shippedTrial(partitions: number, seed: number): Promise<OracleTrial> {
  const files = readConfig(SHIPPED).map(({ path, text }) => ({
    path,
    text: path.endsWith('weir.yaml') ? `${text}\npartitions: ${partitions}\n` : text,
  }));
  const loaded = loadRuleSet(files);
  if (!loaded.ok) throw new Error(`the shipped rules do not load: ${JSON.stringify(loaded.problems)}`);
  return new OracleTrial(loaded.plan, await Oracle.load(files), seed);
}
