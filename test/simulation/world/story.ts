/** One short story: nothing goes wrong in it but one death, so that every moment at which a process can die has its turn. */

import { SECOND } from '../../../src/core/units.ts';
import type { WorldOptions } from './options.ts';

/** Its events, proposals, approvals, a change of rules and trimming all lie within two seconds. */
export const STORY: WorldOptions = {
  seed: 8,
  partitions: 2,
  instances: 1,
  clockMode: 'log',
  safety: 'always',
  hasHistory: true,
  ttl: 2 * SECOND,
  retention: SECOND,
  cacheLimit: 2,
  events: 24,
  campaignShare: undefined,
  longestStep: 240 * SECOND,
  leapShare: 0.1,
  future: false,
  storm: 2 * SECOND,
  faultShare: 0,
  slowShare: 0,
  stuckShare: 0,
  stuckFor: 0,
  historyFaultShare: 0,
  lagShare: 0,
  lag: 0,
  fallsBack: false,
  forgottenShare: 0,
  haste: 1,
  takenBackShare: 0,
  calamities: ['rules'],
  blows: 2,
};

/** before: the request never leaves; after: it is carried out, and nobody hears the answer. */
export const SIDES = ['before', 'after'] as const;
export type Side = (typeof SIDES)[number];

/** The process dies at its port call of this number, counted from its start. */
export interface Death {
  readonly call: number;
  readonly side: Side;
}
