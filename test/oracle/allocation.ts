/** An allocate rule: proposes a division as a pending action, which expires when nobody answers. */

import { type Moment, publish } from './decision.ts';
import type { Allocate, Rule } from './definition.ts';
import { divide, type Row } from './divide.ts';
import type { Entity, Reason, Verdict } from './entity.ts';
import { fail, isOpen } from './failure.ts';
import type { Place, Scope } from './formula.ts';

export interface Action {
  /** What carries it out once it is approved. */
  readonly action: string;
  readonly status: 'pending' | 'approved' | 'expired' | 'failed';
  readonly moved: number;
  readonly total: number;
  readonly to: Readonly<Record<string, number>>;
  readonly from: Readonly<Record<string, number>>;
  readonly expires_at?: number;
}

/** An answer is waited for so long where the rule does not say. */
const DAY = 86_400_000;

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
  if (isOpen(verdict) && moment.now >= (verdict.deadline ?? Number.POSITIVE_INFINITY)) {
    const { expires_at: _, ...standing } = verdict.value as Action;
    // nobody judged it, or nobody said what came of it
    verdict.value = { ...standing, status: standing.status === 'pending' ? 'expired' : 'failed' };
    verdict.deadline = undefined;
    publish(rule, entity, verdict, moment, { value: verdict.value, reasons: [] });
  }
  if (!runs) return;
  try {
    if (rule.when && (await rule.when.evaluate(scope, place)) !== true) return;
    verdict.ran = moment.now;
    const proposal = await propose(rule, scope, moment.now, place);
    verdict.failing = false;
    // one open action at a time: nothing else is proposed until it was answered or has expired
    if (!proposal || isOpen(verdict)) return;
    verdict.value = proposal.action;
    verdict.deadline = moment.now + (rule.shape.approve?.expires ?? DAY);
    publish(rule, entity, verdict, moment, { value: proposal.action, reasons: proposal.reasons });
  } catch (error) {
    fail(rule, entity, verdict, moment, (error as Error).message);
  }
}

/** Nothing when there are fewer than two rows, none has weight, or too little would move. */
async function propose(
  { shape, params }: Allocating,
  scope: Scope,
  now: number,
  place: Place,
): Promise<{ action: Action; reasons: Reason[] } | undefined> {
  const rows = (scope[shape.among] ?? []) as Record<string, unknown>[];
  const amount = async (formula: Allocate['total'], within: Scope) => {
    const value = (await formula.evaluate(within, place)) ?? 0;
    if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
    throw new Error(`${formula.text} is no amount: ${JSON.stringify(value)}`);
  };
  if (rows.length < 2) return undefined;
  const given: Row[] = [];
  for (const row of rows)
    given.push({
      name: String(row[shape.label]),
      current: Math.round((await amount(shape.current, { ...row, params })) * 100),
      weight: await amount(shape.weight, { ...row, params }),
    });
  const total = Math.round((await amount(shape.total, scope)) * 100);
  if (total !== given.reduce((sum, { current }) => sum + current, 0))
    throw new Error(`the rows do not add up to ${total / 100}`);
  if (given.every(({ weight }) => weight === 0)) return undefined;
  const to = divide(total, given, shape);
  const changeOf = ({ name, current }: Row) => (to.get(name) ?? 0) - current;
  const moved = given.reduce((sum, row) => sum + Math.abs(changeOf(row)), 0) / 2 / 100;
  if (moved === 0 || moved < shape.smallestMove) return undefined;
  const auto =
    shape.approve === undefined ||
    (await shape.approve.autoWhen?.evaluate({ moved, total: total / 100, params }, place)) === true;
  const action: Action = {
    action: shape.action,
    status: auto ? 'approved' : 'pending',
    moved,
    total: total / 100,
    to: inUnits(given.map(({ name }) => [name, to.get(name) ?? 0])),
    from: inUnits(given.map(({ name, current }) => [name, current])),
    ...(auto || shape.approve === undefined ? {} : { expires_at: now + shape.approve.expires }),
  };
  const reasons = given
    .filter((row) => changeOf(row) !== 0)
    .map((row) => ({ name: row.name, points: changeOf(row), inputs: { weight: row.weight } }));
  return { action, reasons };
}

function inUnits(cents: [string, number][]): Record<string, number> {
  return Object.fromEntries(cents.map(([name, amount]) => [name, amount / 100]));
}
