/** Reads `then:` and `approve:` of a rule: which action its decisions propose, who approves it, and the guard-rails. */

import { ACTION_WORDS, type ActionWord } from '../core/action.ts';
import { DAY, HOUR, type Millis } from '../core/units.ts';
import type { LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';

export interface ThenDefinition {
  readonly action: ActionWord;
  /** Of `pause`: the share of its budget that a channel keeps, and who gets the rest. */
  readonly probe?: number;
  readonly freed?: 'others' | 'reserve';
}

export interface ApproveDefinition {
  readonly by: readonly string[];
  readonly notBy: string;
  readonly expires: Millis;
  readonly autoWhen?: LocatedScalar;
  readonly autoPause?: true;
  /** Guard-rails of what nobody is asked for: shares of the total, and the time between two. */
  readonly maxPerAction?: number;
  readonly maxPerDay?: number;
  readonly coolDown?: Millis;
}

const APPROVE_KEYS = [
  'by',
  'not_by',
  'expires',
  'auto_when',
  'auto_pause',
  'max_per_action',
  'max_per_day',
  'cool_down',
];
/** A share of the budget, so that a recovery is seen (models: guard). */
const DEFAULT_PROBE = 0.02;
const DEFAULT_EXPIRES: Millis = DAY;

/** @param words the actions that go with the shape */
export function readThen(
  rule: MapReader,
  words: readonly ActionWord[] = ACTION_WORDS,
): ThenDefinition | undefined {
  const map = rule.submap('then');
  if (map === undefined) return undefined;
  const reader = new MapReader(map, rule.diagnostics, ['action', 'probe', 'freed']);
  reader.need('action');
  const action = reader.word('action', words);
  const probe = reader.ratio('probe', 1);
  const freed = reader.word('freed', ['others', 'reserve']);
  for (const name of ['probe', 'freed'])
    if (reader.has(name) && action !== undefined && action !== 'pause')
      rule.diagnostics.report(reader.key(name) as LocatedScalar, `\`${name}\` goes with \`action: pause\``);
  if (action === undefined) return undefined;
  if (action !== 'pause') return { action };
  return { action, probe: probe ?? DEFAULT_PROBE, freed: freed ?? 'others' };
}

export function readApprove(rule: MapReader): ApproveDefinition | undefined {
  const map = rule.submap('approve');
  if (map === undefined) return undefined;
  const reader = new MapReader(map, rule.diagnostics, APPROVE_KEYS);
  reader.need('by');
  const autoWhen = reader.scalar('auto_when');
  const maxPerAction = reader.ratio('max_per_action', 1);
  const maxPerDay = reader.ratio('max_per_day', HOUR);
  const coolDown = reader.duration('cool_down');
  return {
    by: reader.scalars('by').map((scalar) => scalar.text),
    notBy: reader.text('not_by') ?? '',
    expires: reader.duration('expires') ?? DEFAULT_EXPIRES,
    ...(autoWhen && { autoWhen }),
    ...(reader.boolean('auto_pause') && { autoPause: true }),
    ...(maxPerAction !== undefined && { maxPerAction }),
    ...(maxPerDay !== undefined && { maxPerDay }),
    ...(coolDown !== undefined && { coolDown }),
  };
}
