/** A division of money as an action: the budgets that change, and what no row has. */

import type { BudgetKey } from '../../core/action.ts';
import type { Proposal } from '../shapes/allocate.ts';
import type { Proposed } from './propose.ts';

/** @param rowKey what names a row */
export function actionOf(
  { total, moved, to, from, hours, reserve }: Proposal,
  rowKey: BudgetKey,
): Omit<Proposed, 'reasons'> {
  const budgets = Object.keys(to)
    .filter((row) => to[row] !== from[row] || hours?.[row] !== undefined)
    .map((row) => ({
      [rowKey]: row,
      budget: to[row] as number,
      from: from[row] ?? 0,
      ...(hours?.[row] && { hours: hours[row] }),
    }));
  const inForce = Object.values(from).reduce((cents, amount) => cents + Math.round(amount * 100), 0);
  const free = (Math.round(total * 100) - inForce) / 100;
  return {
    value: { moved, total, to, from, ...(hours && { hours }), ...(reserve !== undefined && { reserve }) },
    budgets,
    ...(reserve !== undefined && { reserve: { from: free, to: reserve } }),
    moved,
    total,
  };
}
