/** Every function that an expression may call, and the ones it may not. */

import type { Profile } from '../term.ts';
import { AGGREGATION } from './aggregation.ts';
import { ASSERTIONS } from './assertions.ts';
import { BOOLEANS } from './booleans.ts';
import type { Builtin } from './builtin.ts';
import { CLOCK } from './clock.ts';
import { CLONE } from './clone.ts';
import { DATES } from './dates.ts';
import { ENCODING } from './encoding.ts';
import { HIGHER_ORDER } from './higher-order.ts';
import { LISTS, SHUFFLE } from './lists.ts';
import { MARKET } from './market.ts';
import { MATCHING } from './matching.ts';
import { NUMBERS } from './numbers.ts';
import { OBJECTS } from './objects.ts';
import { PICTURES } from './pictures.ts';
import { TEXTS } from './texts.ts';
import { TIME } from './time.ts';

/** In rules. */
export const CATALOGUE: ReadonlyMap<string, Builtin> = new Map<string, Builtin>(
  Object.entries({
    ...AGGREGATION,
    ...ASSERTIONS,
    ...BOOLEANS,
    ...CLONE,
    ...DATES,
    ...ENCODING,
    ...HIGHER_ORDER,
    ...LISTS,
    ...MARKET,
    ...MATCHING,
    ...NUMBERS,
    ...OBJECTS,
    ...PICTURES,
    ...TEXTS,
    ...TIME,
  }),
);

/** weir's own: they need what only a rule has, or are not of the language. */
const RULES_ONLY: ReadonlySet<string> = new Set([...Object.keys(TIME), ...Object.keys(MARKET), 'fixed']);

/** The functions of the language itself. */
export const LANGUAGE: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ...[...CATALOGUE].filter(([name]) => !RULES_ONLY.has(name)),
  ...Object.entries(SHUFFLE),
]);

/** In reports, which know the time of the question. */
export const TIMED: ReadonlyMap<string, Builtin> = new Map<string, Builtin>(Object.entries(CLOCK));

/** What an expression may call depends on where it stands. */
export interface Dialect {
  readonly profile: Profile;
  /** `$now` and `$millis` are the time of the question. */
  readonly clock: boolean;
}

export function functionNamed(name: string, { profile, clock }: Dialect): Builtin | undefined {
  return (profile === 'rules' ? CATALOGUE : LANGUAGE).get(name) ?? (clock ? TIMED.get(name) : undefined);
}

const NO_TIME = 'is not allowed: the time comes from the events; use a `since` feature';

/** Never in rules: a replay must give the same values. Only $shuffle can be without chance, elsewhere. */
export const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ['eval', 'is not allowed: expressions are checked before they run'],
  ['millis', NO_TIME],
  ['now', NO_TIME],
  ['random', 'is not allowed: a replay must give the same values'],
  ['shuffle', 'is not allowed: a replay must give the same values'],
]);
