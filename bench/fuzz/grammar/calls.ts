/** Calls of every built-in function, mostly with arguments of the kind it wants. */

import { type Phrase, phrase } from '../phrase.ts';
import type { Draw, Maker } from './draw.ts';
import {
  DATE_PICTURES,
  INTEGER_PICTURES,
  ISO_TIMES,
  MATCHERS,
  NUMBER_OPTIONS,
  NUMBER_PICTURES,
  REPLACEMENTS,
  TIMES,
  ZONES,
} from './vocabulary.ts';

const OF_NUMBER = ['abs', 'floor', 'ceil', 'round', 'sqrt', 'formatBase', 'fromMillis'];
const OF_NUMBERS = ['sum', 'max', 'min', 'average'];
const OF_TEXT = [
  ...['length', 'uppercase', 'lowercase', 'trim', 'base64encode', 'base64decode', 'encodeUrlComponent'],
  ...['encodeUrl', 'decodeUrl', 'decodeUrlComponent', 'number', 'toMillis', 'error'],
];
const OF_LIST = ['count', 'distinct', 'reverse', 'sort', 'join', 'merge', 'zip', 'single', 'append'];
const OF_OBJECT = ['keys', 'spread', 'merge', 'clone', 'sift', 'each', 'lookup'];
const OF_ANY = [
  'string',
  'boolean',
  'not',
  'exists',
  'type',
  'count',
  'keys',
  'spread',
  'distinct',
  'assert',
];
const HIGHER = ['map', 'filter', 'single', 'reduce', 'sort'];
const OVER_OBJECTS = ['sift', 'each'];

/** Names that may be passed on as functions. */
export const NAMES: readonly string[] = [
  ...OF_NUMBER,
  ...OF_NUMBERS,
  ...OF_TEXT,
  ...OF_LIST,
  ...OF_OBJECT,
  ...OF_ANY,
  ...[
    'contains',
    'split',
    'match',
    'replace',
    'pad',
    'substring',
    'power',
    'substringBefore',
    'formatNumber',
  ],
];

const WITH_PATTERN = ['contains', 'match', 'split', 'replace'];

/** Sometimes with one argument too few or too many. */
function call(draw: Draw, name: string, ...args: readonly (Phrase | string)[]): Phrase {
  const given = draw.chance(0.04) ? args.slice(1) : draw.chance(0.03) ? [...args, draw.any()] : args;
  const strings = [`$${name}(`, ...given.slice(1).map(() => ', '), given.length === 0 ? '' : ')'];
  if (given.length === 0) return phrase`$${name}()`;
  return phrase(strings, ...given);
}

function limit(draw: Draw): readonly string[] {
  return draw.chance(0.25) ? [draw.of(['0', '1', '2', '1.5', '-1', 'nothing'])] : [];
}

function mark(draw: Draw): Phrase | string {
  if (draw.chance(0.12)) return draw.of(MATCHERS);
  return draw.chance(0.7) ? draw.pattern() : draw.text();
}

