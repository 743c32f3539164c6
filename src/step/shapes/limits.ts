/** The limits of an allocation as bounds in cents: how far each row may go this time. */

import { ShapeError } from './reasons.ts';
import type { LimitedShare, Share } from './water-filling.ts';

/** Shares are ratios 0..1 of the total, the change is a ratio of the row's current amount. */
export interface ShareLimits {
  readonly minShare: number;
  readonly maxShare: number;
  readonly maxChange: number;
}

/**
 * Bounds in cents. How fast a row may move stands above where it should be: a row outside its share limits
 * comes back at `max_change` a step, and where the others cannot take what it gives up, it stays.
 */
export function withinLimits(limits: ShareLimits, shares: readonly Share[], total: number): LimitedShare[] {
  const { minShare, maxShare, maxChange } = limits;
  if (minShare * shares.length > 1 + 1e-9 || maxShare * shares.length < 1 - 1e-9)
    throw new ShapeError(
      `limits cannot be met together: min_share ${percent(minShare)} and max_share ${percent(maxShare)} for ${shares.length} rows`,
    );
  const limited = shares.map((share) => {
    const change = Number.isFinite(maxChange) ? share.current * maxChange : total;
    const lowest = Math.max(0, Math.ceil(share.current - change - 1e-6));
    const highest = Math.floor(share.current + change + 1e-6);
    const bound = (cents: number) => Math.min(highest, Math.max(lowest, cents));
    return {
      ...share,
      min: bound(Math.ceil(minShare * total - 1e-6)),
      max: bound(Math.floor(maxShare * total + 1e-6)),
    };
  });
  const sum = (pick: (share: LimitedShare) => number) =>
    limited.reduce((total, share) => total + pick(share), 0);
  if (sum((share) => share.min) <= total && sum((share) => share.max) >= total) return limited;
  return limited.map((share) => ({
    ...share,
    min: Math.min(share.min, share.current),
    max: Math.max(share.max, share.current),
  }));
}

function percent(ratio: number): string {
  return ratio === Number.POSITIVE_INFINITY ? 'none' : `${Math.round(ratio * 10_000) / 100} %`;
}
