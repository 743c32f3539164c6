/** All faults, from which the director draws. */

import { CONNECTION_FAULTS } from './connection-faults.ts';
import type { Fault } from './fault.ts';
import { HISTORY_FAULTS } from './history-faults.ts';
import { INPUT_FAULTS } from './input-faults.ts';
import { LOSS_FAULTS } from './loss-faults.ts';
import { PEOPLE_FAULTS } from './people-faults.ts';
import { PROCESS_FAULTS } from './process-faults.ts';
import { REDIS_FAULTS } from './redis-faults.ts';
import { RULE_FAULTS } from './rule-faults.ts';

export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...CONNECTION_FAULTS,
  ...REDIS_FAULTS,
  ...LOSS_FAULTS,
  ...HISTORY_FAULTS,
  ...RULE_FAULTS,
  ...INPUT_FAULTS,
  ...PEOPLE_FAULTS,
];
