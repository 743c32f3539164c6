/** Two-event facts: for each key, the first `to` and the last `from` before it. */

import type { Feeding } from './feeding.ts';
import { byText } from './ordering.ts';

interface Known {
  froms: number[];
  to: number | undefined;
  latest: number;
}

const REMEMBERED_FROMS = 8;

/** @param fed in the order of the log: which keys are still known depends on it once there are more than `keep` */
export function respondedAt(fed: readonly Feeding[], keep: number): { from: number; to: number }[] {
  const known = new Map<string, Known>();
  for (const { key = '', time, rank } of fed) {
    const own = known.get(key) ?? { froms: [], to: undefined, latest: time };
    if (rank === 0)
      own.froms = [...new Set([...own.froms, time])].sort((a, b) => b - a).slice(0, REMEMBERED_FROMS);
    else own.to = Math.min(time, own.to ?? time);
    own.latest = Math.max(own.latest, time);
    known.set(key, own);
    if (known.size > keep) known.delete(oldestKey(known));
  }
  return [...known.values()].flatMap(({ froms, to }) => {
    const from = to === undefined ? undefined : froms.find((each) => each <= to);
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
}

function oldestKey(known: ReadonlyMap<string, Known>): string {
  const sorted = [...known].sort((a, b) => a[1].latest - b[1].latest || byText(a[0], b[0]));
  return (sorted[0] as [string, Known])[0];
}
