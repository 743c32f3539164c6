/** Reads `anomaly:`: of a channel, given what its response expects; or of any series of events. */

import { HOUR, MINUTE, type Millis } from '../core/units.ts';
import type { LocatedScalar } from './located.ts';
import type { MapReader } from './map-reader.ts';
import type { AggregateFeature, DetectorFeature } from './rule-set.ts';

export const DETECTOR_OPTIONS = ['given', 'on', 'spent', 'outcome', 'same', 'where', 'usual'];
export const SERIES_OPTIONS = {
  anomaly: ['on', 'step', 'where', 'each'],
  forecast: ['on', 'horizon', 'where', 'each'],
};

/** What each detector of a channel has to be told of. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  click_cost: ['on', 'spent'],
  clicks: ['on', 'spent'],
  applications: ['on', 'outcome'],
  repeats: ['on', 'same'],
};
const STEPS: Readonly<Record<string, Millis>> = { '5m': 5 * MINUTE, '1h': HOUR };
/** Not the sum of a field, but how many events. */
export const COUNT = 'count';

/** Whether the map is about a channel's response; a word of one without `given` is a mistake to tell. */
export function isOfChannel(reader: MapReader): boolean {
  const word = reader.scalar('anomaly')?.text;
  return reader.has('given') || (word !== undefined && word in NEEDS);
}

export function readDetector(
  reader: MapReader,
):
  | Pick<
      DetectorFeature,
      'type' | 'detector' | 'given' | 'clicks' | 'spent' | 'outcomes' | 'same' | 'where' | 'usual'
    >
  | undefined {
  const { diagnostics } = reader;
  const detector = reader.word('anomaly', Object.keys(NEEDS));
  if (!reader.has('given') && detector !== undefined)
    diagnostics.report(
      reader.key('anomaly') as LocatedScalar,
      `\`anomaly: ${detector}\` needs \`given\`: the feature with \`forecast: cpa\` that says what is usual`,
    );
  const needs = detector === undefined ? [] : (NEEDS[detector] as readonly string[]);
  for (const key of needs) reader.need(key);
  for (const key of ['spent', 'outcome', 'same', 'usual'])
    if (detector !== undefined && reader.has(key) && !needs.includes(key) && !mayHave(detector, key))
      diagnostics.report(
        reader.key(key) as LocatedScalar,
        `\`${key}\` does not go with \`anomaly: ${detector}\``,
      );
  const [given, clicks, spent] = [reader.scalar('given'), reader.scalar('on'), reader.scalar('spent')];
  const [outcomes, same, where] = [reader.scalar('outcome'), reader.scalar('same'), reader.scalar('where')];
  const usual = reader.scalar('usual');
  if (detector === undefined || !given || !clicks || needs.some((key) => !reader.has(key))) return undefined;
  return {
    type: 'detector',
    detector,
    given,
    clicks,
    ...(spent && { spent }),
    ...(outcomes && { outcomes }),
    ...(same && { same }),
    ...(where && { where }),
    ...(usual && { usual }),
  };
}

/** `anomaly` and `forecast` of a sum or count of events. */
export function readSeries(
  verb: 'anomaly' | 'forecast',
  reader: MapReader,
):
  | Pick<
      AggregateFeature,
      'type' | 'aggregate' | 'options' | 'sources' | 'value' | 'where' | 'each' | 'default'
    >
  | undefined {
  const { diagnostics } = reader;
  reader.need('on');
  const what = reader.scalar(verb);
  const [where, each] = [reader.scalar('where'), reader.scalars('each')];
  if (verb === 'forecast') {
    reader.need('horizon');
    const horizon = reader.duration('horizon');
    if (horizon !== undefined && horizon !== HOUR)
      diagnostics.report(
        reader.value('horizon') as LocatedScalar,
        '`horizon` is 1h: what the next hour brings',
      );
  }
  const word = verb === 'anomaly' && reader.has('step') ? reader.word('step', Object.keys(STEPS)) : undefined;
  const sources = reader.scalars('on').map((type, rank) => ({ type, rank }));
  if (what === undefined || sources.length === 0) return undefined;
  return {
    type: 'aggregate',
    aggregate: verb,
    options: { ...(word !== undefined && { step: STEPS[word] as Millis }) },
    sources,
    ...(what.text !== COUNT && { value: what }),
    ...(where && { where }),
    ...(each.length > 0 && { each }),
    default: undefined,
  };
}

/** Only of too many clicks are those evidence that nothing is learned from. */
function mayHave(detector: string, key: string): boolean {
  return detector === 'clicks' && key === 'usual';
}
