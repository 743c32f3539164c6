/** Every function that a rule may call, and the ones it may not. */

import { AGGREGATION } from './aggregation.ts';
import { BOOLEANS } from './booleans.ts';
import type { Builtin } from './builtin.ts';
import { HIGHER_ORDER } from './higher-order.ts';
import { LISTS } from './lists.ts';
import { NUMBERS } from './numbers.ts';
import { OBJECTS } from './objects.ts';
import { TEXTS } from './texts.ts';
import { TIME } from './time.ts';

export const CATALOGUE: ReadonlyMap<string, Builtin> = new Map<string, Builtin>(
  Object.entries({
    ...AGGREGATION,
    ...BOOLEANS,
    ...HIGHER_ORDER,
    ...LISTS,
    ...NUMBERS,
    ...OBJECTS,
    ...TEXTS,
    ...TIME,
  }),
);

const NO_TIME = 'is not allowed: the time comes from the events; use a `since` feature';

/** Never in rules: a replay must give the same values. */
export const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ['eval', 'is not allowed: rules are checked before they run'],
  ['millis', NO_TIME],
  ['now', NO_TIME],
  ['random', 'is not allowed: a replay must give the same values'],
  ['shuffle', 'is not allowed: a replay must give the same values'],
]);

/** JSONata's own that are still to come. */
export const LATER: ReadonlySet<string> = new Set([
  'assert',
  'base64decode',
  'base64encode',
  'clone',
  'decodeUrl',
  'decodeUrlComponent',
  'encodeUrl',
  'encodeUrlComponent',
  'error',
  'formatInteger',
  'formatNumber',
  'fromMillis',
  'match',
  'parseInteger',
  'replace',
  'single',
  'toMillis',
]);
