/** A feature in words that a reader needs no manual for. */

import { formatDuration } from '../../core/units.ts';
import type { LocatedScalar } from '../../rules/located.ts';
import type { AggregateFeature, FeatureDefinition } from '../../rules/rule-set.ts';

/** `how many content.completed of the last 7 days`. */
export function featureSentence(feature: FeatureDefinition): string {
  switch (feature.type) {
    case 'aggregate':
      return aggregateSentence(feature);
    case 'calc':
      return `calculated: ${code(feature.expression)}`;
    case 'group': {
      const { verb, child, fields, value, where } = feature;
      const of = `of its ${child.text} entities`;
      const only = where ? `, where ${code(where)}` : '';
      if (verb === 'rows') return `a row ${of} with ${list(fields)}${only}`;
      if (verb === 'count') return `how many ${child.text} entities it has${only}`;
      if (verb === 'tally') return `how many ${child.text} entities have each ${code(value)}${only}`;
      return `the ${WORDS[verb] ?? verb} of ${code(value)} ${of}${only}`;
    }
    case 'lookup':
      return `${code(feature.field)} of its ${feature.of.text}, as told last`;
    case 'screen':
      return `clicks of ${code(feature.event)} that were found to be fraud or repeats`;
    case 'learned':
      return `the chance, learned, that ${code(feature.outcome)} within ${formatDuration(feature.horizon)}, from ${list(feature.inputs)}`;
    case 'response':
      return `what money buys here, learned from ${code(feature.clicks)} and ${code(feature.outcomes)}: the cost per application of the next hour`;
    case 'detector':
      return `how unusual its ${feature.detector.replaceAll('_', ' ')} are, given ${code(feature.given)}`;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  sum: 'sum',
  avg: 'average',
  min: 'smallest',
  max: 'largest',
  median: 'median',
};

function aggregateSentence({
  aggregate,
  options,
  sources,
  value,
  where,
  key,
  fields,
  corrected,
}: AggregateFeature): string {
  const { window, ago, until, unit, quantile } = options as Readonly<Record<string, unknown>> & {
    readonly window?: number | 'today';
    readonly ago?: number;
    readonly until?: number;
    readonly unit?: number;
    readonly quantile?: number;
  };
  const named = (rank?: number) => [
    ...new Set(sources.flatMap((s) => (rank === undefined || s.rank === rank ? [`\`${s.type.text}\``] : []))),
  ];
  const on = named(corrected === undefined ? undefined : 0).join(', ');
  const within =
    window === undefined
      ? ''
      : typeof window === 'number'
        ? ` of the last ${formatDuration(window)}`
        : ' of the day so far';
  const before = ago ? `, ${formatDuration(ago)} ago and before` : '';
  const only = where ? `, where ${code(where)}` : '';
  const tail = `${within}${before}${only}`;
  const each = key ? `, each ${code(key)} once` : '';
  if (aggregate === 'count') return `how many ${on}${tail}${each}`;
  if (aggregate === 'since') {
    const most = until === undefined ? '' : `, at most ${formatDuration(until)}`;
    return `the ${unit === undefined ? 'days' : (UNITS[unit] ?? 'time')} since the last ${on}${only}${most}`;
  }
  if (aggregate === 'last') return `the last ${code(value)} of ${on}${tail}`;
  if (aggregate === 'distinct') return `the different ${code(value)} of ${on}${tail}`;
  if (aggregate === 'latest') return `the latest ${on}${tail}, with ${list(fields ?? [])}`;
  if (aggregate === 'tally') return `how often each ${code(value)} of ${on}${tail}`;
  if (aggregate === 'series') return `how many ${on} in each step${tail}`;
  if (aggregate === 'pairs') {
    const [from, to] = [0, 1].map((rank) =>
      sources.flatMap((source) => (source.rank === rank ? [`\`${source.type.text}\``] : [])).join(', '),
    );
    return `the average time from ${from} to ${to} with the same ${code(key)}${tail}`;
  }
  if (corrected !== undefined)
    return `the sum of ${code(value)} of ${on}${tail}, counted on from the last ${code(corrected)} of ${named(1).join(', ')}`;
  if (quantile !== undefined) return `the ${quantile * 100}th percentile of ${code(value)} of ${on}${tail}`;
  return `the ${WORDS[aggregate] ?? aggregate} of ${code(value) || 'its amounts'} of ${on}${tail}`;
}

const UNITS: Readonly<Record<number, string>> = { 86400000: 'days', 3600000: 'hours', 60000: 'minutes' };

function code(text: LocatedScalar | undefined): string {
  return text === undefined ? '' : `\`${text.text}\``;
}

function list(names: readonly LocatedScalar[]): string {
  return names.map((name) => `\`${name.text}\``).join(', ');
}
