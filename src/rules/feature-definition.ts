/** Reads the features of a `features:` document: the verb says what, the options of which events or entities. */

import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../core/units.ts';
import { type AggregateOptions, windowStep } from '../models/aggregate.ts';
import { NAME, nameRule, RESERVED_NAMES } from './definition-name.ts';
import {
  DETECTOR_OPTIONS,
  isOfChannel,
  readDetector,
  readSeries,
  SERIES_OPTIONS,
} from './detector-definition.ts';
import { type Diagnostics, startOf } from './diagnostics.ts';
import { readScreen } from './draft-screen.ts';
import { GROUP_OPTIONS, groupVerb, readGroup } from './group-definition.ts';
import { readLearned } from './learned-definition.ts';
import { type LocatedMap, type LocatedScalar, plainValue } from './located.ts';
import { MapReader } from './map-reader.ts';
import { RESPONSE_OPTIONS, RESPONSE_WORD, readResponse } from './response-definition.ts';
import type { AggregateFeature, EventSource, FeatureDefinition } from './rule-set.ts';

/** What may stand beside each verb. */
const OPTIONS: Record<string, readonly string[]> = {
  count: ['window', 'ago', 'step', 'where', 'each', 'once', 'keep', 'default'],
  number: ['on', 'window', 'ago', 'step', 'where', 'each', 'default'],
  corrected: ['on', 'corrected', 'by', 'window', 'default'],
  ratio: ['on', 'per', 'window', 'ago', 'step', 'where', 'default'],
  last: ['on', 'window', 'step', 'where', 'each', 'default'],
  distinct: ['on', 'window', 'step', 'where', 'each', 'keep', 'default'],
  since: ['unit', 'until', 'where', 'each', 'default'],
  series: ['window', 'ago', 'step', 'where', 'each'],
  pairs: ['from', 'to', 'match', 'window', 'step', 'where', 'keep', 'default'],
  tallied: ['on', 'window', 'ago', 'step', 'where', 'each', 'keep', 'default'],
  latest: ['on', 'window', 'step', 'where', 'each', 'keep', 'default'],
  lookup: ['of', 'default'],
  calc: ['default'],
  learn: ['from', 'lost', 'horizon'],
  response: RESPONSE_OPTIONS,
  detector: DETECTOR_OPTIONS,
  ...SERIES_OPTIONS,
  screen: ['duplicate', 'burst', 'within', 'flagged', 'spent'],
  ...GROUP_OPTIONS,
};
/** Verbs that can count by the entity's own days. */
const DAILY_VERBS = ['count', 'sum', 'avg', 'min', 'max'];
const NUMBER_VERBS = ['sum', 'avg', 'min', 'max', 'median'];
const AGGREGATE_VERBS = ['count', ...NUMBER_VERBS, 'last', 'distinct', 'since', 'series', 'latest'];
const VERBS = [...AGGREGATE_VERBS, 'calc', 'learn', 'screen', 'rows', 'tally', 'forecast', 'anomaly'];
const ABOUT_KINDS: Readonly<Record<string, readonly string[]>> = { ...GROUP_OPTIONS, lookup: [] };
const ALL_OPTIONS = [...new Set(Object.values(OPTIONS).flat())];
const QUANTILE = /^p(?!0+(?:\.0+)?$)(\d{1,2}(?:\.\d{1,3})?)$/;
const UNITS: Record<string, Millis> = { day: DAY, hour: HOUR, minute: MINUTE };
const LONGEST_WINDOW: Millis = 400 * DAY;
const MOST_KEPT = 10_000;
const MOST_BUCKETS = 1000;
/** Verbs that name events and not a field of theirs. */
const NAMING = ['count', 'since', 'series'];

/** The features of one kind. */
export function readFeatures(kind: string, map: LocatedMap, diagnostics: Diagnostics): FeatureDefinition[] {
  const features: FeatureDefinition[] = [];
  for (const [name, { key, value }] of map.entries) {
    if (!NAME.test(name)) diagnostics.report(key, nameRule(name));
    else if (RESERVED_NAMES.includes(name) || name === kind)
      diagnostics.report(key, `no feature may be called \`${name}\`: the word has a meaning of its own`);
    else if (value.type !== 'map') {
      if (value.type === 'list' || !value.broken)
        diagnostics.report(
          startOf(value),
          'a feature is a map such as { count: content.opened, window: 7d }',
        );
    } else {
      const feature = new FeatureReader(kind, key, value, diagnostics).read();
      if (feature) features.push(feature);
    }
  }
  return features;
}

