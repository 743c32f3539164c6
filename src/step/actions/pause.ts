/** What `pause`, `resume`, `budget_adjustment` and `channel_reallocation` of one channel do to the budgets of its campaign, to the cent. */

import { type ActionBudget, rowOf } from '../../core/action.ts';
import { keyValues } from '../../core/entity-key.ts';
import type { ThenPlan } from '../../rules/then-plan.ts';
import type { Entity } from '../entity.ts';
import { ShapeError } from '../shapes/reasons.ts';
import { fillByWeight } from '../shapes/water-filling.ts';
import type { Action } from './action.ts';
import { centsOf, reserveOf, rowsOf } from './budgets-in-force.ts';
import { actionsOf } from './home.ts';
import { amountOf, reallocated } from './reallocation.ts';

/** What the action is about: by name alone, so that it can be asked again when the entity is not in memory. */
export interface Subject {
  readonly kind: string;
  readonly id: string;
}

/** Cents by channel before and after; `reserve` is money that no channel has. */
interface Plan {
  readonly after: ReadonlyMap<string, number>;
  readonly reserve: number;
}

export interface Moves {
  readonly budgets?: readonly ActionBudget[];
  readonly reserve?: NonNullable<Action['reserve']>;
  /** Currency units. */
  readonly moved: number;
  readonly total: number;
}

/**
 * @param subject a channel; of a channel_reallocation the campaign
 * @param fields of the picked line or the value: `budget` is what the channel gets, `channel` which one where the
 *   subject is none
 * @returns undefined where nothing would change
 * @throws ShapeError where the money is not there
 */
export function movesOf(
  home: Entity,
  subject: Subject,
  then: ThenPlan,
  fields: Readonly<Record<string, unknown>>,
): Moves | undefined {
  const { action } = then;
  if (action === 'bid_adjustment' || action === 'timing_optimization') return { moved: 0, total: 0 };
  const before = rowsOf(home) ?? new Map<string, number>();
  const free = reserveOf(home) ?? 0;
  if (action === 'channel_reallocation') {
    const after = reallocated(before, pausedAlready(home), fields);
    return after && movesFrom(before, { after, reserve: free }, free);
  }
  const channel = String(keyValues(subject.id, 2).at(-1));
  const own = before.get(channel);
  if (own === undefined) throw new ShapeError(`${channel} has no budget to change`);
  const plan =
    action === 'pause'
      ? paused(before, channel, then, pausedAlready(home), free)
      : action === 'resume'
        ? resumed(before, channel, home, subject, free)
        : adjusted(before, channel, fields.budget, free);
  return plan && movesFrom(before, plan, free);
}

function movesFrom(
  before: ReadonlyMap<string, number>,
  { after, reserve }: Plan,
  free: number,
): Moves | undefined {
  const budgets: ActionBudget[] = [];
  let moved = Math.max(0, reserve - free);
  let total = free;
  for (const channel of new Set([...before.keys(), ...after.keys()])) {
    const from = before.get(channel) ?? 0;
    const budget = after.get(channel) ?? from;
    total += from;
    moved += Math.max(0, budget - from);
    if (budget !== from) budgets.push({ channel, budget: budget / 100, from: from / 100 });
  }
  if (budgets.length === 0) return undefined;
  return {
    budgets,
    moved: moved / 100,
    total: total / 100,
    ...(reserve !== free || free !== 0 ? { reserve: { from: free / 100, to: reserve / 100 } } : {}),
  };
}

/** It keeps a probe; the rest goes to the others in proportion to what they have, or to the reserve. */
function paused(
  before: ReadonlyMap<string, number>,
  channel: string,
  { probe = 0, freed }: ThenPlan,
  closed: ReadonlySet<string>,
  free: number,
): Plan | undefined {
  const own = before.get(channel) as number;
  const kept = Math.ceil(own * probe - 1e-6);
  const others = [...before].filter(([name, budget]) => name !== channel && !closed.has(name) && budget > 0);
  if (kept >= own) return undefined;
  // with nobody to take it, it waits in the reserve
  if (freed === 'reserve' || others.length === 0)
    return { after: new Map([[channel, kept]]), reserve: free + own - kept };
  const sum = others.reduce((total, [, budget]) => total + budget, 0) + own - kept;
  const shares = others.map(([name, current]) => ({
    name,
    current,
    weight: current,
    min: current,
    max: sum,
  }));
  const filled = fillByWeight(shares, sum);
  const after = new Map(others.map(([name], i) => [name, filled[i] as number]));
  return { after: after.set(channel, kept), reserve: free };
}

/** The way back of the last pause: each gives back what it got then, as far as it still has it. */
function resumed(
  before: ReadonlyMap<string, number>,
  channel: string,
  home: Entity,
  { kind: sort, id }: Subject,
  free: number,
): Plan | undefined {
  const pause = actionsOf(home)?.actions.findLast(
    ({ word, status, kind, entity: of }) =>
      word === 'pause' && status === 'applied' && kind === sort && of === id,
  );
  if (pause?.budgets === undefined) return undefined;
  const lost = pause.budgets.find((row) => row.channel === channel);
  if (lost === undefined) return undefined;
  let wanted = Math.max(0, centsOf(lost.from) - (before.get(channel) as number));
  const after = new Map<string, number>();
  let reserve = free;
  const fromReserve = Math.min(wanted, Math.max(0, free), backOf(pause.reserve));
  reserve -= fromReserve;
  wanted -= fromReserve;
  let got = fromReserve;
  for (const { budget, from, ...row } of pause.budgets) {
    const name = rowOf(row);
    if (name === channel) continue;
    const now = before.get(name) ?? 0;
    const back = Math.min(wanted, now, Math.max(0, centsOf(budget) - centsOf(from)));
    after.set(name, now - back);
    wanted -= back;
    got += back;
  }
  if (got === 0) return undefined;
  return { after: after.set(channel, (before.get(channel) as number) + got), reserve };
}

function backOf(reserve: Action['reserve']): number {
  return reserve === undefined ? 0 : Math.max(0, centsOf(reserve.to) - centsOf(reserve.from));
}

/** The difference comes from the reserve or goes there. */
function adjusted(
  before: ReadonlyMap<string, number>,
  channel: string,
  budget: unknown,
  free: number,
): Plan | undefined {
  const own = before.get(channel) as number;
  const more = amountOf(budget) - own;
  if (more === 0) return undefined;
  if (more > free)
    throw new ShapeError(`${channel} would get ${more / 100} more, and the reserve has ${free / 100}`);
  return { after: new Map([[channel, own + more]]), reserve: free - more };
}

/** Channels that are paused get nothing of what another one frees. */
function pausedAlready(home: Entity): ReadonlySet<string> {
  const paused = new Set<string>();
  for (const { word, status, budgets = [], entity } of actionsOf(home)?.actions ?? []) {
    const channel = entity.slice(entity.lastIndexOf('/') + 1);
    if (status !== 'applied' || !budgets.some((row) => row.channel === channel)) continue;
    if (word === 'pause') paused.add(channel);
    else if (word === 'resume') paused.delete(channel);
  }
  return paused;
}
