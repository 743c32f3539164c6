/** Reads `forecast: cpa`, the feature that learns what money buys in a channel. */

import { HOUR, type Millis } from '../core/units.ts';
import type { LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';
import type { ResponseFeature } from './rule-set.ts';

/** What a forecast may be of, when it is no field of an event. */
export const RESPONSE_WORD = 'cpa';
export const RESPONSE_OPTIONS = ['horizon', 'on', 'spent', 'outcome', 'match', 'prior', 'where', 'plan'];

const HORIZON: Millis = HOUR;

export function readResponse(
  reader: MapReader,
):
  | Pick<ResponseFeature, 'type' | 'clicks' | 'spent' | 'outcomes' | 'match' | 'prior' | 'where' | 'plan'>
  | undefined {
  for (const key of ['horizon', 'on', 'spent', 'outcome']) reader.need(key);
  const horizon = reader.duration('horizon');
  if (horizon !== undefined && horizon !== HORIZON)
    reader.diagnostics.report(
      reader.value('horizon') as LocatedScalar,
      '`horizon` of `cpa` is 1h: what the next hour brings',
    );
  const [clicks, spent, outcomes] = [reader.scalar('on'), reader.scalar('spent'), reader.scalar('outcome')];
  const [match, prior, where] = [reader.scalar('match'), reader.scalar('prior'), reader.scalar('where')];
  const plan = readPlan(reader);
  if (!clicks || !spent || !outcomes) return undefined;
  return {
    type: 'response',
    clicks,
    spent,
    outcomes,
    ...(match && { match }),
    ...(prior && { prior }),
    ...(where && { where }),
    ...(plan && { plan }),
  };
}

/** `plan: { hours: FIELD, on: EVENT, each: LIST }`. */
function readPlan(reader: MapReader): ResponseFeature['plan'] {
  const map = reader.submap('plan');
  if (map === undefined) return undefined;
  const plan = new MapReader(map, reader.diagnostics, ['hours', 'on', 'each']);
  for (const key of ['hours', 'on', 'each']) plan.need(key);
  const [hours, type, each] = [plan.scalar('hours'), plan.scalar('on'), plan.scalar('each')];
  return hours && type && each && { type, each, hours };
}
