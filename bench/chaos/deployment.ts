/** What a stage consists of, drawn from the seed: how safe its Redis is, whether it has a replica and a history, how many instances. */

import type { Random } from '../../test/oracle/random.ts';

export const PARTITIONS = 4;
export const TTL_SECONDS = 5;

export interface Deployment {
  readonly fsync: 'always' | 'everysec';
  /** waited: a producer counts as acknowledged what a replica has too. */
  readonly replica: 'none' | 'async' | 'waited';
  readonly history: boolean;
  readonly instances: number;
}

export function drawDeployment(random: Random): Deployment {
  return {
    fsync: random.pick(['always', 'everysec']),
    replica: random.pick(['none', 'none', 'async', 'waited']),
    history: random.chance(0.5),
    instances: random.whole(2, 3),
  };
}

export function described({ fsync, replica, history, instances }: Deployment): string {
  const replicas = { none: 'no replica', async: 'a replica', waited: 'a replica waited for' };
  return `${instances} instances, appendfsync ${fsync}, ${replicas[replica]}, ${history ? 'a' : 'no'} history`;
}
