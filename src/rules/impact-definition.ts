/** Reads `impact:` of a rule: what its actions are said to bring, and how one finds out later what they brought. */

import { BASES, type Basis } from '../core/statement.ts';
import type { Millis } from '../core/units.ts';
import type { LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';

export interface ImpactDefinition {
  /** Of insight; the name of the rule where it says none. */
  readonly type?: string;
  /** What there is more of; a text with {{expressions}}. */
  readonly of: LocatedScalar;
  /** Gives `{value, low, high, confidence}` in percent. */
  readonly stated: LocatedScalar;
  /** What to do, in words; a text with {{expressions}}. */
  readonly text?: LocatedScalar;
  /** Absent: nobody finds out. */
  readonly later?: LaterDefinition;
}

export interface LaterDefinition {
  readonly after: Millis;
  /** Gives a number in percent, or the same as `stated`, once `after` is over. */
  readonly realised: LocatedScalar;
  readonly by: Basis;
}

const LATER = ['after', 'realised', 'by'];
const KEYS = ['type', 'of', 'stated', 'text', ...LATER];

export function readImpact(rule: MapReader): ImpactDefinition | undefined {
  const map = rule.submap('impact');
  if (map === undefined) return undefined;
  if (!rule.has('then'))
    rule.diagnostics.report(rule.key('impact') as LocatedScalar, '`impact` needs `then`: an action');
  const reader = new MapReader(map, rule.diagnostics, KEYS);
  for (const key of ['of', 'stated']) reader.need(key);
  const [type, of, text] = [reader.text('type'), reader.scalar('of'), reader.scalar('text')];
  const stated = reader.scalar('stated');
  const later = readLater(reader);
  if (!of || !stated) return undefined;
  return { ...(type !== undefined && { type }), of, stated, ...(text && { text }), ...(later && { later }) };
}

function readLater(reader: MapReader): LaterDefinition | undefined {
  if (!LATER.some((key) => reader.has(key))) return undefined;
  for (const key of ['after', 'realised']) reader.need(key);
  const realised = reader.scalar('realised');
  const after = reader.duration('after');
  const by = reader.has('by') ? reader.word('by', BASES) : 'model';
  return realised && after !== undefined && by !== undefined ? { after, realised, by } : undefined;
}
