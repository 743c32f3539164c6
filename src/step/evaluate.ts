/** evaluate: the nodes of one entity whose inputs changed are computed, in dependency order; rules among them. */

import { entityId, keyValues } from '../core/entity-key.ts';
import type { EntryId } from '../core/entry.ts';
import type { WeirEvent } from '../core/event.ts';
import { sameValue } from '../core/same-value.ts';
import type { ScreenState } from '../models/screen.ts';
import type { KindPlan } from '../rules/plan.ts';
import type { GroupNode } from '../rules/plan-node.ts';
import { expireActions } from './actions/end-action.ts';
import { realise } from './actions/follow-up.ts';
import { renewProposals } from './actions/renew-proposals.ts';
import { contribute } from './contribute.ts';
import { detect, detectorDue } from './detect.ts';
import type { Entity } from './entity.ts';
import { feedDecision } from './feed-decision.ts';
import { lookUp } from './look-up.ts';
import { calcValue, entityFrame, groupValue } from './node-value.ts';
import { broadcast } from './outgoing.ts';
import { changeAfter, valueAt } from './own-clock.ts';
import type { PartitionState } from './partition-state.ts';
import { type Blank, CHANGED, planIndex, WOKEN } from './plan-index.ts';
import { predictOutcome } from './predict-outcome.ts';
import { type Responding, respond, responseDue } from './respond.ts';
import { keepsValue, type Result, resultDue } from './result.ts';
import { runRule } from './run-rule.ts';
import { type MergedState, mergedState } from './shared-states.ts';
import { tallyErrors } from './step-errors.ts';

/** What makes rules run: an event of this entry, or time (event undefined). */
export interface Cause {
  readonly entry: EntryId;
  readonly event: WeirEvent | undefined;
  readonly late: boolean;
}

/**
 * Computes every pending node at the current stream time, and what depends on it if its value changed.
 * Pending nodes are marked in the plan index's scratch of this kind, which is clean again afterwards.
 */