class FeatureReader {
  readonly #kind: string;
  readonly #place: LocatedScalar;
  readonly #diagnostics: Diagnostics;
  readonly #reader: MapReader;

  constructor(kind: string, place: LocatedScalar, map: LocatedMap, diagnostics: Diagnostics) {
    this.#kind = kind;
    this.#place = place;
    this.#diagnostics = diagnostics;
    this.#reader = new MapReader(map, diagnostics, undefined);
  }

  read(): FeatureDefinition | undefined {
    const verb = this.#verb();
    if (verb === undefined) return undefined;
    const base = { kind: this.#kind, name: this.#place.text, place: this.#place };
    const reader = this.#reader;
    const where = reader.scalar('where');
    if (verb === 'calc') {
      this.#allow(verb, 'calc');
      const expression = reader.scalar('calc');
      return expression && { ...base, type: 'calc', expression, default: this.#default() };
    }
    if (verb === 'learn') {
      this.#allow(verb, 'learn');
      const learned = readLearned(reader);
      return learned && { ...base, ...learned };
    }
    if (verb === 'anomaly' && isOfChannel(reader)) {
      this.#allow(verb, 'detector');
      const detector = readDetector(reader);
      return detector && { ...base, ...detector };
    }
    if (verb === 'anomaly' || (verb === 'forecast' && reader.scalar(verb)?.text !== RESPONSE_WORD)) {
      this.#allow(verb, verb);
      const series = readSeries(verb, reader);
      return series && { ...base, ...series };
    }
    if (verb === 'forecast') {
      this.#allow(verb, 'response');
      const response = readResponse(reader);
      return response && { ...base, ...response };
    }
    if (verb === 'screen') {
      this.#allow(verb, 'screen');
      const screen = readScreen(reader);
      return screen && { ...base, ...screen };
    }
    const group = groupVerb(verb, reader);
    if (group !== undefined) {
      this.#allow(verb, group in GROUP_OPTIONS ? group : 'group');
      const feature = readGroup(group, reader);
      return feature && { ...base, ...feature };
    }
    if (verb === 'last' && reader.has('of')) {
      this.#allow(verb, 'lookup');
      const [field, of] = [reader.scalar('last'), reader.scalar('of')];
      return field && of && { ...base, type: 'lookup', field, of, default: this.#default() };
    }
    return this.#aggregate(verb, where);
  }

  #aggregate(verb: string, where: LocatedScalar | undefined): AggregateFeature | undefined {
    const reader = this.#reader;
    const quantile = verb === 'median' ? 0.5 : Number(QUANTILE.exec(verb)?.[1] ?? Number.NaN) / 100;
    const isPairs = reader.has('from') || reader.has('to') || reader.has('match');
    const numeric = NUMBER_VERBS.includes(verb) || quantile > 0;
    const isRatio = quantile > 0 && reader.has('per');
    const isCorrected = verb === 'sum' && reader.has('corrected');
    const row = isPairs
      ? 'pairs'
      : isCorrected
        ? 'corrected'
        : isRatio
          ? 'ratio'
          : numeric
            ? 'number'
            : verb === 'tally'
              ? 'tallied'
              : verb;
    this.#allow(verb, row);
    if (isPairs && verb !== 'avg') {
      this.#diagnostics.report(
        reader.key(verb) as LocatedScalar,
        'only `avg` can be taken of pairs: { avg: hours, from: …, to: …, match: … }',
      );
      return undefined;
    }
    const options = this.#options(verb, isPairs);
    const sources = isPairs
      ? this.#pairSources()
      : isRatio
        ? this.#ratioSources()
        : this.#sources(verb, isCorrected);
    const names = NAMING.includes(verb) || isPairs;
    const fields = verb === 'latest' ? reader.scalars(verb) : [];
    const value = names || verb === 'latest' ? undefined : reader.scalar(verb);
    if (!names && value === undefined && fields.length === 0) return undefined;
    if (isPairs) reader.need('match');
    const key = isPairs ? reader.scalar('match') : reader.scalar('once');
    const each = reader.scalars('each');
    const corrected = isCorrected ? this.#corrected() : undefined;
    return {
      kind: this.#kind,
      name: this.#place.text,
      place: this.#place,
      type: 'aggregate',
      aggregate: isPairs
        ? 'pairs'
        : isRatio
          ? 'ratios'
          : isCorrected
            ? 'corrected'
            : quantile > 0
              ? 'quantile'
              : verb,
      options: { ...options, ...(quantile > 0 && { quantile }) },
      sources,
      ...(value && { value }),
      ...(corrected && { corrected }),
      ...(fields.length > 0 && { fields }),
      ...(where && { where }),
      ...(each.length > 0 && { each }),
      ...(key && { key }),
      default: this.#default() ?? (verb === 'count' || verb === 'sum' ? 0 : undefined),
    };
  }

  /** The only verb of the map. */
  #verb(): string | undefined {
    const { map } = this.#reader;
    const verbs = [...map.entries.keys()].filter((key) => VERBS.includes(key) || QUANTILE.test(key));
    const [first, second] = verbs;
    if (first === undefined) {
      let misspelt = false;
      for (const [name, { key }] of map.entries) {
        if (ALL_OPTIONS.includes(name)) continue;
        misspelt = true;
        this.#diagnostics.reportUnknown(key, 'key', name, [...VERBS, ...ALL_OPTIONS]);
      }
      if (!misspelt)
        this.#diagnostics.report(startOf(map), `a feature needs an aggregate: ${VERBS.join(', ')}, p95`);
      return undefined;
    }
    if (second !== undefined) {
      const message = `two aggregates in one feature: \`${first}\` and \`${second}\``;
      this.#diagnostics.report(this.#reader.key(second) as LocatedScalar, message);
      return undefined;
    }
    return first;
  }

