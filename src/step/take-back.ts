/** take-back: a click that turned out not to count leaves what it had fed, and feeds what counts such clicks. */

import { keyValues } from '../core/entity-key.ts';
import type { WeirEvent } from '../core/event.ts';
import { sameValue } from '../core/same-value.ts';
import { fromMicros, type Millis } from '../core/units.ts';
import { type KeptClick, takeClicks } from '../models/kept-clicks.ts';
import type { ScreenState } from '../models/screen.ts';
import type { Frame } from '../rules/expression/expression.ts';
import type { AggregateNode, FedNode, Feed } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';
import { type Cause, evaluate } from './evaluate.ts';
import { feedOne } from './feed.ts';
import { knownParts } from './left-out.ts';
import { partChanged } from './outgoing.ts';
import { shown } from './own-clock.ts';
import type { PartitionState } from './partition-state.ts';
import { hashText } from './payload-hash.ts';
import { CHANGED, flagsOf, idFrom, partUses, planIndex, type Screening, usesOf } from './plan-index.ts';
import { takeBackClick } from './respond.ts';

/** What is said of a click that a producer takes back without a reason. */
const NO_REASON = 'flagged';

/** Takes back the clicks that the event names; one that is not known any more, or did not count, changes nothing. */
export function flagClick(state: PartitionState, cause: Cause, event: WeirEvent): void {
  const { click_id } = event.data;
  const screens = flaggedScreens(state, event);
  if (screens.length === 0 || typeof click_id !== 'string') return;
  const hash = hashText(click_id);
  let outcome = 'unknown';
  for (const screening of screens)
    for (const id of flaggedParts(state, screening, event)) {
      const { states } = state.entity(screening.kind.name, id);
      const found = takeClicks((states[screening.node.state] as ScreenState).kept, hash);
      if (found === undefined) continue;
      if (outcome === 'unknown') outcome = 'again';
      for (const click of found) {
        outcome = 'taken_back';
        takeBack(state, screening, id, click, cause);
      }
    }
  state.tally.add('weir_clicks_flagged_total', outcome);
}

/** Those whose clicks the event may take back: of the kinds that it is about where it was routed to. */
export function flaggedScreens({ plan }: PartitionState, event: WeirEvent): readonly Screening[] {
  const screens = flagsOf(plan, event.type);
  return screens.length === 0
    ? screens
    : screens.filter(({ kind }) => usesOf(plan, event).some((use) => use.kind === kind));
}

/** The entity that the event names, else those that its parent knows; they are in memory. */
export function flaggedParts(state: PartitionState, { kind }: Screening, event: WeirEvent): string[] {
  const id = idFrom(kind, event.data);
  const ids = id === undefined ? [...(knownParts(state, kind, event)?.keys() ?? [])].sort() : [id];
  return ids.filter((each) => state.alive(`${kind.name}:${each}`));
}

/** The click is offered again as it was and as it is now, with what is kept of it: what differs is taken back or added. */
function takeBack(
  state: PartitionState,
  { kind, node, index }: Screening,
  id: string,
  { time, cost }: KeptClick,
  cause: Cause,
): void {
  const { click_id, reason } = (cause.event as WeirEvent).data;
  const values = keyValues(id, kind.key.length);
  const data: Record<string, unknown> = { click_id };
  for (const [i, name] of kind.key.entries()) data[name] = values[i];
  if (node.spent !== undefined) data[node.spent] = fromMicros(cost);
  const judged = { ...data, fraud: typeof reason === 'string' && reason !== '' ? reason : NO_REASON };
  const click: WeirEvent = { ...(cause.event as WeirEvent), type: node.event, time, data };
  for (const use of usesOf(state.plan, click)) {
    const own = idFrom(use.kind, data);
    if (own === undefined) continue;
    const entity = state.entity(use.kind.name, own);
    const pending = planIndex(state.plan).pending[use.kind.index] as Uint8Array;
    const place = { zone: entity.zone(), currency: entity.currency() };
    for (const feed of use.direct)
      if (offerAgain(entity, feed, { slots: entity.slots, time, ...place }, data, judged, state.streamTime))
        pending[feed.node] = CHANGED;
    if (use.kind === kind) {
      entity.touchState(node.state);
      pending[index] = CHANGED;
    }
    evaluate(state, entity, cause);
  }
  for (const { kind: shared, direct } of partUses(state.plan, node.event)) {
    const own = shared.key.length === 0 ? shared.of : idFrom(shared, data);
    const part = own === undefined ? undefined : state.resident(shared.name, own);
    if (part === undefined) continue;
    const { timezone: zone, currency } = state.plan.settings;
    for (const feed of direct)
      if (offerAgain(part, feed, { slots: part.slots, time, zone, currency }, data, judged, state.streamTime))
        partChanged(state, part, feed.node);
  }
}

/** @returns whether the feature may have changed */
function offerAgain(
  entity: Entity,
  feed: Feed,
  place: Omit<Frame, 'input'>,
  before: Frame['input'],
  after: Frame['input'],
  now: Millis,
): boolean {
  const [was, is] = [offered(feed, { ...place, input: before }), offered(feed, { ...place, input: after })];
  if (was === undefined && is === undefined) return false;
  if (was !== undefined && is !== undefined && sameValue(was.value, is.value)) return false;
  const node = entity.kind.nodes[feed.node];
  // what a detector has seen is over in minutes
  if (node?.type === 'detector') return false;
  if (node?.type === 'response')
    return is === undefined && takeBackClick(entity, node, was?.value, place.time, now);
  const { aggregate, state, ...kept } = node as AggregateNode | FedNode;
  let changed = false;
  if (was !== undefined) {
    if (aggregate.takeBack === undefined || entity.states[state] === undefined) return false;
    const local = kept.type === 'aggregate' && kept.local;
    const [time, until] = local ? [shown(entity, place.time), shown(entity, now)] : [place.time, now];
    changed = aggregate.takeBack(entity.states[state], time, until, was.value);
    if (changed) entity.touchState(state);
  }
  if (is === undefined) return changed;
  return feedOne(entity, feed, { ...place, input: after }, now) === true || changed;
}

/** What would be fed; undefined where the event does not count, or not by what is kept of it. */
function offered({ where, value, key }: Feed, frame: Frame): { readonly value: unknown } | undefined {
  try {
    if (where !== undefined && where.evaluate(frame) !== true) return undefined;
    if (key !== undefined && (frame.input[key] ?? null) === null) return undefined;
    const fed = value?.evaluate(frame);
    if (value !== undefined && (fed === undefined || fed === null)) return undefined;
    return { value: fed };
  } catch {
    return undefined;
  }
}
