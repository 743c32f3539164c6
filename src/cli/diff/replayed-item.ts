/** What is kept of an entry, as step takes it. */

import type { KeptLogEntry } from '../../core/history/kept-log.ts';
import type { Item } from '../../step/decode.ts';

/**
 * Undefined for what partitions told each other: that follows from the events, and comes back by itself. Repeats are
 * left out of the kept log, so that payloads need no comparing.
 */
export function replayedItem({ id, source, type, time, item, data }: KeptLogEntry): Item | undefined {
  if (id !== null) {
    // of an event that nothing reads only its time counts
    if (data === undefined) return { kind: 'tick', time };
    return { kind: 'event', event: { id, source, type, time, data }, index: item, payload: 0 };
  }
  if (type === 'tick') return { kind: 'tick', time };
  if (type === 'history.imported') return { kind: 'imported', until: Number(data?.until ?? 0) };
  if (type !== 'rules.activated') return undefined;
  return { kind: 'activated', hash: String(data?.hash), previous: String(data?.previous ?? '') };
}
