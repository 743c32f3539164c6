/** Mutes: somebody does not want to be told of an anomaly of an entity for a while; decisions about it say so. */

import { splitEntityKey } from '../core/entity-key.ts';
import type { WeirEvent } from '../core/event.ts';
import { mutedUntil } from '../core/mute.ts';
import type { Millis } from '../core/units.ts';
import { isVisible, type KindPlan, type Plan } from '../rules/plan.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import type { PartitionState } from './partition-state.ts';
import type { Result } from './result.ts';

export const MUTED = 'anomaly.muted';

/** The entity that a mute is about, by its key; undefined for other events and where there is no such kind. */
export function mutedKey(plan: Plan, { type, data }: WeirEvent): string | undefined {
  if (type !== MUTED || typeof data.entity !== 'string') return undefined;
  const kind = plan.kindOf.get(splitEntityKey(data.entity).kind);
  return kind && isVisible(kind) ? data.entity : undefined;
}

/** Of an entity or a rule that is not known it changes nothing: the event is in the history all the same. */
export function mute(state: PartitionState, event: WeirEvent): void {
  const key = mutedKey(state.plan, event);
  if (key === undefined || !state.has(key)) return;
  const { kind, id } = splitEntityKey(key);
  const { rule, name, until } = event.data;
  const node = ruleOf(state.plan.kindOf.get(kind) as KindPlan, String(rule));
  if (node === undefined) return;
  const entity = state.entity(kind, id);
  const result = entity.states[node.state] as Result;
  const mutes = { ...result.mutes, [String(name)]: mutedUntil(event.time, until as Millis | undefined) };
  result.mutes = standing(mutes, state.streamTime);
  entity.touchState(node.state);
  state.changed(entity);
}

function ruleOf({ nodes }: KindPlan, name: string): RuleNode | undefined {
  return nodes.find((node): node is RuleNode => node.type === 'rule' && node.rule.name === name);
}

/** True when all that came or went is muted; `mutes` are those that stand now. */
export function isMuted(
  mutes: NonNullable<Result['mutes']>,
  { entered = [], left = [] }: { readonly entered?: readonly string[]; readonly left?: readonly string[] },
): boolean {
  const names = [...entered, ...left];
  return names.length > 0 && names.every((name) => Object.hasOwn(mutes, name));
}

/** Those that are not over. */
export function standing(mutes: Result['mutes'], now: Millis): Result['mutes'] {
  const left = Object.entries(mutes ?? {}).filter(([, until]) => now < until);
  return left.length > 0 ? Object.fromEntries(left) : undefined;
}
