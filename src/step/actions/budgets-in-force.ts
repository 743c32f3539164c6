/** The budgets in force of the rows that an action moves money between, in whole cents by name. */

import { rowOf } from '../../core/action.ts';
import type { Frame } from '../../rules/expression/expression.ts';
import type { GroupNode } from '../../rules/plan-node.ts';
import type { Entity } from '../entity.ts';
import { entityFrame } from '../node-value.ts';
import type { PartitionState } from '../partition-state.ts';
import { type Action, isOpen } from './action.ts';
import { actionsOf, originOf } from './home.ts';

/** The field of rows, and the feature of channels, that holds what is in force. */
const BUDGET = 'budget';

export function centsOf(amount: unknown): number {
  return typeof amount === 'number' && Number.isFinite(amount) ? Math.round(amount * 100) : 0;
}

/** The rows of a campaign with a budget; undefined where it has no such feature. */
export function rowsOf(home: Entity): Map<string, number> | undefined {
  const node = home.kind.nodes.find(
    (other): other is GroupNode =>
      other.type === 'group' &&
      other.verb === 'rows' &&
      other.fields.some(({ name }) => name === BUDGET) &&
      other.fields[0]?.name !== BUDGET,
  );
  if (node === undefined) return undefined;
  const name = node.fields[0]?.name as string;
  const rows = (home.slots[node.slot] ?? []) as Record<string, unknown>[];
  return new Map(rows.map((row) => [String(row[name]), centsOf(row[BUDGET])]));
}

/** Cents that the campaign has beside its channels; undefined where it keeps no such feature. */
export function reserveOf({ kind, slots }: Entity): number | undefined {
  const slot = kind.slotOf.get('reserve');
  return slot === undefined ? undefined : centsOf(slots[slot]);
}

/** As the rule that proposed it reads them; undefined where neither it nor its rows are there any more. */
export function budgetsInForce(
  state: PartitionState,
  home: Entity,
  action: Action,
): Map<string, number> | undefined {
  const origin = originOf(state, action);
  const shape = origin?.node.rule.shape;
  if (!origin || shape?.type !== 'allocate') return rowsOf(home);
  const frame = entityFrame(origin.entity, state.streamTime);
  const rows = (origin.entity.slots[shape.among] ?? []) as Record<string, unknown>[];
  const amount = (row: Record<string, unknown>) => {
    try {
      return centsOf(shape.current.evaluate({ ...frame, input: row } satisfies Frame));
    } catch {
      return 0;
    }
  };
  return new Map(rows.map((row) => [String(row[shape.rowName]), amount(row)]));
}

/** Whether every row still has what it had when the action was shown. */
export function standsAsShown(state: PartitionState, home: Entity, action: Action): boolean {
  if (action.budgets === undefined) return true;
  const now = budgetsInForce(state, home, action);
  // a channel that is new here has nothing yet
  return now !== undefined && action.budgets.every((row) => (now.get(rowOf(row)) ?? 0) === centsOf(row.from));
}

/**
 * Another one that moves money here is on its way out, or what a client gives the campaign waits for the report of one:
 * until then nobody knows what is in force.
 */
export function isUnderWay(home: Entity, action: Pick<Action, 'id' | 'budgets'>): boolean {
  if (action.budgets === undefined) return false;
  return actionsOf(home)?.granted !== undefined || isOnItsWay(home, action.id);
}

/** An approved action that moves money here, but for `except`, is not reported yet. */
export function isOnItsWay(home: Entity, except?: string): boolean {
  return (actionsOf(home)?.actions ?? []).some(
    (other) =>
      other.id !== except &&
      isOpen(other) &&
      other.status === 'approved' &&
      other.budgets &&
      other.mode === 'live',
  );
}
