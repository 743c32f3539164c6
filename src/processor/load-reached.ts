/** load-reached: what a batch touches beyond what its items name, stage by stage, as far as what is loaded tells. */

import type { Item } from '../step/decode.ts';
import type { PartitionState } from '../step/partition-state.ts';
import { actionKeys, reachedKeys } from '../step/touched-keys.ts';

/** From the id of an action there are stages to its place, its home and its rows: until nothing new is named. */
export async function loadReached(
  state: PartitionState,
  batch: readonly { readonly items: readonly Item[] }[],
  load: (keys: Iterable<string>) => Promise<void>,
): Promise<void> {
  const asked = new Set<string>();
  for (let before = -1; before < asked.size; ) {
    before = asked.size;
    for (const { items } of batch)
      for (const item of items) {
        reachedKeys(state, item, asked);
        actionKeys(state, item, asked);
      }
    await load(asked);
  }
}