  /** Reports options that do not go with the verb, and unknown keys. */
  #allow(verb: string, row: string): void {
    const allowed = OPTIONS[row] as readonly string[];
    for (const [name, { key }] of this.#reader.map.entries) {
      if (name === verb || allowed.includes(name)) continue;
      const what =
        row === 'pairs' ? 'pairs of events' : row in ABOUT_KINDS ? `\`${verb}\` of a kind` : `\`${verb}\``;
      if (ALL_OPTIONS.includes(name)) this.#diagnostics.report(key, `\`${name}\` does not go with ${what}`);
      else this.#diagnostics.reportUnknown(key, 'key', name, [...allowed, ...VERBS]);
    }
  }

  #default(): unknown {
    const value = this.#reader.value('default');
    return value === undefined ? undefined : plainValue(value);
  }

  #options(verb: string, isPairs: boolean): AggregateOptions {
    const reader = this.#reader;
    const local = this.#isToday(verb);
    const window = local ? DAY : reader.duration('window');
    const ago = reader.duration('ago');
    if (ago !== undefined && !reader.has('window'))
      this.#diagnostics.report(reader.key('ago') as LocatedScalar, '`ago` needs a `window` to shift');
    const step = local ? DAY : reader.duration('step');
    if (verb === 'series') reader.need('window');
    else if (step !== undefined && verb !== 'since' && !reader.has('window'))
      this.#diagnostics.report(reader.key('step') as LocatedScalar, '`step` needs a `window` to divide');
    if (window !== undefined) this.#checkWindow(window, ago ?? 0, step);
    const until = reader.duration('until');
    const keep = reader.number('keep', 1, MOST_KEPT, true);
    const unit = isPairs ? this.#pairUnit() : verb === 'since' ? this.#unit() : undefined;
    return {
      ...(window !== undefined && { window }),
      ...(local && { local }),
      ...(ago !== undefined && { ago }),
      ...(step !== undefined && { step }),
      ...(unit !== undefined && { unit }),
      ...(until !== undefined && { until }),
      ...(reader.has('once') && { once: true }),
      ...(keep !== undefined && { keep }),
    };
  }

  /** `window: today` is one day of the entity's own time zone, from midnight on. */
  #isToday(verb: string): boolean {
    const reader = this.#reader;
    const place = reader.map.entries.get('window')?.value;
    if (place?.type !== 'scalar' || place.text !== 'today') return false;
    if (!DAILY_VERBS.includes(verb) || reader.has('once') || reader.has('from'))
      this.#diagnostics.report(
        place,
        `\`today\` goes with ${DAILY_VERBS.join(', ')} of events, without \`once\``,
      );
    if (reader.has('step'))
      this.#diagnostics.report(reader.key('step') as LocatedScalar, '`today` is one step: leave `step` out');
    return true;
  }

  #checkWindow(window: Millis, ago: Millis, given: Millis | undefined): void {
    const reader = this.#reader;
    const reach = window + ago;
    const place = reader.value('window') as LocatedScalar;
    if (reach > LONGEST_WINDOW) {
      this.#diagnostics.report(place, `a window reaches back at most 400d${ago ? ', `ago` included' : ''}`);
      return;
    }
    if (given !== undefined) {
      this.#checkStep(window, ago, given);
      return;
    }
    const step = windowStep(reach);
    if (window % step === 0 && ago % step === 0) return;
    const unit = step === DAY ? 'days' : step === HOUR ? 'hours' : 'minutes';
    this.#diagnostics.report(
      window % step ? place : (reader.value('ago') as LocatedScalar),
      `a window that reaches back this far is kept in whole ${unit}`,
    );
  }

  /** Buckets as the operator wants them: whole seconds, and no more of them than a record may hold. */
  #checkStep(window: Millis, ago: Millis, step: Millis): void {
    const reader = this.#reader;
    const place = reader.value('step') as LocatedScalar;
    if (step % SECOND !== 0) this.#diagnostics.report(place, '`step` is at least 1s, in whole seconds');
    else if (window % step !== 0) this.#diagnostics.report(place, '`window` must be a multiple of `step`');
    else if (ago % step !== 0) this.#diagnostics.report(place, '`ago` must be a multiple of `step`');
    else if ((window + ago) / step > MOST_BUCKETS) {
      const buckets = `${(window + ago) / step} steps, more than ${MOST_BUCKETS}`;
      this.#diagnostics.report(place, `this window has ${buckets}; take a wider \`step\``);
    }
  }

  #unit(): Millis {
    return UNITS[this.#reader.word('unit', ['day', 'hour', 'minute']) ?? 'day'] as Millis;
  }

  #pairUnit(): Millis {
    return UNITS[(this.#reader.word('avg', ['days', 'hours', 'minutes']) ?? 'hours').slice(0, -1)] as Millis;
  }

  /** What the reports say, which are about the day. */
  #corrected(): LocatedScalar | undefined {
    const reader = this.#reader;
    reader.need('by');
    reader.need('window');
    const window = reader.scalar('window');
    if (window && window.text !== 'today')
      this.#diagnostics.report(window, '`corrected` goes with `window: today`: reports are about a day');
    return reader.scalar('corrected');
  }

  #sources(verb: string, isCorrected: boolean): EventSource[] {
    const names = NAMING.includes(verb) ? verb : 'on';
    // `of` was refused already: then nothing is missing, it is another feature that is meant.
    if (!this.#reader.has('of')) this.#reader.need(names);
    const sources = this.#reader.scalars(names).map((type, rank) => ({ type, rank: isCorrected ? 0 : rank }));
    return isCorrected
      ? [...sources, ...this.#reader.scalars('by').map((type) => ({ type, rank: 1 }))]
      : sources;
  }

  #pairSources(): EventSource[] {
    this.#reader.need('from');
    this.#reader.need('to');
    return [
      ...this.#reader.scalars('from').map((type) => ({ type, rank: 0 })),
      ...this.#reader.scalars('to').map((type) => ({ type, rank: 1 })),
    ];
  }

  /** Of a ratio in each step of a window: what is summed up, and what it is divided by the number of. */
  #ratioSources(): EventSource[] {
    const reader = this.#reader;
    reader.need('on');
    reader.need('window');
    return [
      ...reader.scalars('on').map((type) => ({ type, rank: 0 })),
      ...reader.scalars('per').map((type) => ({ type, rank: 1 })),
    ];
  }
}
