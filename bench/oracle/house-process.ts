/** A process that holds one house of partitions against the oracle. */

import type { Verdict } from '../../test/step/oracle-trial.ts';
import { shippedTrial } from '../../test/step/shipped-trial.ts';
import { onJob } from '../child.ts';

export interface HouseJob {
  readonly events: number;
  readonly leads: number;
  readonly days: number;
  readonly seed: number;
  readonly partitions: number;
  /** Beside the leads, and events of each. */
  readonly campaigns: number;
  readonly campaignEvents: number;
  readonly amends: boolean;
}

onJob<HouseJob, Verdict>(async ({ partitions, ...story }, note) => {
  const trial = await shippedTrial(partitions, story.seed);
  return trial.run({ ...story, checks: 2, onProgress: note });
});