export function evaluate(state: PartitionState, entity: Entity, cause: Cause): void {
  const { kind, slots, states, next } = entity;
  const index = planIndex(state.plan);
  const pending = index.pending[kind.index] as Uint8Array;
  const blanks = index.blanks[kind.index] as readonly (Blank | undefined)[];
  if (entity.fresh) {
    pending.fill(CHANGED);
    entity.recordStale = true;
  }
  entity.fresh = false;
  entity.foreign = false;
  const isFirst = entity.heard < 0;
  const hasNews = entity.heard !== state.heard;
  entity.heard = state.heard;
  for (const lookup of kind.lookups)
    if (pending[lookup] === 0 && (hasNews || kind.nodes[lookup]?.type !== 'lookup')) pending[lookup] = WOKEN;
  const now = state.streamTime;
  let frame = entityFrame(entity, now);
  let ran = false;
  let regrouped = false;
  let tended = false;
  const rows = index.rows[kind.index] as readonly (readonly number[])[];
  let stale: Set<number> | undefined =
    isFirst && kind.groups.length > 0 ? new Set(kind.groups.keys()) : undefined;
  for (let i = 0; i < kind.nodes.length; i++) {
    const marked = pending[i];
    if (marked === 0) continue;
    pending[i] = 0;
    ran = true;
    const node = kind.nodes[i] as (typeof kind.nodes)[number];
    if (node.slot < 0) {
      if (node.type === 'contribution') contribute(state, entity, node, frame);
      else if (node.type === 'broadcast') broadcast(state, entity, node);
      else if (node.type === 'actions') {
        expireActions(state, entity, cause, now);
        tended = true;
      }
      continue;
    }
    const before = slots[node.slot];
    let value: unknown;
    if (node.type === 'aggregate') {
      const kept = states[node.state];
      if (kept === undefined) value = blanks[node.state]?.value;
      else {
        value = valueAt(node, kept, entity, now) ?? node.default;
        next[node.state] = changeAfter(node, kept, entity, now);
        const errors = node.aggregate.takeErrors?.(kept);
        if (errors) tallyErrors(state.tally, `${kind.name}.${node.name}`, errors);
      }
    } else if (node.type === 'calc') {
      value = calcValue(node, frame);
    } else if (node.type === 'group') {
      value = groupValue(node, states[node.state] as Map<string, unknown[]>);
    } else if (node.type === 'merged') {
      const merged = mergedState(node.keeper, states[node.state] as MergedState);
      value = node.keeper.value(merged, now) ?? node.default;
      next[node.state] = node.keeper.nextChange(merged, now);
    } else if (node.type === 'screen') {
      value = (states[node.state] as ScreenState).flagged;
    } else if (node.type === 'lookup') {
      value = lookUp(state, entity, node);
    } else if (node.type === 'learned') {
      value = predictOutcome(state, entity, node, frame, cause.event !== undefined, marked === CHANGED);
    } else if (node.type === 'response') {
      value = respond(state, entity, node, now);
      next[node.state] = responseDue(states[node.state] as Responding | undefined);
    } else if (node.type === 'detector') {
      value = detect(entity, node, now);
      next[node.state] = detectorDue(entity, node);
    } else if (node.type === 'rule') {
      const result = states[node.state] as Result;
      const { failing } = result;
      const begun = state.timing?.now();
      const decisions = runRule({ state, entity, node, result, cause, frame });
      if (begun !== undefined) state.timing?.rule(node.rule.name, state.timing.now() - begun);
      if (keepsValue(node.rule) || decisions.length > 0 || result.failing !== failing)
        entity.touchState(node.state);
      value = result.value;
      next[node.state] = resultDue(result, node.rule, entity.zone());
      // live rules never see a shadow rule's decisions
      if (node.rule.mode === 'live')
        for (const decision of decisions) feedDecision(state, entity, decision, pending);
    }
    if (sameValue(before, value)) continue;
    slots[node.slot] = value;
    if (node.type === 'group') regrouped = true;
    if (node.slot === kind.zoneSlot || node.slot === kind.currencySlot) frame = entityFrame(entity, now);
    for (const dependent of kind.dependents[node.slot] as readonly number[]) pending[dependent] = CHANGED;
    for (const group of rows[node.slot] as readonly number[]) {
      stale ??= new Set();
      stale.add(group);
    }
  }
  if (!ran) return;
  if (regrouped) renewProposals(state, entity, cause);
  if (tended) realise(state, entity, cause);
  state.changed(entity);
  if (stale !== undefined) pushRows(state, entity, stale);
}

/** Copies the child's row into its parents' groups and marks the groups that changed. */
function pushRows(state: PartitionState, child: Entity, stale: ReadonlySet<number>): void {
  for (const [place, group] of child.kind.groups.entries()) {
    if (!stale.has(place)) continue;
    const parentKind = state.plan.kinds[group.kind] as KindPlan;
    const node = parentKind.nodes[group.node] as GroupNode;
    const parent = state.entity(parentKind.name, parentId(parentKind, child));
    const rows = parent.states[node.state] as Map<string, unknown[]>;
    const belongs = node.where === undefined || holds(node.where, child, state.streamTime);
    const row = belongs ? node.fields.map((field) => child.slots[field.slot]) : undefined;
    if (sameValue(rows.get(child.id), row)) continue;
    parent.touchState(node.state);
    if (row) rows.set(child.id, row);
    else rows.delete(child.id);
    (planIndex(state.plan).pending[group.kind] as Uint8Array)[group.node] = CHANGED;
  }
}

function holds(where: NonNullable<GroupNode['where']>, child: Entity, now: number): boolean {
  try {
    return where.evaluate(entityFrame(child, now)) === true;
  } catch {
    return false;
  }
}

/** The parents that group over this entity's kind; to be evaluated after it. */
export function parentsOf(state: PartitionState, child: Entity): Entity[] {
  const kinds = new Set(child.kind.groups.map((group) => group.kind));
  return [...kinds].map((index) => {
    const kind = state.plan.kinds[index] as KindPlan;
    return state.entity(kind.name, parentId(kind, child));
  });
}

/** The id of the parent of a kind, and so which entity must be loaded with the child. */
export function parentId(parent: KindPlan, child: { readonly kind: KindPlan; readonly id: string }): string {
  const values = keyValues(child.id, child.kind.key.length);
  return entityId(parent.key.map((field) => values[child.kind.key.indexOf(field)] as string));
}
