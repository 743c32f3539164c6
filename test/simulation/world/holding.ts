/** What one partition of a simulated world holds when it is judged. */

import type { Decision } from '../../../src/core/decision.ts';
import type { Entry } from '../../../src/core/entry.ts';
import type { PartitionState } from '../../../src/step/partition-state.ts';
import type { EntityView } from '../../oracle/oracle.ts';
import type { Element } from '../redis/store.ts';

/** What one partition holds at the end, and ever held of what was not lost. */
export interface Holding {
  readonly partition: number;
  readonly log: readonly Entry[];
  readonly out: readonly Element[];
  readonly decisions: readonly Decision[];
  readonly texts: readonly string[];
  readonly dead: readonly string[];
  readonly late: readonly string[];
  readonly state: PartitionState;
  readonly views: ReadonlyMap<string, EntityView>;
}
