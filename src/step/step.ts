/** step: one decoded item of a partition's log applied to its state; synchronous and deterministic. */

import type { DeadLetter } from '../core/decision.ts';
import type { Entry } from '../core/entry.ts';
import type { WeirEvent } from '../core/event.ts';
import type { Millis } from '../core/units.ts';
import { hearAction, isAboutAction } from './actions/hear-action.ts';
import { takeBudget } from './actions/take-budget.ts';
import { advance } from './advance.ts';
import { currencyMix } from './currency-mix.ts';
import type { Item } from './decode.ts';
import { sourceText } from './decode.ts';
import { originOf } from './entry-reading.ts';
import { erase, forget, isErased } from './erase.ts';
import { learn } from './learn.ts';
import { takeExample } from './learn-examples.ts';
import { MUTED, mute } from './mute.ts';
import { partUnsent, sendParts } from './outgoing.ts';
import type { PartitionState } from './partition-state.ts';
import { mergesAnew, resend, takeBroadcast, takeKnown, takePartial } from './receive-mail.ts';
import { mailResend } from './send-mail.ts';

/**
 * Applies one item. Everything it changes is in `state`; `state.collect()` hands it over for a commit.
 * The caller has loaded every entity that `touchedKeys` names and every timer due up to the item's time.
 */
export function step(state: PartitionState, entry: Entry, item: Item): void {
  if (item.kind === 'event') applyEvent(state, entry, item.event, item.index, item.payload);
  else if (item.kind === 'tick') advance(state, entry.id, item.time);
  else if (item.kind === 'imported') state.past = Math.max(state.past, item.until);
  else if (item.kind === 'activated') activate(state, item.hash, item.previous);
  else if (item.kind === 'partial') takePartial(state, entry.id, item.partial);
  else if (item.kind === 'broadcast') takeBroadcast(state, item.change);
  else if (item.kind === 'known') takeKnown(state, entry.id, item.known);
  else if (item.kind === 'erased') forget(state, item.erased.kind, item.erased.id, item.erased.time);
  else if (item.kind === 'budget') takeBudget(state, entry.id, item.budget);
  else if (item.kind === 'example') takeExample(state, item.example);
  else if (item.kind === 'resend') resend(state, entry.id, item.owner);
  else bury(state, item.id, item.letter);
  sendParts(state);
}

/** The intake may send an entry again after a crash: a letter counts once, like an event. */
function bury(state: PartitionState, origin: string, letter: DeadLetter): void {
  if (state.dedup.check(origin, '\u0000dead', 0) !== 'new') return;
  state.dedup.add(origin, '\u0000dead', 0, state.streamTime);
  state.bury(letter, state.plan.events.get(letter.type ?? '')?.name ?? 'unknown');
}

/** The stream time an item moves to, or undefined when it does not move time. */
export function itemTime(item: Item): Millis | undefined {
  if (item.kind === 'event') return item.event.time;
  return item.kind === 'tick' ? item.time : undefined;
}

function applyEvent(
  state: PartitionState,
  entry: Entry,
  event: WeirEvent,
  index: number,
  payload: number,
): void {
  const verdict = state.dedup.check(event.id, event.source, payload);
  if (verdict === 'duplicate') {
    state.tally.add('weir_events_duplicate_total', event.type);
    return;
  }
  if (verdict === 'conflict') {
    const problem = `event ${event.id} came before with another payload; send a changed event under a new id`;
    refuse(state, entry, event, index, 'id_conflict', problem);
    return;
  }
  if (event.time > state.streamTime) advance(state, entry.id, event.time);
  state.dedup.add(event.id, event.source, payload, state.streamTime);
  const mix = currencyMix(state, event);
  if (mix !== undefined) {
    refuse(state, entry, event, index, 'currency_mix', mix);
    return;
  }
  if (isErased(state, event) && !erases(state, event)) {
    state.tally.add('weir_events_erased_total', event.type);
    return;
  }
  state.tally.add('weir_events_applied_total', event.type);
  if (isAboutAction(event)) {
    hearAction(state, entry, event, index);
    return;
  }
  if (event.type === MUTED) mute(state, event);
  if (erases(state, event)) erase(state, event);
  else if (!learn(state, entry.id, event)) state.tooLate(entry.id, event);
}

/** An event that was decoded and cannot be applied as things stand becomes a dead letter with its own bytes. */
function refuse(
  state: PartitionState,
  entry: Entry,
  { type }: WeirEvent,
  index: number,
  reason: DeadLetter['reason'],
  problem: string,
): void {
  const { raw, encoding } = sourceText(entry, index);
  const letter = { reason, problem, type, entry: entry.id, index, raw, encoding };
  bury(state, originOf(entry, entry.m?.split(',') ?? [], index), letter);
}

function erases({ plan }: PartitionState, { type }: WeirEvent): boolean {
  return plan.events.get(type)?.erases === true;
}

function activate(state: PartitionState, hash: string, previous: string): void {
  const plan = state.plans.get(hash);
  if (previous !== state.rules || !plan) {
    state.tally.add('weir_activations_refused_total');
    return;
  }
  state.predecessor.activated(hash, previous);
  const nodes = plan.kinds.flatMap((kind) => kind.nodes);
  state.breakers.keepOnly(new Set(nodes.map((node) => node.definition)));
  state.rules = hash;
  const before = state.plan;
  if (plan.hash === before.hash) return;
  state.takeUp(plan);
  for (const entity of state.residents()) if (entity.kind.role === 'part') partUnsent(state, entity);
  // parts under the new definitions may have come while this partition did not know them yet
  if (mergesAnew(plan, before)) mailResend(state);
}
