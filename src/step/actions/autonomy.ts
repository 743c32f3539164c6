/** Autonomy: whether a proposal goes out by itself, waits for a person, or is not made at all. */

import { localDay } from '../../core/zone.ts';
import type { ThenPlan } from '../../rules/then-plan.ts';
import type { Entity } from '../entity.ts';
import { entityFrame } from '../node-value.ts';
import type { PartitionState } from '../partition-state.ts';
import { actionsOf } from './home.ts';

/** What a proposal would change, in currency units. */
export interface Move {
  readonly moved: number;
  readonly total: number;
}

export type Way =
  | { readonly goes: 'nowhere' }
  | { readonly goes: 'to_a_person'; readonly because?: string }
  | { readonly goes: 'out'; readonly because: string };

type Autonomy = 'off' | 'suggest' | 'auto' | undefined;

/**
 * `off`: nothing is proposed. `suggest`: a person approves, but for what the rule itself excepts (`auto_when`,
 * `auto_pause`). `auto`: it goes out within the guard-rails. A campaign that names none is like `suggest`, and there a
 * rule of the shape `allocate` without `approve` needs nobody.
 */
export function wayOf(
  state: PartitionState,
  home: Entity,
  then: ThenPlan,
  subject: { readonly rule: string; readonly isAllocation: boolean },
  move: Move,
): Way {
  const autonomy = autonomyOf(home);
  if (autonomy === 'off') return { goes: 'nowhere' };
  const wish = wishOf(state, home, then, subject.isAllocation, autonomy, move);
  if (wish === undefined) return { goes: 'to_a_person' };
  const held = heldBy(state, home, then, subject.rule, move);
  return held === undefined ? { goes: 'out', because: wish } : { goes: 'to_a_person', because: held };
}

function autonomyOf({ kind, slots }: Entity): Autonomy {
  const slot = kind.slotOf.get('autonomy');
  const word = slot === undefined ? undefined : slots[slot];
  return word === 'off' || word === 'suggest' || word === 'auto' ? word : undefined;
}

/** Why nobody has to be asked, guard-rails aside; undefined when somebody has to. */
function wishOf(
  state: PartitionState,
  home: Entity,
  { action, approve }: ThenPlan,
  isAllocation: boolean,
  autonomy: Autonomy,
  move: Move,
): string | undefined {
  if (autonomy === 'auto') return 'autonomy is auto';
  if (action === 'pause' && approve?.autoPause) return 'auto_pause: a loss is stopped without a person';
  if (approve === undefined)
    return isAllocation && autonomy !== 'suggest' ? 'the rule asks for no approval' : undefined;
  const frame = { ...entityFrame(home, state.streamTime), input: { ...move } };
  return approve.autoWhen?.evaluate(frame) === true ? 'auto_when holds' : undefined;
}

/** The guard-rail that keeps it from going out by itself; undefined when none does. */
function heldBy(
  state: PartitionState,
  home: Entity,
  { approve }: ThenPlan,
  rule: string,
  { moved, total }: Move,
): string | undefined {
  if (!state.plan.settings.automatic) return 'the kill switch is on: actions.automatic is false';
  if (approve === undefined) return undefined;
  const { maxPerAction, maxPerDay, coolDown } = approve;
  const now = state.streamTime;
  const past = actionsOf(home)?.automatic[rule];
  if (maxPerAction !== undefined && exceeds(moved, maxPerAction * total))
    return `it moves ${moved}, more than max_per_action ${percent(maxPerAction)} of ${total}`;
  if (coolDown !== undefined && past !== undefined && now < past.at + coolDown)
    return 'the last one by itself is nearer than cool_down';
  if (maxPerDay === undefined) return undefined;
  const before = past?.day === localDay(home.zone(), now) ? past.moved : 0;
  return exceeds(before + moved, maxPerDay * total)
    ? `with ${cents(before)} moved today already, ${moved} is more than max_per_day ${percent(maxPerDay)} of ${total}`
    : undefined;
}

/** Writes down what went out by itself, for the guard-rails of those that follow. */
export function countAutomatic(state: PartitionState, home: Entity, rule: string, { moved }: Move): void {
  const actions = actionsOf(home);
  if (actions === undefined) return;
  const now = state.streamTime;
  const day = localDay(home.zone(), now);
  const past = actions.automatic[rule];
  const before = past?.day === day ? past.moved : 0;
  actions.automatic = { ...actions.automatic, [rule]: { day, moved: cents(before + moved), at: now } };
}

/** In cents, so that a change of exactly the limit is within it. */
function exceeds(amount: number, limit: number): boolean {
  return Math.round(amount * 100) > Math.floor(limit * 100 + 1e-6);
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 1e4) / 100}%`;
}
