/** Which entities an item touches: what the caller loads before it calls step. */

import { entityKey, splitEntityKey } from '../core/entity-key.ts';
import type { SharedBudget } from '../core/mail.ts';
import type { KindPlan, Plan } from '../rules/plan.ts';
import { isAboutAction } from './actions/hear-action.ts';
import { actionsOf, homeAt, homeId } from './actions/home.ts';
import { ActionPlaces } from './actions/places.ts';
import { campaignKind, partKeys } from './actions/take-budget.ts';
import type { Item } from './decode.ts';
import { parentId } from './evaluate.ts';
import { leftOut } from './left-out.ts';
import { mutedKey } from './mute.ts';
import type { PartitionState } from './partition-state.ts';
import { elementsOf, idFrom, usesOf } from './plan-index.ts';
import { flaggedParts, flaggedScreens } from './take-back.ts';

/** Adds the keys of every entity that this item may read or change, parents included; residents are there anyway. */
export function touchedKeys(plan: Plan, item: Item, keys: Set<string>): void {
  if (item.kind === 'partial') keys.add(entityKey(item.partial.kind, item.partial.id));
  if (item.kind === 'broadcast') keys.add(entityKey(`${item.change.kind}.copy`, item.change.id));
  if (item.kind === 'budget') addHome(plan, item.budget, keys);
  if (item.kind !== 'event') return;
  if (isAboutAction(item.event)) keys.add(ActionPlaces.key(String(item.event.data.action_id)));
  const muted = mutedKey(plan, item.event);
  if (muted !== undefined) keys.add(muted);
  for (const use of usesOf(plan, item.event)) {
    addKey(use.kind, idFrom(use.kind, item.event.data), keys);
    for (const { field } of use.each)
      for (const element of elementsOf(item.event, field)) addKey(use.kind, idFrom(use.kind, element), keys);
  }
}

/** Adds the keys of the entities that the item reaches without naming them; those that it names are in memory. */
export function reachedKeys(state: PartitionState, item: Item, keys: Set<string>): void {
  if (item.kind === 'budget') for (const key of partKeys(state, item.budget)) keys.add(key);
  if (item.kind !== 'event') return;
  for (const use of usesOf(state.plan, item.event))
    for (const { field } of use.each)
      for (const { id } of leftOut(state, use.kind, item.event, field)) addKey(use.kind, id, keys);
  for (const screening of flaggedScreens(state, item.event))
    for (const id of flaggedParts(state, screening, item.event)) addKey(screening.kind, id, keys);
}

function addHome(plan: Plan, { campaign_id }: SharedBudget, keys: Set<string>): void {
  const kind = campaignKind(plan);
  if (kind !== undefined) keys.add(entityKey(kind.name, campaign_id));
}

/** The keys of the entities that a due timer of `key` may read or change. */
export function timerKeys(plan: Plan, key: string): string[] {
  const { kind: name, id } = splitEntityKey(key);
  const kind = plan.kindOf.get(name);
  if (!kind) return [];
  const parents = kind.groups.map((group) => {
    const parent = plan.kinds[group.kind] as KindPlan;
    return entityKey(parent.name, parentId(parent, { kind, id }));
  });
  return [key, ...parents, ...homes(plan, kind, id)];
}

/** Where the actions of its rules are kept. */
function homes({ kindOf }: Plan, kind: KindPlan, id: string): string[] {
  const names = kind.nodes.flatMap((node) =>
    node.type === 'rule' && node.rule.acting ? [node.rule.acting.home] : [],
  );
  return [...new Set(names)]
    .filter((name) => name !== kind.name && kindOf.has(name))
    .map((name) => entityKey(name, homeId(kind, id)));
}

/**
 * What an item about an action touches beyond its own fields, as far as the state can tell by now: the home once the
 * place is there, then what the action is about, and its rows. To be asked until it names nothing that is missing.
 */
export function actionKeys(state: PartitionState, item: Item, keys: Set<string>): void {
  if (item.kind !== 'event' || !isAboutAction(item.event)) return;
  const { action_id, budgets } = item.event.data;
  const place = state.places.get(String(action_id));
  if (place === undefined) return;
  keys.add(place);
  const home = homeAt(state, place);
  const granted = home && actionsOf(home)?.granted;
  if (granted) for (const key of partKeys(state, granted)) keys.add(key);
  const action = home && actionsOf(home)?.actions.find(({ id }) => id === String(action_id));
  if (!home || !action) return;
  keys.add(entityKey(action.kind, action.entity));
  const reported = Array.isArray(budgets) ? (budgets as { channel?: unknown }[]) : [];
  const data = { ...action.keys, budgets: [...(action.budgets ?? []), ...reported] };
  const event = { ...item.event, data };
  for (const use of usesOf(state.plan, event)) {
    addKey(use.kind, idFrom(use.kind, data), keys);
    for (const { field } of use.each)
      for (const element of elementsOf(event, field)) addKey(use.kind, idFrom(use.kind, element), keys);
  }
}

function addKey(kind: KindPlan, id: string | undefined, keys: Set<string>): void {
  if (id !== undefined) keys.add(entityKey(kind.name, id));
}