export const CALLS: readonly Maker[] = [
  (draw) => call(draw, draw.of(OF_NUMBER), draw.number()),
  (draw) => call(draw, draw.of(OF_NUMBERS), draw.list()),
  (draw) => call(draw, draw.of(OF_TEXT), draw.text()),
  (draw) => call(draw, draw.of(OF_TEXT), draw.any()),
  (draw) => call(draw, draw.of(OF_LIST), draw.list()),
  (draw) => call(draw, draw.of(OF_LIST), draw.any()),
  (draw) => call(draw, draw.of(OF_OBJECT), draw.object()),
  (draw) => call(draw, draw.of(OF_ANY), draw.any()),
  (draw) => call(draw, draw.of(OF_ANY), draw.any()),
  (draw) => call(draw, draw.of(NAMES), draw.any()),
  (draw) => call(draw, draw.of(NAMES), draw.any(), draw.any()),
  (draw) => call(draw, draw.of(NAMES), draw.any(), draw.any(), draw.any()),
  (draw) => call(draw, 'string', draw.any(), draw.of(['true', 'false', 'nothing', '1'])),
  (draw) => call(draw, 'round', draw.number(), draw.of(['0', '1', '2', '-1', '-2', '1.5', '30', 'nothing'])),
  (draw) => call(draw, 'power', draw.number(), draw.number()),
  (draw) => call(draw, 'formatBase', draw.number(), draw.of(['2', '16', '36', '1', '37', '2.5', 'nothing'])),
  (draw) => call(draw, 'substring', draw.text(), draw.number(), ...(draw.chance(0.5) ? [draw.number()] : [])),
  (draw) => call(draw, draw.of(['substringBefore', 'substringAfter', 'contains']), draw.text(), draw.text()),
  (draw) =>
    call(
      draw,
      'pad',
      draw.text(),
      draw.of(['5', '-5', '0', '3.7', '-8.2', 'id']),
      ...(draw.chance(0.5) ? [draw.text()] : []),
    ),
  (draw) => call(draw, 'join', draw.list(), draw.text()),
  (draw) => call(draw, 'split', draw.text(), mark(draw), ...limit(draw)),
  (draw) => call(draw, 'match', draw.text(), mark(draw), ...limit(draw)),
  (draw) => call(draw, 'contains', draw.text(), mark(draw)),
  (draw) =>
    call(
      draw,
      'replace',
      draw.text(),
      mark(draw),
      draw.chance(0.8) ? draw.of(REPLACEMENTS) : draw.any(),
      ...limit(draw),
    ),
  (draw) => phrase`${draw.text()} ~> $${draw.of(WITH_PATTERN)}(${mark(draw)}, ${draw.of(REPLACEMENTS)})`,
  (draw) => phrase`${draw.text()}.$${draw.of(WITH_PATTERN)}(${mark(draw)})`,
  (draw) => phrase`${draw.pattern()}(${draw.text()})`,
  (draw) => phrase`${draw.pattern()}(${draw.text()}).next()`,
  (draw) => phrase`$keys(${draw.pattern()}(${draw.text()}))`,
  (draw) => call(draw, 'formatNumber', draw.number(), draw.of(NUMBER_PICTURES)),
  (draw) => call(draw, 'formatNumber', draw.number(), draw.of(NUMBER_PICTURES), draw.of(NUMBER_OPTIONS)),
  (draw) => call(draw, 'formatInteger', draw.number(), draw.of(INTEGER_PICTURES)),
  (draw) => call(draw, 'parseInteger', draw.text(), draw.of(INTEGER_PICTURES)),
  (draw) => {
    const picture = draw.of(INTEGER_PICTURES);
    return phrase`$parseInteger($formatInteger(${draw.number()}, ${picture}), ${picture})`;
  },
  (draw) => phrase`$fromMillis(${draw.number()} * 86399123, ${draw.of(DATE_PICTURES)})`,
  (draw) => phrase`$fromMillis(${draw.number()} * 86399123, ${draw.of(DATE_PICTURES)}, ${draw.of(ZONES)})`,
  (draw) => phrase`$fromMillis(${draw.number()}, nothing, ${draw.of(ZONES)})`,
  (draw) => phrase`$toMillis(${draw.of(ISO_TIMES)})`,
  (draw) => phrase`$toMillis(${draw.chance(0.8) ? draw.of(TIMES) : draw.text()}, ${draw.of(DATE_PICTURES)})`,
  (draw) => {
    const picture = draw.of(DATE_PICTURES);
    return phrase`$toMillis($fromMillis(${draw.number()} * 86399123, ${picture}), ${picture})`;
  },
  (draw) => call(draw, 'lookup', draw.object(), draw.of(['"a"', '"id"', '"tags"', '"constructor"', 'type'])),
  (draw) => call(draw, 'append', draw.any(), draw.any()),
  (draw) => call(draw, 'zip', draw.list(), draw.list()),
  (draw) => call(draw, 'merge', phrase`[${draw.object()}, ${draw.object()}]`),
  (draw) => call(draw, 'assert', draw.any(), draw.text()),
  (draw) => call(draw, draw.of(HIGHER), draw.list(), draw.callable()),
  (draw) => call(draw, draw.of(HIGHER), draw.any(), draw.callable()),
  (draw) => call(draw, 'reduce', draw.list(), draw.callable(), draw.any()),
  (draw) => call(draw, draw.of(OVER_OBJECTS), draw.object(), draw.callable()),
  (draw) =>
    call(
      draw,
      'sort',
      draw.list(),
      draw.of(['function($l, $r){$l > $r}', 'function($l, $r){$l.id < $r.id}']),
    ),
];
