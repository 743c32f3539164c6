/** detect: what is unusual about a channel, given what its response expected when the bucket was under way. */

import { sameValue } from '../core/same-value.ts';
import { HOUR, type Millis, toMicros } from '../core/units.ts';
import { zoneOffset } from '../core/zone.ts';
import type { Usual } from '../models/alarms/market-detector.ts';
import type { ZoneClock } from '../models/market/local-hour.ts';
import type { Frame } from '../rules/expression/expression.ts';
import { CLICK, type DetectorNode, type Feed } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';

/** A detector, and what was expected when it was looked at last: buckets that are over are judged by that. */
export interface Detecting {
  readonly watched: unknown;
  usual: Usual | undefined;
}

/** A late event counts in the bucket under way, unless it is so late that it says nothing of it. */
const LATEST: Millis = HOUR;

export function feedDetector(
  entity: Entity,
  { detector, state: place }: DetectorNode,
  { rank, value, key, usual }: Feed,
  frame: Frame,
  now: Millis,
): boolean | undefined {
  const fed = value === undefined ? 0 : value.evaluate(frame);
  if (typeof fed !== 'number' || !Number.isFinite(fed) || fed < 0) return undefined;
  if (frame.time < now - LATEST) return false;
  const named = key === undefined || !Object.hasOwn(frame.input, key) ? undefined : frame.input[key];
  entity.states[place] ??= { watched: detector.create(), usual: undefined } satisfies Detecting;
  const kept = entity.states[place] as Detecting;
  // what is over is closed before it is known what comes next
  detector.advance(kept.watched, now, kept.usual, clockOf(entity));
  if (rank === CLICK)
    detector.click(
      kept.watched,
      now,
      toMicros(fed),
      typeof named === 'string' ? named : undefined,
      usual !== undefined && usual.evaluate(frame) !== true,
    );
  else detector.outcome(kept.watched, now);
  entity.touchState(place);
  return true;
}

/** Closes the buckets that are over, then looks at what the response expects from now on. */
export function detect(
  entity: Entity,
  { detector, state: place, response }: DetectorNode,
  now: Millis,
): unknown {
  const kept = entity.states[place] as Detecting | undefined;
  if (kept === undefined) return undefined;
  if (detector.advance(kept.watched, now, kept.usual, clockOf(entity))) entity.touchState(place);
  const usual = usualOf(entity.slots[response]);
  if (usual?.curve !== kept.usual?.curve || usual?.spend !== kept.usual?.spend) {
    if (!sameValue(usual, kept.usual)) entity.touchState(place);
    kept.usual = usual;
  }
  return detector.value(kept.watched);
}

export function detectorValue({ detector }: DetectorNode, kept: Detecting | undefined): unknown {
  return kept === undefined ? undefined : detector.value(kept.watched);
}

export function detectorDue(entity: Entity, { detector, state: place }: DetectorNode): Millis {
  const kept = entity.states[place] as Detecting | undefined;
  if (kept === undefined) return Number.POSITIVE_INFINITY;
  return detector.nextChange(kept.watched, kept.usual, clockOf(entity));
}

function clockOf(entity: Entity): ZoneClock {
  const zone = entity.zone();
  return (time) => zoneOffset(zone, time);
}

export function encodeDetector({ detector }: DetectorNode, kept: Detecting | undefined): unknown {
  return kept === undefined ? null : [detector.encode(kept.watched), kept.usual ?? null];
}

export function decodeDetector({ detector }: DetectorNode, stored: unknown): Detecting | undefined {
  if (stored === null || stored === undefined) return undefined;
  const [watched, usual] = stored as [unknown, Usual | null];
  return { watched: detector.decode(watched), usual: usual ?? undefined };
}

/** In rule tests a response may be any value. */
function usualOf(value: unknown): Usual | undefined {
  const { curve, spend, hours } = (value ?? {}) as Partial<Usual>;
  if (typeof curve !== 'object' || typeof spend !== 'number' || typeof hours !== 'number') return undefined;
  return { curve, spend, hours };
}
