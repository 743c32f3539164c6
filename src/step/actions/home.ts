/** Where actions are kept: at the entity that has the money, so that all that moves it lies in one place. */

import { keyValues, splitEntityKey } from '../../core/entity-key.ts';
import type { Millis } from '../../core/units.ts';
import type { KindPlan } from '../../rules/plan.ts';
import type { ActionsNode, RuleNode } from '../../rules/plan-node.ts';
import type { Entity } from '../entity.ts';
import type { PartitionState } from '../partition-state.ts';
import { planIndex } from '../plan-index.ts';
import { type Action, type ActionsState, actionsDue, keep } from './action.ts';

/** Of a channel its campaign; of others themselves. */
export function homeOf(state: PartitionState, entity: Entity, home: string): Entity {
  if (home === entity.kind.name) return entity;
  return state.entity(home, homeId(entity.kind, entity.id));
}

export function homeId(kind: KindPlan, id: string): string {
  return keyValues(id, kind.key.length)[0] as string;
}

export function actionsNode({ nodes }: KindPlan): ActionsNode | undefined {
  return nodes.find((node): node is ActionsNode => node.type === 'actions');
}

export function actionsOf(home: Entity): ActionsState | undefined {
  const node = actionsNode(home.kind);
  return node && (home.states[node.state] as ActionsState);
}

/** Writes an action down: with the home for a commit, its timer, and the way to it by its id. */
export function store(state: PartitionState, home: Entity, action: Action): void {
  const node = actionsNode(home.kind) as ActionsNode;
  const actions = home.states[node.state] as ActionsState;
  for (const gone of keep(actions, action)) state.places.forget(gone);
  state.places.set(action.id, home.key);
  touch(state, home);
}

/** To be called whenever the actions of an entity changed. */
export function touch(state: PartitionState, home: Entity): void {
  const node = actionsNode(home.kind) as ActionsNode;
  home.next[node.state] = actionsDue(home.states[node.state] as ActionsState);
  home.touchState(node.state);
  state.changed(home);
}

/** The entity that the action is about, and the rule that proposed it; undefined where it is there no more. */
export function originOf(
  state: PartitionState,
  { kind, entity, rule }: Action,
): { readonly entity: Entity; readonly node: RuleNode } | undefined {
  const of = state.alive(`${kind}:${entity}`);
  const node = state.plan.kindOf
    .get(kind)
    ?.nodes.find((other): other is RuleNode => other.type === 'rule' && other.rule.name === rule);
  return of && node?.rule.acting ? { entity: state.entity(kind, entity), node } : undefined;
}

/** Reports count in their order in the log, also two of the same millisecond: each is later than the one before. */
export function timeOfReport({ streamTime }: PartitionState, home: Entity): Millis {
  const actions = actionsOf(home);
  const time = Math.max(streamTime, (actions?.reportedAt ?? Number.NEGATIVE_INFINITY) + 1);
  if (actions) actions.reportedAt = time;
  return time;
}

/** Marks what reads a slot, for the evaluation that follows. */
export function mark(state: PartitionState, { kind }: Entity, slot: number, as: number): void {
  const pending = planIndex(state.plan).pending[kind.index] as Uint8Array;
  for (const dependent of kind.dependents[slot] as readonly number[]) pending[dependent] = as;
}

/** The home of the place of an action, as its key names it. */
export function homeAt(state: PartitionState, key: string): Entity | undefined {
  if (state.alive(key) === undefined) return undefined;
  const { kind, id } = splitEntityKey(key);
  return state.plan.kindOf.has(kind) ? state.entity(kind, id) : undefined;
}
