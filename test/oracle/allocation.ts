/** An allocate rule: proposes a division as a pending action, which expires when nobody answers. */

import { type Moment, publish } from './decision.ts';
import type { Allocate, Rule } from './definition.ts';
import { divide } from './divide.ts';
import type { Entity, Reason, Verdict } from './entity.ts';
import { fail } from './failure.ts';
import { inputsOf } from './find.ts';
import type { Place, Scope } from './formula.ts';

export interface Action {
  readonly status: 'pending' | 'auto' | 'expired';
  readonly moved: number;
  readonly total: number;
  readonly to: Readonly<Record<string, number>>;
  readonly from: Readonly<Record<string, number>>;
  readonly expires_at?: number;
}

type Allocating = Rule & { readonly shape: Allocate };

export async function judgeAllocation(
  rule: Allocating,
  entity: Entity,
  verdict: Verdict,
  scope: Scope,
  moment: Moment,
  place: Place,
  runs: boolean,
): Promise<void> {
  const standing = verdict.value as Action | undefined;
  if (standing?.status === 'pending' && moment.now >= (standing.expires_at ?? Number.POSITIVE_INFINITY)) {
    verdict.value = { ...standing, status: 'expired' };
    publish(rule, entity, verdict, moment, { value: verdict.value, reasons: [] });
  }
  if (!runs) return;
  try {
    if (rule.when && (await rule.when.evaluate(scope, place)) !== true) return;
    verdict.ran = moment.now;
    const { action, reasons } = await propose(rule, scope, moment.now, place);
    verdict.failing = false;
    if (action.moved === 0 || action.moved < rule.shape.smallestMove) return;
    verdict.value = action;
    publish(rule, entity, verdict, moment, { value: action, reasons });
  } catch (error) {
    fail(rule, entity, verdict, moment, (error as Error).message);
  }
}

async function propose(
  { shape, params }: Allocating,
  scope: Scope,
  now: number,
  place: Place,
): Promise<{ action: Action; reasons: Reason[] }> {
  const rows = (scope[shape.among] ?? []) as Record<string, unknown>[];
  const amount = async (formula: Allocate['total'], within: Scope) => {
    const value = await formula.evaluate(within, place);
    return typeof value === 'number' && Number.isFinite(value) ? value : 0;
  };
  const given = [];
  for (const row of rows)
    given.push({
      name: String(row[shape.label]),
      current: Math.round((await amount(shape.current, { ...row, params })) * 100),
      weight: Math.max(0, await amount(shape.weight, { ...row, params })),
    });
  const total = Math.round((await amount(shape.total, scope)) * 100);
  const to = divide(total, given, shape);
  const cents = given.reduce((sum, { name, current }) => sum + Math.abs((to.get(name) ?? 0) - current), 0);
  const proposal = { moved: cents / 2 / 100, total: total / 100 };
  const auto = (await shape.autoWhen?.evaluate({ ...proposal, params }, place)) === true;
  const reasons = given.flatMap(({ name, current }, index) => {
    const points = (to.get(name) ?? 0) - current;
    const row = rows[index] as Record<string, unknown>;
    const reads = [...new Set([...shape.current.reads, ...shape.weight.reads])];
    return points === 0 ? [] : [{ name, points, inputs: inputsOf(reads, row) }];
  });
  const action: Action = {
    status: auto ? 'auto' : 'pending',
    ...proposal,
    to: inUnits(given.map(({ name }) => [name, to.get(name) ?? 0])),
    from: inUnits(given.map(({ name, current }) => [name, current])),
    ...(shape.expires === undefined ? {} : { expires_at: now + shape.expires }),
  };
  return { action, reasons };
}

function inUnits(cents: [string, number][]): Record<string, number> {
  return Object.fromEntries(cents.map(([name, amount]) => [name, amount / 100]));
}
