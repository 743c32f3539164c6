/** What a simulated world is like: everything about it is drawn from its seed. */

import { DAY, type Millis, SECOND } from '../../../src/core/units.ts';
import type { Random } from '../../oracle/random.ts';
import type { Safety } from '../redis/server.ts';

export const CALAMITIES = [
  'kill',
  'kill_at_call',
  'pause',
  'cut',
  'redis_falls',
  'redis_ails',
  'redis_full',
  'clock_jumps',
  'postgres_away',
  'rescale',
  'twin',
  'rules',
  'bad_rules',
  'erase',
] as const;
export type Calamity = (typeof CALAMITIES)[number];

export interface WorldOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly instances: number;
  readonly clockMode: 'live' | 'log';
  readonly safety: Safety;
  readonly hasHistory: boolean;
  readonly ttl: Millis;
  readonly retention: Millis;
  readonly cacheLimit: number;
  readonly events: number;
  /** Producers send events that claim to be of the future: the oracle knows nothing of those. */
  readonly future: boolean;
  /** How long the faults go on. */
  readonly storm: Millis;
  /** Of port calls that fail, and of those that are slow. */
  readonly faultShare: number;
  readonly slowShare: number;
  readonly calamities: readonly Calamity[];
  /** How many of them. */
  readonly blows: number;
}

export function drawOptions(seed: number, random: Random): WorldOptions {
  const isLive = random.chance(0.6);
  const hasHistory = random.chance(0.8);
  return {
    seed,
    partitions: random.pick([1, 2, 2, 3]),
    instances: random.pick([1, 2, 2, 3]),
    clockMode: isLive ? 'live' : 'log',
    safety: random.pick(['always', 'everysec', 'everysec', 'replica', 'replica']),
    hasHistory,
    ttl: 2 * SECOND,
    retention: random.chance(0.4) ? random.whole(3, 8) * SECOND : DAY,
    cacheLimit: random.pick([2, 6, 200]),
    events: random.whole(12, 50),
    future: isLive && random.chance(0.2),
    storm: random.whole(6, 16) * SECOND,
    faultShare: random.pick([0, 0, 0.003, 0.01, 0.04]),
    slowShare: random.pick([0, 0.01, 0.03]),
    calamities: CALAMITIES.filter((name) => random.chance(0.5) && (hasHistory || name !== 'postgres_away')),
    blows: random.whole(0, 7),
  };
}
