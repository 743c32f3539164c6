/** The limits of an allocation as bounds in cents: how far each row may go this time. */

import { ShapeError } from './reasons.ts';
import type { LimitedShare, Share } from './water-filling.ts';

/** Shares are ratios 0..1 of the total, the change is a ratio of the row's current amount. */
export interface ShareLimits {
  readonly minShare: number;
  readonly maxShare: number;
  readonly maxChange: number;
}

/** A row with limits of its own, where it has any. */
export type OwnLimits = Share & { readonly minShare?: number; readonly maxShare?: number };

/**
 * Bounds in cents. How fast a row may move stands above where it should be: a row outside its share limits
 * comes back at `max_change` a step, and where the others cannot take what it gives up, it stays.
 * @throws ShapeError when the share limits contradict each other
 */
export function withinLimits(
  limits: ShareLimits,
  shares: readonly OwnLimits[],
  total: number,
): LimitedShare[] {
  checkLimits(limits, shares, false);
  const limited = shares.map((share) => {
    const change = Number.isFinite(limits.maxChange) ? share.current * limits.maxChange : total;
    const lowest = Math.max(0, Math.ceil(share.current - change - 1e-6));
    const highest = Math.floor(share.current + change + 1e-6);
    const bound = (cents: number) => Math.min(highest, Math.max(lowest, cents));
    const { min, max } = shareBounds(limits, share, total);
    return { ...share, min: bound(min), max: bound(max) };
  });
  return feasible(limited, total) ? limited : limited.map(orAsItIs);
}

/** What the share limits of a row are in cents. */
export function shareBounds(
  limits: ShareLimits,
  { minShare, maxShare }: OwnLimits,
  total: number,
): { readonly min: number; readonly max: number } {
  return {
    min: Math.ceil((minShare ?? limits.minShare) * total - 1e-6),
    max: Math.floor((maxShare ?? limits.maxShare) * total + 1e-6),
  };
}

function feasible(limited: readonly LimitedShare[], total: number): boolean {
  const sum = (pick: (share: LimitedShare) => number) => limited.reduce((all, share) => all + pick(share), 0);
  return sum((share) => share.min) <= total && sum((share) => share.max) >= total;
}

/** Every row may also stay as it is. */
function orAsItIs(share: LimitedShare): LimitedShare {
  return { ...share, min: Math.min(share.min, share.current), max: Math.max(share.max, share.current) };
}

/**
 * @param keepsBack whether some of the total may be given to no row
 * @throws ShapeError naming the limits that cannot be met together
 */
export function checkLimits(limits: ShareLimits, shares: readonly OwnLimits[], keepsBack: boolean): void {
  const least = shares.map(({ name, minShare }) => ({ name, share: minShare ?? limits.minShare }));
  const most = shares.map(({ name, maxShare }) => ({ name, share: maxShare ?? limits.maxShare }));
  const [needed, taken] = [sumOf(least), sumOf(most)];
  const crossed = shares.findIndex((_, i) => (least[i]?.share as number) > (most[i]?.share as number) + 1e-9);
  if (crossed >= 0)
    throw new ShapeError(
      `limits cannot be met together: min_share ${percent(least[crossed]?.share as number)} of ${shares[crossed]?.name} is above its max_share ${percent(most[crossed]?.share as number)}`,
    );
  if (needed <= 1 + 1e-9 && (taken >= 1 - 1e-9 || keepsBack)) return;
  const own = shares.some(({ minShare, maxShare }) => minShare !== undefined || maxShare !== undefined);
  if (!own)
    throw new ShapeError(
      `limits cannot be met together: min_share ${percent(limits.minShare)} and max_share ${percent(limits.maxShare)} for ${shares.length} rows`,
    );
  const [what, list, sum] = needed > 1 + 1e-9 ? ['min_share', least, needed] : ['max_share', most, taken];
  const named = (list as typeof least).map(({ name, share }) => `${name} ${percent(share)}`).join(', ');
  throw new ShapeError(
    `limits cannot be met together: ${what} of ${named} add up to ${percent(sum as number)} of the total`,
  );
}

function sumOf(list: readonly { readonly share: number }[]): number {
  return list.reduce((sum, { share }) => sum + share, 0);
}

function percent(ratio: number): string {
  return ratio === Number.POSITIVE_INFINITY ? 'none' : `${Math.round(ratio * 10_000) / 100} %`;
}
