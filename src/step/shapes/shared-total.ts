/** Rows that share a total which is not theirs: what each would have of it as things stand, before money is moved. */

import { wholeCents } from '../../models/market/whole-cents.ts';
import type { Expression, Frame } from '../../rules/expression/expression.ts';
import type { AllocateShape } from '../../rules/rule-plan.ts';
import type { Entity } from '../entity.ts';
import type { AllocatedShare, Row } from './allocate.ts';
import { ShapeError } from './reasons.ts';

/** Why a row gets no more than what is spent; undefined where it runs. */
export function whyOver({ starts, ends }: AllocateShape, row: Row, frame: Frame): string | undefined {
  const at = (expression: Expression | undefined, what: string) => {
    const value = expression?.evaluate({ ...frame, input: row });
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new ShapeError(`\`${what}\` must be a time in milliseconds, is ${JSON.stringify(value)}`);
  };
  if ((at(ends, 'ends') ?? Number.POSITIVE_INFINITY) <= frame.time) return 'it has ended';
  return (at(starts, 'starts') ?? Number.NEGATIVE_INFINITY) > frame.time
    ? 'it has not started yet'
    : undefined;
}

/**
 * Amounts in cents as they would be at `total`: rows that do not run have what they spent, the others keep their
 * proportions, equal parts where they have nothing.
 * @returns undefined when no row runs, or more is spent than there is
 */
export function atTotal(
  shares: readonly AllocatedShare[],
  total: number,
  spentOf: (share: AllocatedShare) => number,
): readonly AllocatedShare[] | undefined {
  const kept = shares.map((share) => (share.over === undefined ? 0 : spentOf(share)));
  const room = total - kept.reduce((sum, cents) => sum + cents, 0);
  const running = shares.filter(({ over }) => over === undefined);
  if (room < 0 || running.length === 0) return undefined;
  const inForce = running.reduce((sum, share) => sum + share.inForce, 0);
  const parts = wholeCents(
    running.map((share) => (inForce > 0 ? (share.inForce * room) / inForce : room / running.length)),
    room,
  );
  const partOf = new Map(running.map((share, i) => [share, parts[i] as number]));
  return shares.map((share, i) => ({ ...share, current: partOf.get(share) ?? (kept[i] as number) }));
}

/** @throws ShapeError when the rows, or the entity and a row, have amounts of two currencies */
export function checkCurrencies({ kind, slots }: Entity, shares: readonly AllocatedShare[]): void {
  const names = new Map<string, string[]>();
  const note = (currency: unknown, name: string) => {
    if (typeof currency === 'string') names.set(currency, [...(names.get(currency) ?? []), name]);
  };
  if (kind.currencySlot >= 0) note(slots[kind.currencySlot], 'the total');
  for (const { row, name } of shares) note(row.currency, name);
  if (names.size < 2) return;
  const listed = [...names].map(([currency, who]) => `${currency} (${who.join(', ')})`).join(' and ');
  throw new ShapeError(`amounts of two currencies are not added up: there are ${listed}`);
}
