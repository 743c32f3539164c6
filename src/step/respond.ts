/** respond: what money buys, of one channel: fed by clicks and applications, told anew at the end of each hour. */

import { type Millis, toMicros } from '../core/units.ts';
import { zoneOffset } from '../core/zone.ts';
import { response } from '../models/market/response.ts';
import type { ResponseState } from '../models/market/response-state.ts';
import type { Frame } from '../rules/expression/expression.ts';
import { CLICK, type Feed, PLAN, type ResponseNode } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';
import type { PartitionState } from './partition-state.ts';

/** The model, and its value since it last changed; absent: to be made again. */
export interface Responding {
  readonly learned: ResponseState;
  value: unknown;
}

/** Squared errors of the model and of the simple forecasts beside it, in this order. */
const FORECASTS = ['model', 'last_hour', 'average', 'yesterday'] as const;
/** Errors of the past count a week's half less, hour by hour. */
const KEPT_PER_HOUR = 2 ** (-1 / 168);
const LONGEST_PLAN = 48;

/** One event offered: true when taken, false when it is too old to say anything. */
export function feedResponse(
  entity: Entity,
  node: ResponseNode,
  { rank, value, key }: Feed,
  frame: Frame,
  now: Millis,
): boolean | undefined {
  const fed = value?.evaluate(frame);
  if (value !== undefined && (fed === undefined || fed === null)) return undefined;
  const id = key === undefined ? undefined : frame.input[key];
  const clickId = typeof id === 'string' ? id : undefined;
  entity.states[node.state] ??= emptyResponse();
  const kept = entity.states[node.state] as Responding;
  const taken = take(kept, rank, fed, frame.time, now, clickId);
  if (taken) entity.touchState(node.state);
  return taken;
}

function take(
  kept: Responding,
  rank: number,
  fed: unknown,
  time: Millis,
  now: Millis,
  clickId: string | undefined,
): boolean | undefined {
  const { learned } = kept;
  if (rank === CLICK) {
    if (typeof fed !== 'number' || !Number.isFinite(fed)) return undefined;
    return response.addClick(learned, time, now, toMicros(fed), clickId);
  }
  if (rank !== PLAN) return response.addApplication(learned, time, now, clickId);
  if (!Array.isArray(fed) || !fed.every((amount) => typeof amount === 'number' && amount >= 0))
    return undefined;
  response.addPlan(learned, time, fed.slice(0, LONGEST_PLAN).map(toMicros));
  kept.value = undefined;
  return true;
}

/** Takes an earlier click back, as far as it has not been learned from yet. */
export function takeBackClick(
  entity: Entity,
  node: ResponseNode,
  cost: unknown,
  time: Millis,
  now: Millis,
): boolean {
  const kept = entity.states[node.state] as Responding | undefined;
  if (kept === undefined || typeof cost !== 'number') return false;
  const taken = response.takeBackClick(kept.learned, time, now, toMicros(cost));
  if (taken) entity.touchState(node.state);
  return taken;
}

export function emptyResponse(): Responding {
  return { learned: response.create(), value: undefined };
}

/** Closes the hours that are over, and gives the value. */
export function respond(state: PartitionState, entity: Entity, node: ResponseNode, now: Millis): unknown {
  const kept = entity.states[node.state] as Responding | undefined;
  if (kept === undefined) return undefined;
  const { learned } = kept;
  const zone = entity.zone();
  const prior = node.prior === undefined ? undefined : entity.slots[node.prior];
  const before = learned.record.hours;
  const squares = [...learned.record.squares];
  if (response.advance(learned, now, (time) => zoneOffset(zone, time), priorOf(prior))) {
    kept.value = undefined;
    entity.touchState(node.state);
    measure(state, node, learned, learned.record.hours - before, squares);
  }
  return responseValue(kept);
}

export function responseValue(kept: Responding | undefined): unknown {
  if (kept === undefined) return undefined;
  kept.value ??= response.value(kept.learned);
  return kept.value;
}

/** When the first open hour is over. */
export function responseDue(kept: Responding | undefined): Millis {
  return kept === undefined ? Number.POSITIVE_INFINITY : response.nextChange(kept.learned, 0);
}

export function encodeResponse(kept: Responding | undefined): unknown {
  return kept === undefined ? null : response.encode(kept.learned);
}

export function decodeResponse(stored: unknown): Responding | undefined {
  if (stored === null || stored === undefined) return undefined;
  return { learned: response.decode(stored), value: undefined };
}

function priorOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The errors of the hours that were just closed; of one hour exactly, of several nearly. */
function measure(
  { tally }: PartitionState,
  { model }: ResponseNode,
  { record }: ResponseState,
  hours: number,
  before: readonly number[],
): void {
  if (hours <= 0) return;
  tally.add('weir_forecast_hours_total', model, '', hours);
  for (const [i, forecast] of FORECASTS.entries()) {
    const error = (record.squares[i] as number) - (before[i] as number) * KEPT_PER_HOUR ** hours;
    tally.add('weir_forecast_squared_error_total', model, forecast, Math.max(0, error));
  }
}
